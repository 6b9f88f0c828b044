import { isIP } from 'node:net';

/**
 * The bytes of an IP address, 4 or 16 (RFC 4291 section 2.2). An IPv4-mapped one is the IPv4 address inside; a zone is
 * left out. Null for what is no address.
 */
export function ipBytes(text: string): Buffer | null {
  const [address = ''] = text.split('%');
  const bytes = literalIpBytes(address);
  const isMapped = bytes !== null && mappedPrefix.equals(bytes.subarray(0, mappedPrefix.length));
  return isMapped ? bytes.subarray(mappedPrefix.length) : bytes;
}

/** The bytes of an IP address without a zone as they stand: of an IPv4-mapped one 16. Null for what is no address. */
export function literalIpBytes(address: string): Buffer | null {
  if (address.includes('%')) return null;
  const version = isIP(address);
  if (version === 4) return Buffer.from(address.split('.').map(Number));
  return version === 6 ? ipv6Bytes(address) : null;
}

const mappedPrefix = Buffer.from('00000000000000000000ffff', 'hex');

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const [before, after] = [groupsIn(head), groupsIn(tail ?? '')];
  const groups = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function groupsIn(text: string): readonly number[] {
  return text.split(':').flatMap((part) => {
    if (part === '') return [];
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

/**
 * What bounds count as one address: all of an IPv4 address, and the first 64 bits of an IPv6 one, because a subscriber
 * has at least so many of those (RFC 6177).
 */
export function subscriberOf(address: string): string {
  const bytes = ipBytes(address);
  return bytes === null ? address : bytes.subarray(0, 8).toString('hex');
}

/** Whether an address is this machine's own, in any spelling. */
export function isLoopbackAddress(address: string): boolean {
  const bytes = ipBytes(address);
  if (bytes === null) return false;
  return bytes.length === 4 ? bytes[0] === 127 : loopback.equals(bytes);
}

const loopback = Buffer.from('00000000000000000000000000000001', 'hex');
