import {
  isJsonObject,
  type JsonObject,
  type Parsed,
  parsed,
  parseJsonObject,
  refused,
} from './parsed.ts';

/** A candidate as AppRTC clients write it; some leave `label` (m-line index) or `id` (mid) out. */
export interface WireCandidate {
  /** The candidate attribute, RFC 8839 section 5.1. */
  readonly candidate: string;
  /** `sdpMLineIndex` of the W3C RTCIceCandidate. */
  readonly label?: number;
  /** `sdpMid` of the W3C RTCIceCandidate. */
  readonly id?: string;
}

/** What two clients say to each other. The server relays it byte for byte and understands only `bye`. */
export type InnerMessage =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | ({ readonly type: 'candidate' } & WireCandidate)
  | { readonly type: 'remove-candidates'; readonly candidates: readonly WireCandidate[] }
  | { readonly type: 'customized'; readonly data: string }
  | { readonly type: 'bye' };

export type InnerMessageProblem =
  | 'not-json'
  | 'not-an-object'
  | 'unknown-type'
  | 'missing-sdp'
  | 'missing-candidate'
  | 'missing-candidates'
  | 'missing-data';

function candidateOf(json: JsonObject): WireCandidate | undefined {
  const { candidate, label, id } = json;
  if (typeof candidate !== 'string') return undefined;
  return {
    candidate,
    ...(typeof label === 'number' && Number.isInteger(label) && label >= 0 ? { label } : {}),
    ...(typeof id === 'string' ? { id } : {}),
  };
}

function parseRemoveCandidates(json: JsonObject): Parsed<InnerMessage, InnerMessageProblem> {
  const list = json['candidates'];
  if (!Array.isArray(list)) return refused('missing-candidates');
  const candidates: WireCandidate[] = [];
  for (const entry of list as readonly unknown[]) {
    const candidate = isJsonObject(entry) ? candidateOf(entry) : undefined;
    if (candidate !== undefined) candidates.push(candidate);
  }
  return parsed({ type: 'remove-candidates', candidates });
}

/** [IM1]-[IM6] Reads a message of the other client. What a newer client may say is refused as `unknown-type`. */
export function parseInnerMessage(text: string): Parsed<InnerMessage, InnerMessageProblem> {
  const json = parseJsonObject(text);
  if (!json.ok) return json;
  const { type, sdp, data } = json.value;
  switch (type) {
    case 'offer':
    case 'answer':
      return typeof sdp === 'string' && sdp !== '' ? parsed({ type, sdp }) : refused('missing-sdp');
    case 'candidate': {
      const candidate = candidateOf(json.value);
      return candidate === undefined
        ? refused('missing-candidate')
        : parsed({ type, ...candidate });
    }
    case 'remove-candidates':
      return parseRemoveCandidates(json.value);
    case 'customized':
      return typeof data === 'string' ? parsed({ type, data }) : refused('missing-data');
    case 'bye':
      return parsed({ type });
    default:
      return refused('unknown-type');
  }
}

/** The bye that the server says for a client that went without one, byte for byte what the original page sends. */
export const byeMessage = '{"type":"bye"}';

/**
 * [IM6] Whether a message is a `bye`. Cheap for nearly everything else: only a text that holds the word, or
 * an escape that could hide one of its letters, is parsed.
 */
export function isBye(message: string): boolean {
  if (!message.includes('bye') && !message.includes('\\u00')) return false;
  const json = parseJsonObject(message);
  return json.ok && json.value['type'] === 'bye';
}

/** [HB1] ESP32 keeps its socket alive with this as a message; relayed, it would end a call on phones. */
export const heartbeatMessage = '{"error":""}';

export function isHeartbeat(message: string): boolean {
  return message === heartbeatMessage;
}
