import { isJsonObject, type Parsed, parsed, parseJsonObject, refused } from './parsed.ts';

/** [IC1] One ICE server in the shape that every client reads; W3C RTCIceServer with `urls` always an array. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** [IC1] The reply of `/v1alpha/iceconfig`. */
export interface IceConfig {
  /** Seconds with an `s`, as in `"86400s"`. */
  readonly lifetimeDuration: string;
  readonly iceServers: readonly IceServer[];
}

/** ICE servers and for how long they are good. */
export interface IceServers {
  readonly servers: readonly IceServer[];
  /** Null where the server does not say. */
  readonly lifetimeSeconds: number | null;
}

function iceServerOf(entry: unknown): IceServer | undefined {
  if (!isJsonObject(entry)) return undefined;
  const { urls, url, username, credential } = entry;
  const list = (Array.isArray(urls) ? (urls as readonly unknown[]) : [urls ?? url]).filter(
    (item): item is string => typeof item === 'string' && item !== '',
  );
  if (list.length === 0) return undefined;
  return {
    urls: list,
    ...(typeof username === 'string' ? { username } : {}),
    ...(typeof credential === 'string' ? { credential } : {}),
  };
}

/** [IC1] Reads a reply of `/v1alpha/iceconfig`, or the original's with `iceServers` only. */
export function parseIceConfig(
  text: string,
): Parsed<IceServers, 'not-json' | 'not-an-object' | 'missing-ice-servers'> {
  const json = parseJsonObject(text);
  if (!json.ok) return json;
  const { iceServers, lifetimeDuration } = json.value;
  if (!Array.isArray(iceServers)) return refused('missing-ice-servers');
  const seconds =
    typeof lifetimeDuration === 'string' ? /^(\d{1,9})(?:\.\d+)?s$/.exec(lifetimeDuration) : null;
  return parsed({
    servers: (iceServers as readonly unknown[])
      .map(iceServerOf)
      .filter((server): server is IceServer => server !== undefined),
    lifetimeSeconds: seconds === null ? null : Number(seconds[1]),
  });
}
