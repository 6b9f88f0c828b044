import type { FastifyInstance } from 'fastify';
import { sendText } from '../http/json-reply.ts';

/** [HE1] Whether the process answers. */
export function addHealthRoutes(app: FastifyInstance): void {
  app.get('/healthz', (_request, reply) => sendText(reply, 'ok\n'));
}
