import { literalIpBytes } from '../ip-address.ts';

/** The addresses of one CIDR block. `first` and `last` have 4 bytes for IPv4 and 16 for IPv6. */
export interface AddressRange {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** The bytes of an IP address in network order, or undefined when the text is none. */
export function addressBytes(text: string): readonly number[] | undefined {
  const bytes = literalIpBytes(text);
  return bytes === null ? undefined : [...bytes];
}

/** The text of an address as coturn reads it: dotted, or eight groups without `::`. */
export function addressText(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  }
  return groups.join(':');
}

/** The range of a block such as `10.0.0.0/8` or of a single address, or undefined when the text is neither. */
export function addressRange(block: string): AddressRange | undefined {
  const [address = '', prefix, ...rest] = block.split('/');
  const bytes = addressBytes(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const bits = bytes.length * 8;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : bits + 1;
  if (length > bits) return undefined;
  const hostBits = bytes.map((_, at) => 0xff >> Math.min(8, Math.max(0, length - at * 8)));
  return {
    first: bytes.map((byte, at) => byte & ~(hostBits[at] ?? 0)),
    last: bytes.map((byte, at) => byte | (hostBits[at] ?? 0)),
  };
}

/** Whether an address of the same family lies in the range. */
export function isInRange(address: readonly number[], { first, last }: AddressRange): boolean {
  if (address.length !== first.length) return false;
  // A CIDR block is a box too: each byte lies between the block's bytes at that place.
  return address.every((byte, at) => byte >= (first[at] ?? 0) && byte <= (last[at] ?? 0));
}
