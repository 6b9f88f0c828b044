import type { FastifyReply } from 'fastify';

/** [HT8] JSON with its charset and, as for every reply here, a Content-Length: small devices discard chunked replies. */
export function sendJson(reply: FastifyReply, body: unknown, status = 200): FastifyReply {
  return reply
    .code(status)
    .header('Content-Type', 'application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

/** Plain text with the status it goes with. */
export function sendText(reply: FastifyReply, text: string, status = 200): FastifyReply {
  return reply.code(status).header('Content-Type', 'text/plain; charset=utf-8').send(text);
}

/** [TW11] The Collider is a process of its own and doesn't answer. */
export function sendOutOfReach(reply: FastifyReply, retryAfterMs: number): FastifyReply {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return sendText(
    reply.header('Retry-After', String(seconds)),
    "The Collider can't be reached\n",
    503,
  );
}

/** [LM7] [LM8] [LM9] The server is full for the moment. */
export function sendBusy(reply: FastifyReply): FastifyReply {
  return sendText(reply.header('Retry-After', '5'), 'The server is at its capacity\n', 503);
}
