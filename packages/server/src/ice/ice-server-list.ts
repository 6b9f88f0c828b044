import { type IceServer, isJsonObject, type Parsed, parsed, refused } from '@apprtc/protocol';

/** Bounds of a list, whoever wrote it. A small device holds the whole reply in 4 KiB. */
export const iceListBounds = {
  servers: 16,
  urls: 16,
  urlLength: 255,
  /** RFC 8489 section 14.3: a username has fewer than 509 bytes. */
  textLength: 508,
} as const;

/** Scheme, host, port and transport of a STUN or TURN URL (RFC 7064, RFC 7065). */
export interface IceUrl {
  readonly scheme: 'stun' | 'stuns' | 'turn' | 'turns';
  readonly host: string;
  readonly port: number | null;
  readonly transport: 'udp' | 'tcp' | null;
}

const urlPattern =
  /^(stuns?|turns?):(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;

export function parseIceUrl(text: string): IceUrl | null {
  const match = text.length <= iceListBounds.urlLength ? urlPattern.exec(text) : null;
  if (match === null) return null;
  const [, scheme = '', host = '', port, transport] = match;
  const url: IceUrl = {
    scheme: scheme.toLowerCase() as IceUrl['scheme'],
    host,
    port: port === undefined ? null : Number(port),
    transport: transport === undefined ? null : (transport.toLowerCase() as 'udp' | 'tcp'),
  };
  const isPort = url.port === null || (url.port > 0 && url.port <= 65_535);
  // A browser throws on a stun: URL with a query, and with it the whole call ends.
  const hasItsTransport = isTurn(url) || url.transport === null;
  return isPort && hasItsTransport && URL.canParse(`http://${host}`) ? url : null;
}

function isTurn({ scheme }: IceUrl): boolean {
  return scheme === 'turn' || scheme === 'turns';
}

export function isTurnUrl(text: string): boolean {
  return /^turns?:/i.test(text);
}

export function isStunUrl(text: string): boolean {
  return /^stuns?:/i.test(text);
}

/** Every `stun:` and `stuns:` URL of a list. */
export function stunUrlsIn(servers: readonly IceServer[]): readonly string[] {
  return [...new Set(servers.flatMap(({ urls }) => urls.filter(isStunUrl)))];
}

/** An operator's list: any mistake is told, completing "the list …". Never with a credential in it. */
export function parseIceServers(text: string): Parsed<readonly IceServer[]> {
  const list = jsonIn(text);
  if (!Array.isArray(list)) return refused('must be a JSON array of {"urls", …} objects');
  if (list.length === 0) return refused('must not be empty');
  if (list.length > iceListBounds.servers) {
    return refused(`must have at most ${iceListBounds.servers} entries`);
  }
  const servers: IceServer[] = [];
  for (const [index, entry] of (list as readonly unknown[]).entries()) {
    const server = serverOf(entry);
    if (!server.ok) return refused(`has a mistake in entry ${index + 1}: ${server.problem}`);
    servers.push(server.value);
  }
  return parsed(servers);
}

/** A stranger's list: what is no use is left out, and what is too much. */
export function readIceServers(list: unknown): readonly IceServer[] {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [list];
  return entries
    .slice(0, iceListBounds.servers)
    .map((entry) => serverOf(withUsableUrls(entry)))
    .flatMap((server) => (server.ok ? [server.value] : []));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function urlsOf(entry: unknown): readonly unknown[] {
  if (!isJsonObject(entry)) return [];
  const { urls, url } = entry;
  return Array.isArray(urls) ? urls : [urls ?? url];
}

function withUsableUrls(entry: unknown): unknown {
  if (!isJsonObject(entry)) return entry;
  const usable = urlsOf(entry).filter((url) => typeof url === 'string' && parseIceUrl(url));
  return { ...entry, urls: usable.slice(0, iceListBounds.urls) };
}

function serverOf(entry: unknown): Parsed<IceServer> {
  if (!isJsonObject(entry)) return refused('it is no object');
  const urls = urlsOf(entry);
  if (urls.length === 0 || urls.length > iceListBounds.urls) {
    return refused(`"urls" must hold 1 to ${iceListBounds.urls} addresses`);
  }
  const isUrl = (url: unknown): url is string => typeof url === 'string' && !!parseIceUrl(url);
  if (!urls.every(isUrl)) {
    return refused('"urls" must be such as stun:host:port or turns:host:443?transport=tcp');
  }
  const { username, credential } = entry;
  if (isText(username) && isText(credential)) return parsed({ urls, username, credential });
  const hasNeither = username === undefined && credential === undefined;
  if (hasNeither && !urls.some(isTurnUrl)) return parsed({ urls });
  return refused(
    `"username" and "credential" must be texts of 1 to ${iceListBounds.textLength} characters`,
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= iceListBounds.textLength;
}
