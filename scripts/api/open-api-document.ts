import {
  colliderReplies,
  type JsonSchema,
  limits,
  reservedNames,
  sessionEvents,
  sessionFrames,
} from '@apprtc/protocol';
import { clientId, roomId } from '../../packages/protocol/src/session/session-ids.ts';
import { httpSchemas } from '../../packages/protocol/src/wire-schemas.ts';
import { documentInfo, schemaRef } from './document-info.ts';

type Node = Readonly<Record<string, unknown>>;

const room = {
  ...{ name: 'room', in: 'path', required: true, description: '[ID1] [ID2] [ID3]' },
  schema: { ...roomId.schema, not: { enum: [...reservedNames] } },
};
const client = {
  ...{ name: 'client', in: 'path', required: true, description: '[ID4] A bearer secret.' },
  schema: clientId.schema,
};
const seat = [room, client];

function json(name: keyof typeof httpSchemas, description: string): Node {
  return { description, content: { 'application/json': { schema: schemaRef(name) } } };
}

function plain(description: string, ...texts: readonly string[]): Node {
  const schema: JsonSchema = texts.length === 0 ? { type: 'string' } : { enum: texts };
  return { description, content: { 'text/plain': { schema } } };
}

const retryAfter = {
  'Retry-After': { description: 'In seconds.', schema: { type: 'integer', minimum: 1 } },
};
const tooBig = plain(`[LM1] The body has more than ${limits.maxBodyBytes} bytes.`);
const tooFast = { ...plain('[LM12] Too many requests of this address.'), headers: retryAfter };
const busy = { ...plain('[LM7] [LM9] [TW11] Full for the moment.'), headers: retryAfter };
const notFound = plain('[ID1] [ID2] [ID3] [ID4] No such name.');

/** What any route that takes a body or names a room may answer. */
const refusals = { '404': notFound, '413': tooBig, '429': tooFast };

function operation(
  operationId: string,
  summary: string,
  responses: Node,
  more: Node = {},
): Node & { readonly operationId: string } {
  return { operationId, summary, ...more, responses };
}

const message = {
  required: true,
  description: '[HT4] Taken byte for byte as UTF-8, whatever the content type says.',
  content: { '*/*': { schema: { type: 'string', minLength: 1 } } },
};

function roomServerPaths(): Node {
  const debug = { name: 'debug', in: 'query', schema: { enum: ['loopback'] } };
  const left = { '200': { description: 'Done, whether known or not.' }, ...refusals };
  return {
    '/join/{room}': {
      parameters: [room],
      post: operation(
        'join',
        '[JN1]-[JN4] Asks for a seat; the query shapes the params [PR5]-[PR9].',
        { '200': json('JoinReply', 'Seated, or the room is full.'), ...refusals, '503': busy },
        { parameters: [debug] },
      ),
    },
    '/message/{room}/{client}': {
      parameters: seat,
      post: operation(
        'message',
        '[MS1]-[MS8] Says a message to the other, or to the one who comes.',
        { '200': json('MessageReply', 'What became of it.'), ...refusals, '503': busy },
        { requestBody: message },
      ),
    },
    '/leave/{room}/{client}': {
      parameters: seat,
      post: operation('leave', '[LV1] [LV2] Frees the seat.', left),
    },
    '/bye/{room}/{client}': {
      parameters: seat,
      post: operation('bye', '[BY1] [TW7] Frees the seat, as a Collider says it.', left),
    },
    '/params': {
      get: operation('params', '[PR1] What does not depend on a room.', {
        '200': json('Params', 'The params.'),
        '429': tooFast,
      }),
    },
    '/a/': {
      post: operation(
        'callEvent',
        '[AN1] [AN2] Takes an event of a call.',
        { '200': json('CallEventReply', 'Counted, or no event.'), '413': tooBig, '429': tooFast },
        { requestBody: { content: { '*/*': { schema: schemaRef('CallEvent') } } } },
      ),
    },
  };
}

