import type { FastifyRequest } from 'fastify';

/** How clients reach this server: scheme, host and port, as in `https://calls.example`. */
export interface PublicOrigin {
  readonly isSecure: boolean;
  /** Host with its port, the default port left out. */
  readonly host: string;
}

export interface OriginOptions {
  readonly publicUrl: string | undefined;
  readonly isProxyTrusted: boolean;
}

const hostPattern = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(\d{0,5}))?$/;

/**
 * [PR14] The configured public URL; without one, what the request says of itself. Android leaves the port
 * out of Host even on a non-default one: without a trusted proxy the port that it arrived on is added.
 */
export function publicOrigin(request: FastifyRequest, options: OriginOptions): PublicOrigin {
  if (options.publicUrl !== undefined) return originIn(options.publicUrl);
  const isSecure = options.isProxyTrusted
    ? request.protocol === 'https'
    : 'encrypted' in request.raw.socket;
  const given = options.isProxyTrusted ? request.host : request.headers.host;
  const match = hostPattern.exec(given ?? '');
  const { localPort } = request.raw.socket;
  if (match === null || Number(match[2] ?? 0) > 65_535) {
    return { isSecure, host: withPort(localHost(request), localPort, isSecure) };
  }
  const [, host = '', port = ''] = match;
  // A proxy speaks on the default port; without one the port is where the request arrived.
  const assumedPort = options.isProxyTrusted ? undefined : localPort;
  return { isSecure, host: withPort(host, port === '' ? assumedPort : Number(port), isSecure) };
}

/** A configured origin, such as a public URL. */
export function originIn(text: string): PublicOrigin {
  const url = new URL(text);
  return { isSecure: url.protocol === 'https:', host: url.host };
}

/** Whether a text is a host, with or without a port, and nothing beside. */
export function isHost(text: string): boolean {
  const match = hostPattern.exec(text);
  return match !== null && Number(match[2] ?? 0) <= 65_535 && URL.canParse(`http://${text}`);
}

export function httpOrigin({ isSecure, host }: PublicOrigin): string {
  return `${isSecure ? 'https' : 'http'}://${host}`;
}

export function webSocketOrigin({ isSecure, host }: PublicOrigin): string {
  return `${isSecure ? 'wss' : 'ws'}://${host}`;
}

/** The host without its port. */
export function hostName({ host }: PublicOrigin): string {
  return host.replace(/:\d+$/, '');
}

function localHost(request: FastifyRequest): string {
  const address = request.raw.socket.localAddress ?? '127.0.0.1';
  const unmapped = address.replace(/^::ffff:(?=\d+\.)/, '');
  return unmapped.includes(':') ? `[${unmapped}]` : unmapped;
}

function withPort(host: string, port: number | undefined, isSecure: boolean): string {
  const isDefault = port === undefined || port === (isSecure ? 443 : 80);
  return isDefault ? host : `${host}:${port}`;
}
