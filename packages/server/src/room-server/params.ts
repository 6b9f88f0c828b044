import {
  type ClientId,
  type Params,
  type RoomId,
  type SeatParams,
  sessionLimits,
} from '@apprtc/protocol';
import { httpOrigin, type PublicOrigin } from '../http/origin.ts';
import { type MediaQuery, mediaConstraints, mediaWarnings } from './media-constraints.ts';
import { pythonJson } from './python-json.ts';
import { signalingAddresses } from './signaling-addresses.ts';

/** What shapes the params of one request. */
export interface ParamsRequest {
  readonly origin: PublicOrigin;
  /** Where the Collider is, if it is a process of its own. */
  readonly collider: PublicOrigin | null;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly headerMessage: string;
  /** Whether the seat is really one of a loopback room; for `/params`, whether it was asked for. */
  readonly isLoopback: boolean;
  /** What our own `/v1alpha/iceconfig` knows the client by. */
  readonly iceKey: string;
  /** Whether a link may name other servers for its signaling. */
  readonly isOverrideAllowed: boolean;
  /** Whether the Collider takes sessions. */
  readonly takesSessions: boolean;
}

export interface SeatRequest {
  readonly roomId: RoomId;
  readonly clientId: ClientId;
  readonly isInitiator: boolean;
  readonly messages: readonly string[];
}

/** [PR1] The room-independent params; all keys are always there. */
export function makeParams(request: ParamsRequest): Params {
  const { query, isLoopback } = request;
  const addresses = signalingAddresses(request);
  const value = (key: string): string => query.get(key) ?? '';
  const media: MediaQuery = {
    audio: value('audio'),
    video: value('video'),
    hd: value('hd'),
    firefoxFakeDevice: value('firefox_fake_device'),
    userAgent: request.userAgent,
  };
  return {
    header_message: request.headerMessage,
    error_messages: [],
    warning_messages: [
      ...mediaWarnings(media, value('minre'), value('maxre')),
      ...addresses.warnings,
    ],
    is_loopback: pythonJson(isLoopback),
    pc_config: pythonJson(pcConfig(value('it'))),
    pc_constraints: pythonJson(
      pcConstraints(isLoopback ? 'false' : value('dtls'), value('dscp'), value('ipv6')),
    ),
    offer_options: '{}',
    media_constraints: pythonJson(mediaConstraints(media)),
    ice_server_url: iceServerUrl(request, addresses.iceServerOrigin),
    ice_server_transports: value('tt'),
    include_loopback_js: isLoopback ? '<script src="/js/loopback.js"></script>' : '',
    wss_url: addresses.wssUrl,
    wss_post_url: addresses.wssPostUrl,
    bypass_join_confirmation: 'false',
    version_info: 'null',
    // [V1] Of our own Collider: of one that a link names nothing is known.
    ...(request.takesSessions && !addresses.isForeign
      ? { session_protocol: sessionLimits.version }
      : {}),
  };
}

/** [PR2] The params of a join. */
export function makeSeatParams(request: ParamsRequest, seat: SeatRequest): Params & SeatParams {
  const query = request.query.toString();
  return {
    ...makeParams(request),
    room_id: seat.roomId,
    room_link: `${httpOrigin(request.origin)}/r/${seat.roomId}${query === '' ? '' : `?${query}`}`,
    client_id: seat.clientId,
    is_initiator: pythonJson(seat.isInitiator),
    messages: seat.messages,
  };
}

/** [PR13] [PR19] Our own with the key that we made; another server's with the link's. */
function iceServerUrl({ origin, query, iceKey }: ParamsRequest, foreign: string | null): string {
  const key = foreign === null ? iceKey : (query.get('apikey') ?? '');
  return `${foreign ?? httpOrigin(origin)}/v1alpha/iceconfig?key=${encodeURIComponent(key)}`;
}

function pcConfig(iceTransports: string): Readonly<Record<string, unknown>> {
  return {
    iceServers: [],
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
    ...(iceTransports === '' ? {} : { iceTransports }),
  };
}

/** [PR5] Switches that a query turns on or off; anything but true and false is no word on the matter. */
function pcConstraints(dtls: string, dscp: string, ipv6: string): { readonly optional: object[] } {
  const switches = [
    ['DtlsSrtpKeyAgreement', dtls],
    ['googDscp', dscp],
    ['googIPv6', ipv6],
  ] as const;
  const optional = switches.flatMap(([name, text]) => {
    const word = text.toLowerCase();
    return word === 'true' || word === 'false' ? [{ [name]: word === 'true' }] : [];
  });
  return { optional };
}
