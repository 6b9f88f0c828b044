import { type IceServer, type JsonObject, parseIceConfig } from '@apprtc/protocol';

export interface IceInputs {
  /** What the ICE server endpoint gave. */
  readonly servers: readonly IceServer[];
  /** `pc_config` of the join's reply. */
  readonly pcConfig: JsonObject;
  /** `ice_server_transports` of the join's reply. */
  readonly transports: string;
  /** The join's query: `it=relay` forces TURN, `tt=udp|tcp|tls` picks its transports. */
  readonly query: URLSearchParams;
}

const turnTransports: readonly string[] = ['udp', 'tcp', 'tls'];

/** `udp`, `tcp` or `tls` of a TURN URL (RFC 7065), null for anything else. */
function turnTransport(url: string): string | null {
  if (/^turns:/i.test(url)) return 'tls';
  if (!/^turn:/i.test(url)) return null;
  return /[?&]transport=(\w+)/i.exec(url)?.[1]?.toLowerCase() ?? 'udp';
}

/** Whether a list of ICE servers names a relay (RFC 7065). */
export function offersRelay(
  servers: readonly { readonly urls: string | readonly string[] }[],
): boolean {
  return servers.flatMap(({ urls }) => urls).some((url) => turnTransport(url) !== null);
}

function withTransports(servers: readonly IceServer[], wanted: string): readonly IceServer[] {
  const transports = wanted
    .toLowerCase()
    .split(',')
    .filter((name) => turnTransports.includes(name));
  // Without a word that means anything, all are wanted.
  if (transports.length === 0) return servers;
  return servers.flatMap((server) => {
    const urls = server.urls.filter((url) => {
      const transport = turnTransport(url);
      return transport === null || transports.includes(transport);
    });
    return urls.length === 0 ? [] : [{ ...server, urls }];
  });
}

/** A TURN entry without credentials makes the constructor throw, and with it the whole call. */
function isUsable(server: IceServer): boolean {
  const isTurn = server.urls.some((url) => turnTransport(url) !== null);
  return !isTurn || (server.username !== undefined && server.credential !== undefined);
}

/** The configuration of a peer connection (W3C RTCConfiguration) for one seat. */
export function rtcConfiguration({
  servers,
  pcConfig,
  transports,
  query,
}: IceInputs): RTCConfiguration {
  const own = parseIceConfig(JSON.stringify(pcConfig));
  const all = [...(own.ok ? own.value.servers : []), ...servers].filter(isUsable);
  const wanted = query.get('tt') ?? transports;
  const policy = query.get('it') ?? pcConfig['iceTransportPolicy'] ?? pcConfig['iceTransports'];
  return {
    iceServers: withTransports(all, wanted).map((server) => ({
      ...server,
      urls: [...server.urls],
    })),
    iceTransportPolicy: policy === 'relay' ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
  };
}
