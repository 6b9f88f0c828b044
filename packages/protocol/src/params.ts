import { type JsonObject, type Parsed, parsed, parseJsonObject, refused } from './parsed.ts';

/**
 * [PR1] What `GET /params` and a join tell a client. Values of type `JsonText` are JSON encoded as a
 * string, as the original's templates needed it: `is_loopback` is the string `"true"`.
 */
export interface Params {
  readonly header_message: string;
  readonly error_messages: readonly string[];
  readonly warning_messages: readonly string[];
  readonly is_loopback: JsonText;
  readonly pc_config: JsonText;
  readonly pc_constraints: JsonText;
  readonly offer_options: JsonText;
  readonly media_constraints: JsonText;
  readonly ice_server_url: string;
  readonly ice_server_transports: string;
  readonly include_loopback_js: string;
  readonly wss_url: string;
  readonly wss_post_url: string;
  readonly bypass_join_confirmation: JsonText;
  readonly version_info: JsonText;
  /** [V1] The version of the session protocol that the Collider takes; absent where it takes none. */
  readonly session_protocol?: number;
}

/** JSON inside a JSON string. */
export type JsonText = string;

/** [PR2] What a join adds to `Params`. */
export interface SeatParams {
  readonly room_id: string;
  readonly room_link: string;
  readonly client_id: string;
  readonly is_initiator: JsonText;
  /** What the other client said before this one came, oldest first. */
  readonly messages: readonly string[];
}

export type JoinReplyBody =
  | { readonly result: 'SUCCESS'; readonly params: Params & SeatParams }
  | { readonly result: 'FULL'; readonly params: { readonly messages: readonly [] } };

/** What a client needs of a join's reply, read tolerantly: ours, the original's, or a port's. */
export interface JoinedSeat {
  readonly roomId: string;
  readonly clientId: string;
  readonly isInitiator: boolean;
  readonly isLoopback: boolean;
  /** The newest session protocol that the server speaks; absent: the legacy one alone. */
  readonly sessionProtocol?: number;
  readonly messages: readonly string[];
  /** The Collider's WebSocket address. */
  readonly wssUrl: string;
  /** The Collider's HTTP origin. */
  readonly wssPostUrl: string;
  /** Where ICE servers are asked for; empty where the server has none. */
  readonly iceServerUrl: string;
  readonly iceServerTransports: string;
  readonly roomLink: string;
  /** The `iceServers` inside `pc_config`; mostly empty. */
  readonly pcConfig: JsonObject;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

export type JoinReply =
  | { readonly result: 'SUCCESS'; readonly seat: JoinedSeat }
  | { readonly result: 'FULL' };

function textAt(params: JsonObject, key: string): string {
  const value = params[key];
  return typeof value === 'string' ? value : '';
}

function textsAt(params: JsonObject, key: string): readonly string[] {
  const value = params[key];
  return Array.isArray(value)
    ? (value as readonly unknown[]).filter((entry): entry is string => typeof entry === 'string')
    : [];
}

/** `"true"` as the protocol has it, or a real boolean as some ports send it. */
function flagAt(params: JsonObject, key: string): boolean {
  return params[key] === 'true' || params[key] === true;
}

function jsonAt(params: JsonObject, key: string): JsonObject {
  const json = parseJsonObject(textAt(params, key));
  return json.ok ? json.value : {};
}

function seatOf(params: JsonObject): JoinedSeat {
  const sessionProtocol = params['session_protocol'];
  return {
    roomId: textAt(params, 'room_id'),
    clientId: textAt(params, 'client_id'),
    isInitiator: flagAt(params, 'is_initiator'),
    isLoopback: flagAt(params, 'is_loopback'),
    ...(typeof sessionProtocol === 'number' ? { sessionProtocol } : {}),
    messages: textsAt(params, 'messages'),
    wssUrl: textAt(params, 'wss_url'),
    wssPostUrl: textAt(params, 'wss_post_url'),
    iceServerUrl: textAt(params, 'ice_server_url'),
    iceServerTransports: textAt(params, 'ice_server_transports'),
    roomLink: textAt(params, 'room_link'),
    pcConfig: jsonAt(params, 'pc_config'),
    warnings: textsAt(params, 'warning_messages'),
    errors: textsAt(params, 'error_messages'),
  };
}

/** [JN1] [JN2] Reads a join's reply. `messages` may be missing: a port leaves it out when it is empty. */
export function parseJoinReply(
  text: string,
): Parsed<JoinReply, 'not-json' | 'not-an-object' | 'unknown-result' | 'incomplete-params'> {
  const json = parseJsonObject(text);
  if (!json.ok) return json;
  const { result, params } = json.value;
  if (result === 'FULL') return parsed({ result });
  if (result !== 'SUCCESS') return refused('unknown-result');
  const seat = seatOf(typeof params === 'object' && params !== null ? (params as JsonObject) : {});
  if (seat.clientId === '' || seat.roomId === '' || seat.wssUrl === '') {
    return refused('incomplete-params');
  }
  return parsed({ result, seat });
}

/** Reads the `result` of `POST /message`. */
export function parseMessageReply(
  text: string,
): Parsed<string, 'not-json' | 'not-an-object' | 'unknown-result'> {
  const json = parseJsonObject(text);
  if (!json.ok) return json;
  const { result } = json.value;
  return typeof result === 'string' ? parsed(result) : refused('unknown-result');
}
