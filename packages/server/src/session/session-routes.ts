import { randomBytes } from 'node:crypto';
import { asksForSession, colliderReplies } from '@apprtc/protocol';
import type { ConnectionId } from '@apprtc/signaling';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendBusy, sendText } from '../http/json-reply.ts';
import { bodyText } from '../http/raw-body.ts';
import type { SessionConnection } from './session-connection.ts';
import type { Sessions } from './sessions.ts';
import { StreamTransport } from './stream-transport.ts';

export interface SessionRouteParts {
  readonly sessions: Sessions;
  /** [LM8] A stream counts as a socket. */
  readonly collider: { readonly hasRoom: boolean; countStream(change: 1 | -1): void };
}

export const sessionPath = '/api/session';
const secretBytes = 24;

/** [V47] Sessions over HTTP, where WebSockets are blocked: the same frames and events, the same rules. */
export function addSessionRoutes(app: FastifyInstance, parts: SessionRouteParts): void {
  const streams = new Map<string, SessionConnection>();
  app.post(sessionPath, (request, reply) => open(request, reply, parts, streams));
  app.post(`${sessionPath}/:secret`, (request, reply) => receive(request, reply, streams));
}

type Streams = Map<string, SessionConnection>;

/** [V48] The first frame comes in the body, and what the server says is the reply, which doesn't end. */
function open(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, collider }: SessionRouteParts,
  streams: Streams,
): FastifyReply {
  const text = bodyText(request);
  if (!text.ok) return sendText(reply, colliderReplies.notUtf8, 400);
  if (!asksForSession(text.value)) return sendText(reply, 'Not a first frame of a session\n', 400);
  if (!collider.hasRoom) return sendBusy(reply);
  const secret = randomBytes(secretBytes).toString('base64url');
  // No id of a socket has such a sign.
  const id = `~${randomBytes(8).toString('base64url')}` as ConnectionId;
  const { raw: response } = reply.hijack();
  collider.countStream(1);
  const session = sessions.open(id, new StreamTransport(response), request.ip);
  streams.set(secret, session);
  response.once('close', () => {
    streams.delete(secret);
    collider.countStream(-1);
    sessions.closed(session);
  });
  session.say({ event: 'session', id: secret });
  session.receive(text.value);
  return reply;
}

/** [V49] Further frames, one a line; none at all is a sign of life. */
async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  streams: Streams,
): Promise<FastifyReply> {
  const { secret } = request.params as Readonly<Record<string, string>>;
  const session = streams.get(secret ?? '');
  if (session === undefined) return sendText(reply, 'No such session\n', 404);
  const text = bodyText(request);
  if (!text.ok) return sendText(reply, colliderReplies.notUtf8, 400);
  session.heard();
  for (const line of text.value.split('\n')) if (line.trim() !== '') session.receive(line);
  return reply.code(204).send();
}
