import { isIPv6 } from 'node:net';
import { type Parsed, parsed, refused } from '@apprtc/protocol';

/** How a client reaches a STUN or TURN server. */
export type IceTransport = 'udp' | 'tcp' | 'tls';

/** A `stun:`, `stuns:`, `turn:` or `turns:` URL (RFC 7064, RFC 7065). */
export interface IceUrl {
  readonly text: string;
  readonly isRelay: boolean;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: IceTransport;
}

export type IceUrlProblem = 'not-an-ice-url' | 'unknown-transport';

export function parseIceUrl(text: string): Parsed<IceUrl, IceUrlProblem> {
  const pattern = /^(stun|turn)(s?):(\[[0-9a-f:.%]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(\?.*)?$/i;
  const [, kind = '', secure = '', bracketed = '', digits, query = ''] = pattern.exec(text) ?? [];
  const host = bracketed.replace(/^\[|\]$/g, '');
  const isSecure = secure !== '';
  const port = digits === undefined ? (isSecure ? 5349 : 3478) : Number(digits);
  const isBracketed = bracketed !== host;
  if (host === '' || isBracketed !== isIPv6(host) || port < 1 || port > 65535) {
    return refused('not-an-ice-url');
  }
  const asked = new URLSearchParams(query).get('transport');
  const transport = transportOf(isSecure, asked);
  if (transport === undefined) return refused('unknown-transport');
  const isRelay = kind.toLowerCase() === 'turn';
  return parsed({ text, isRelay, host, port, transport });
}

/** DTLS (`turns:` over UDP) is spoken by no browser. */
function transportOf(isSecure: boolean, asked: string | null): IceTransport | undefined {
  if (isSecure) return asked === null || asked === 'tcp' ? 'tls' : undefined;
  if (asked === null) return 'udp';
  return asked === 'udp' || asked === 'tcp' ? asked : undefined;
}