function icePath(): Node {
  const key = {
    ...{ name: 'key', in: 'query', description: '[IC8] Of `ice_server_url`.' },
    schema: { type: 'string' },
  };
  const answer = {
    '200': json('IceConfig', '[IC11] Never an error: STUN only without a good key.'),
  };
  return {
    parameters: [key],
    post: operation(
      'iceConfig',
      '[IC1] ICE servers, with credentials for who holds a seat.',
      answer,
    ),
    get: operation('iceConfigByGet', '[IC2] The same.', answer),
  };
}

function colliderPaths(): Node {
  const { ok, emptyBody, queueFull, unknownClient, notUtf8 } = colliderReplies;
  return {
    '/{room}/{client}': {
      parameters: seat,
      post: operation(
        'colliderPost',
        '[CP1] Says a message, as `send` on a connection does.',
        {
          '200': plain('It is on its way, or waits.', ok),
          '500': plain('[CP2]-[CP5]', emptyBody, queueFull, unknownClient, notUtf8),
          ...refusals,
          '503': busy,
        },
        { requestBody: message },
      ),
      delete: operation('colliderDelete', '[DL1]-[DL3] Frees the seat, closes its connection.', {
        '200': plain('Done, whether known or not.', ok),
        ...refusals,
      }),
    },
    '/status': {
      get: operation('status', '[SU1] How the server does.', { '200': json('Status', 'Counts.') }),
    },
    '/healthz': {
      get: operation('health', '[HE1] Whether the process serves.', { '200': plain('It does.') }),
    },
  };
}

function sessionPaths(): Node {
  const eventSchema = {
    type: 'string',
    description: 'For each frame of the server one event, its `data` a SessionEvent.',
    contentMediaType: 'application/json',
    contentSchema: schemaRef('SessionEvent'),
  };
  const id = {
    ...{ name: 'id', in: 'path', required: true, description: 'A bearer secret.' },
    schema: { type: 'string', minLength: 16, maxLength: 128 },
  };
  const frames = (description: string, name: string) => ({
    ...{ required: true, description },
    content: { 'application/json': { schema: schemaRef(name) } },
  });
  return {
    '/api/session': {
      post: operation(
        'openSession',
        '[V47] [V48] Opens a session where WebSockets are blocked.',
        {
          '200': {
            description: 'Lasts as a connection does. The first event is `session`.',
            content: { 'text/event-stream': { schema: eventSchema } },
          },
          '400': plain('No first frame of a session.'),
          '413': tooBig,
          '429': tooFast,
          '503': busy,
        },
        { requestBody: frames('The first frame.', 'SessionOpening') },
      ),
    },
    '/api/session/{id}': {
      parameters: [id],
      post: operation(
        'sayInSession',
        '[V47] [V49] Further frames of that session, one a line.',
        {
          '204': { description: 'Taken.' },
          '400': plain('Not UTF-8.'),
          ...refusals,
          '404': plain('No such session: it has ended.'),
        },
        { requestBody: frames('One frame, or several, one a line.', 'SessionFrame') },
      ),
    },
  };
}

function sessionSchemas(): Readonly<Record<string, JsonSchema>> {
  const { watch, join, resume, register } = sessionFrames;
  const oneOf = (shapes: readonly { readonly schema: JsonSchema }[]) => ({
    oneOf: shapes.map(({ schema }) => schema),
  });
  return {
    SessionOpening: oneOf([watch, join, resume, register]),
    SessionFrame: oneOf(Object.values(sessionFrames)),
    SessionEvent: oneOf(Object.values(sessionEvents)),
  };
}

/** What is spoken over HTTP, after OpenAPI 3.1. Ids in brackets are rules of PROTOCOL.md. */
export function openApiDocument() {
  return {
    openapi: '3.1.1',
    info: documentInfo(
      'AppRTC over HTTP',
      'The room server, the HTTP side of the Collider, ICE servers, and sessions without WebSockets. Ids in brackets are rules of PROTOCOL.md.',
    ),
    servers: [{ url: '/' }],
    paths: {
      ...roomServerPaths(),
      '/v1alpha/iceconfig': icePath(),
      ...colliderPaths(),
      ...sessionPaths(),
    },
    components: { schemas: { ...httpSchemas, ...sessionSchemas() } },
  };
}
