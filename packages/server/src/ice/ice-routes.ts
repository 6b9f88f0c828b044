import type { FastifyInstance } from 'fastify';
import { sendJson } from '../http/json-reply.ts';
import { hostName } from '../http/origin.ts';
import { originOf, queryOf, type RouteContext } from '../http/route-context.ts';

export const iceConfigPath = '/v1alpha/iceconfig';

/** [IC1] [IC2] ICE servers for who asks. */
export function addIceRoutes(app: FastifyInstance, context: RouteContext): void {
  app.route({
    method: ['GET', 'POST'],
    url: iceConfigPath,
    handler: async (request, reply) => {
      const config = await context.ice.answer({
        key: queryOf(request).get('key') ?? '',
        address: request.ip,
        hostName: hostName(originOf(request, context)),
      });
      // Credentials are for one client, for a while: no cache on the way may keep them.
      return sendJson(reply.header('Cache-Control', 'no-store'), config);
    },
  });
}
