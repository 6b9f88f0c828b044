import { results } from './codes.ts';
import type { IceConfig, IceServer } from './ice-config.ts';
import { limits } from './limits.ts';
import type { Params, SeatParams } from './params.ts';
import { clientId, roomId } from './session/session-ids.ts';
import { sessionLimits } from './session/session-limits.ts';
import type { JsonSchema } from './session/shape.ts';

// What our own server sends and takes. Parsers of replies are more tolerant: they read the original's and ports' too.

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'array', items: text };
const flagText: JsonSchema = { enum: ['true', 'false'] };
const jsonText: JsonSchema = { type: 'string', contentMediaType: 'application/json' };
const count: JsonSchema = { type: 'integer', minimum: 0 };

function objectOf(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required };
}

/** [PR1] [V1] */
const paramsProperties = {
  header_message: text,
  error_messages: texts,
  warning_messages: texts,
  is_loopback: flagText,
  pc_config: jsonText,
  pc_constraints: jsonText,
  offer_options: jsonText,
  media_constraints: jsonText,
  ice_server_url: text,
  ice_server_transports: text,
  include_loopback_js: text,
  wss_url: text,
  wss_post_url: text,
  bypass_join_confirmation: flagText,
  version_info: jsonText,
  session_protocol: { const: sessionLimits.version },
} as const satisfies Record<keyof Params | 'session_protocol', JsonSchema>;

/** [PR2] */
const seatProperties = {
  room_id: roomId.schema,
  room_link: text,
  client_id: clientId.schema,
  is_initiator: flagText,
  messages: texts,
} as const satisfies Record<keyof SeatParams, JsonSchema>;

const iceServerProperties = {
  urls: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
  username: text,
  credential: text,
} as const satisfies Record<keyof IceServer, JsonSchema>;

const iceConfigProperties = {
  lifetimeDuration: { type: 'string', pattern: '^[0-9]+s$' },
  iceServers: {
    type: 'array',
    minItems: 1,
    items: objectOf(iceServerProperties, ['username', 'credential']),
  },
} as const satisfies Record<keyof IceConfig, JsonSchema>;

const isFull: JsonSchema = objectOf({
  result: { const: results.full },
  params: objectOf({ messages: { type: 'array', maxItems: 0 } }),
});

const time: JsonSchema = {
  oneOf: [{ type: 'number' }, { type: 'string', pattern: '^\\s*[-+0-9.eE]+\\s*$' }],
};

/** Bodies of HTTP. */
export const httpSchemas = {
  Params: objectOf(paramsProperties, ['session_protocol']),
  JoinReply: {
    oneOf: [
      objectOf({
        result: { const: results.success },
        params: objectOf({ ...paramsProperties, ...seatProperties }, ['session_protocol']),
      }),
      isFull,
    ],
  },
  MessageReply: objectOf({
    result: { enum: [results.success, results.unknownRoom, results.unknownClient, results.error] },
  }),
  CallEvent: objectOf({
    type: { const: 'event' },
    request_time_ms: time,
    event: objectOf(
      {
        event_type: {
          oneOf: [{ type: 'integer' }, { type: 'string', minLength: 1, maxLength: 64 }],
        },
        event_time_ms: time,
        room_id: text,
      },
      ['room_id'],
    ),
  }),
  CallEventReply: objectOf({ result: { enum: [results.success, results.invalidRequest] } }),
  IceConfig: objectOf(iceConfigProperties),
  Status: objectOf(
    {
      ...{ upsec: { type: 'number' }, openws: count, totalws: count, wserrors: count },
      ...{ httperrors: count, droppedmessages: count, callevents: { type: 'object' } },
    },
    // Each half says its own.
    ['openws', 'totalws', 'wserrors', 'droppedmessages', 'callevents'],
  ),
} as const satisfies Record<string, JsonSchema>;

const textOrNull: JsonSchema = { type: ['string', 'null'] };
const filled: JsonSchema = { type: 'string', minLength: 1 };
const message: JsonSchema = { type: 'string', minLength: 1, maxLength: limits.maxFrameBytes };

/** [FR2] [FR3] [FR5] A legacy client's frames; keys that a frame doesn't need may stand there. */
export const clientFrameSchemas = {
  register: {
    type: 'object',
    properties: {
      ...{ cmd: { const: 'register' }, roomid: filled, clientid: filled, msg: textOrNull },
    },
    required: ['cmd', 'roomid', 'clientid'],
  },
  send: {
    type: 'object',
    properties: {
      ...{ cmd: { const: 'send' }, msg: message, roomid: textOrNull, clientid: textOrNull },
    },
    required: ['cmd', 'msg'],
  },
} as const satisfies Record<string, JsonSchema>;

/** [FR7] The Collider's frames to a legacy client. */
export const serverFrameSchemas = {
  message: objectOf({ msg: message, error: { const: '' } }),
  error: objectOf({ msg: { const: '' }, error: filled }),
} as const satisfies Record<string, JsonSchema>;
