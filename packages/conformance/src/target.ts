/** Where something listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** The server under test and how patient and trusting the kit is with it. */
export interface Target {
  /** `https://calls.example:8443`, without a path. */
  readonly origin: string;
  readonly place: Place;
  /** Stands in for the `wss_url` and `wss_post_url` that joins answer. */
  readonly colliderUrl: string | undefined;
  /** For one reply or one frame. */
  readonly timeoutMs: number;
  /** Self-signed certificates are fine. */
  readonly isInsecure: boolean;
}

/** The place that an `http:`, `https:`, `ws:` or `wss:` URL names. @throws {TypeError} for anything else. */
export function placeOf(url: string): Place {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'https:' || protocol === 'wss:';
  if (!isSecure && protocol !== 'http:' && protocol !== 'ws:') {
    throw new TypeError(`${url} is no web address`);
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? defaultPort(isSecure) : Number(port),
    isSecure,
  };
}

function defaultPort(isSecure: boolean): number {
  return isSecure ? 443 : 80;
}

/** The host as it stands in URLs. */
export function bareHost({ host }: Place): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A `Host` header's value: the port is left out where it is the default. */
export function hostAndPort(place: Place): string {
  return hasDefaultPort(place) ? bareHost(place) : `${bareHost(place)}:${place.port}`;
}

export function hasDefaultPort({ port, isSecure }: Place): boolean {
  return port === defaultPort(isSecure);
}

export function originOf(place: Place): string {
  return `${place.isSecure ? 'https' : 'http'}://${hostAndPort(place)}`;
}

export type TargetOptions = Partial<Pick<Target, 'colliderUrl' | 'timeoutMs' | 'isInsecure'>>;

/** The server at `url`, of which only the origin counts. @throws {TypeError} for what is no web address. */
export function targetAt(url: string, options: TargetOptions = {}): Target {
  const place = placeOf(url);
  const { colliderUrl, timeoutMs = 5000, isInsecure = false } = options;
  return {
    origin: originOf(place),
    place,
    colliderUrl: colliderUrl === undefined ? undefined : originOf(placeOf(colliderUrl)),
    timeoutMs,
    isInsecure,
  };
}
