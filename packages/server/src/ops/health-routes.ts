import type { FastifyInstance } from 'fastify';
import { sendText } from '../http/json-reply.ts';

/** [RS10] Whether the process answers. */
export function addHealthRoutes(app: FastifyInstance): void {
  app.get('/healthz', (_request, reply) => sendText(reply, 'ok\n'));
}
