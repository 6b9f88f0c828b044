import type { FastifyInstance } from 'fastify';

/**
 * [CS1] Pages of any origin may talk to the room server and the Collider: no cookie is read, and a seat is
 * held by a secret in the URL.
 */
export function allowCrossOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Access-Control-Allow-Origin', '*');
  });
  app.options('/*', (_request, reply) =>
    reply
      .code(204)
      .header('Access-Control-Allow-Methods', 'POST, DELETE')
      .header('Access-Control-Allow-Headers', 'content-type')
      .header('Access-Control-Max-Age', '86400')
      .send(),
  );
}
