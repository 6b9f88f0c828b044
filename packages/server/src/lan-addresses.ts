import { networkInterfaces } from 'node:os';

/** The addresses under which other devices may reach this machine. Link-local IPv6 is left out: it needs a zone. */
export function lanAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80:'))
    .map(({ address }) => address);
}
