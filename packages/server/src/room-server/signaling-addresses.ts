import { httpOrigin, isHost, type PublicOrigin, webSocketOrigin } from '../http/origin.ts';

/** Where a client finds its signaling, and what a person should know about that. */
export interface SignalingAddresses {
  readonly wssUrl: string;
  /** No path, no slash at its end. */
  readonly wssPostUrl: string;
  /** Whether that is a Collider which a link names. */
  readonly isForeign: boolean;
  /** Another server's, without a slash at its end; null: our own. */
  readonly iceServerOrigin: string | null;
  readonly warnings: readonly string[];
}

/** Whose parameters name other servers: anybody who makes a link. */
export interface AddressRequest {
  readonly origin: PublicOrigin;
  /** Where the Collider is, if it is a process of its own; null: at `origin`. */
  readonly collider: PublicOrigin | null;
  readonly query: URLSearchParams;
  /** Whether the operator lets links do so. */
  readonly isOverrideAllowed: boolean;
}

interface Override {
  readonly origin: PublicOrigin | null;
  readonly warnings: readonly string[];
}

const none: Override = { origin: null, warnings: [] };

/** [PR12] [PR13] [PR19] Our own addresses, unless a link names others and the operator lets it. */
export function signalingAddresses(request: AddressRequest): SignalingAddresses {
  const { origin, query, isOverrideAllowed } = request;
  const override = isOverrideAllowed ? colliderIn(query) : refusal(query, ['wshpp', 'wstls']);
  const collider = override.origin ?? request.collider ?? origin;
  const ice = isOverrideAllowed ? iceServerIn(query) : refusal(query, ['ts']);
  return {
    wssUrl: `${webSocketOrigin(collider)}/ws`,
    wssPostUrl: httpOrigin(collider),
    isForeign: override.origin !== null,
    iceServerOrigin: ice.origin === null ? null : httpOrigin(ice.origin),
    warnings: [...override.warnings, ...ice.warnings],
  };
}

/** The other servers that a link names, for the page has to be let talk to them. */
export function foreignOrigins(query: URLSearchParams): readonly string[] {
  const ice = iceServerIn(query).origin;
  return [...colliderOrigins(colliderIn(query).origin), ...(ice === null ? [] : [httpOrigin(ice)])];
}

/** What a page connects to for a Collider at another origin. */
export function colliderOrigins(collider: PublicOrigin | null): readonly string[] {
  return collider === null ? [] : [webSocketOrigin(collider), httpOrigin(collider)];
}

/** A link must not send a visitor's call through a stranger's server. */
function refusal(query: URLSearchParams, keys: readonly string[]): Override {
  const named = keys.filter((key) => (query.get(key) ?? '') !== '');
  return {
    origin: null,
    warnings: named.map((key) => `The "${key}" parameter is not used: this server names its own.`),
  };
}

/** `wshpp` is host and port, over TLS unless `wstls=false`. */
function colliderIn(query: URLSearchParams): Override {
  const host = query.get('wshpp') ?? '';
  const tls = query.get('wstls') ?? '';
  if (host === '') {
    if (tls === '') return none;
    return { origin: null, warnings: ['The "wstls" parameter is not used without "wshpp".'] };
  }
  if (!isHost(host)) return noServer('wshpp');
  const text = `The "wshpp" parameter sends this call's signaling through another server: ${host}`;
  return { origin: { isSecure: tls !== 'false', host }, warnings: [text] };
}

/** `ts` is an origin such as `https://ice.example`. */
function iceServerIn(query: URLSearchParams): Override {
  const text = query.get('ts') ?? '';
  if (text === '') return none;
  const [, scheme, host] = /^(https?):\/\/([^/]{1,300})\/?$/i.exec(text) ?? [];
  if (scheme === undefined || host === undefined || !isHost(host)) return noServer('ts');
  return {
    origin: { isSecure: scheme.toLowerCase() === 'https', host },
    warnings: [`The "ts" parameter takes this call's ICE servers from another server: ${host}`],
  };
}

function noServer(key: string): Override {
  return { origin: null, warnings: [`The "${key}" parameter is not used: it names no server.`] };
}
