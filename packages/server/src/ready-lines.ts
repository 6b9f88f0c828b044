import type { Config } from './config/config.ts';
import { lanAddresses } from './lan-addresses.ts';
import type { Listeners } from './listeners.ts';

/** What the server prints when it is ready: where to open it, here and on other devices. */
export function readyLines(
  config: Pick<Config, 'host' | 'publicUrl' | 'tls' | 'command' | 'collider' | 'roomServer'>,
  { scheme, port }: Pick<Listeners, 'scheme' | 'port'>,
  addresses: readonly string[] = lanAddresses(),
): readonly string[] {
  const isOpen = config.host === '0.0.0.0' || config.host === '::';
  const local = url(scheme, isOpen ? 'localhost' : config.host, port);
  const lines = [
    `${names[config.command]} is ready: ${config.publicUrl ?? local}`,
    ...otherHalfLines(config),
  ];
  if (config.publicUrl !== undefined) return [...lines, `Listening on: ${local}`];
  if (config.host === 'localhost') lines.push(...localhostLines);
  if (isOpen) lines.push(...openLines(config.host, scheme, port, addresses));
  if (config.tls.kind === 'self-signed') lines.push(selfSignedLine);
  return lines;
}

const names = {
  serve: 'AppRTC',
  'room-server': "AppRTC's room server",
  collider: "AppRTC's Collider",
} as const;

function otherHalfLines({
  command,
  collider,
  roomServer,
}: Pick<Config, 'command' | 'collider' | 'roomServer'>): readonly string[] {
  if (command === 'room-server') return [`Its Collider: ${collider}`];
  if (command === 'collider' && roomServer !== undefined) return [`Its room server: ${roomServer}`];
  return [];
}

const localhostLines = [
  'For other devices on your network: --host 0.0.0.0 --tls self-signed',
  '(browsers give a page its camera and microphone only over HTTPS or on localhost)',
];
const selfSignedLine =
  'The certificate is self-signed: each browser warns once and then lets you continue.';
const plainLine =
  'Browsers give a page its camera and microphone only over HTTPS: add --tls self-signed, or a proxy with TLS.';

function openLines(
  host: string,
  scheme: 'http' | 'https',
  port: number,
  addresses: readonly string[],
): readonly string[] {
  const reachable = addresses.filter((address) => host === '::' || !address.includes(':'));
  const lines = reachable.map((address) => `On your network: ${url(scheme, address, port)}`);
  return scheme === 'http' ? [...lines, plainLine] : lines;
}

function url(scheme: 'http' | 'https', host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port}`).origin;
}
