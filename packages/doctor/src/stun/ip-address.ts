import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of an address. @throws {TypeError} for what is no IP address. */
export function bytesOfIp(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address)) throw new TypeError(`${address} is no IP address`);
  const [left = '', right] = canonical(address).split('::');
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  const bytes = Buffer.alloc(16);
  for (const [at, group] of [...head, ...zeros, ...tail].entries()) {
    bytes.writeUInt16BE(group, at * 2);
  }
  return bytes;
}

/** The address in the form of RFC 5952, an IPv4 one with dots. */
export function ipOfBytes(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return canonical(groups.join(':'));
}

/** The URL parser knows every way to write an IPv6 address and writes it in one, without dots. */
function canonical(address: string): string {
  const [plain = ''] = address.split('%');
  return new URL(`http://[${plain}]/`).hostname.slice(1, -1);
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

const insideV4 =
  /^(0|10|127)\.|^172\.(1[6-9]|2\d|3[01])\.|^192\.168\.|^169\.254\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;

/** Whether an address means another place to everyone: private, shared, link-local or loopback. */
export function isInside(address: string): boolean {
  if (isIPv4(address)) return insideV4.test(address);
  if (!isIPv6(address)) return false;
  const bytes = bytesOfIp(address);
  const mapped = ipOfBytes(bytes).startsWith('::ffff:') ? ipOfBytes(bytes.subarray(12)) : undefined;
  if (mapped !== undefined) return isInside(mapped);
  const first = bytes.readUInt16BE(0);
  const isLoopback = bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1;
  return isLoopback || (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
}

/** Whether an address is this machine's own. */
export function isLoopbackIp(address: string): boolean {
  return isIPv4(address)
    ? address.startsWith('127.')
    : isIPv6(address) && canonical(address) === '::1';
}
