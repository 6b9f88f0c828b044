import type { FastifyInstance } from 'fastify';
import { sendJson } from '../http/json-reply.ts';
import type { ColliderHalf } from '../product-parts.ts';
import type { CallEvents } from './call-events.ts';

/** What `GET /status` counts; a half that runs alone counts its own. */
export interface StatusSources {
  readonly collider: ColliderHalf | null;
  readonly callEvents: CallEvents | null;
}

/** [SU1] How the server is doing. */
export function addStatusRoute(app: FastifyInstance, sources: StatusSources): void {
  const { collider: half, callEvents } = sources;
  const startedMs = performance.now();
  let httpErrors = 0;
  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode >= 400) httpErrors += 1;
  });
  app.get('/status', (_request, reply) =>
    sendJson(reply, {
      upsec: (performance.now() - startedMs) / 1000,
      ...(half && {
        openws: half.collider.openSockets,
        totalws: half.collider.acceptedSockets,
        wserrors: half.collider.errors,
      }),
      httperrors: httpErrors,
      // Beyond the original: messages that found a full queue, and what clients told of their calls.
      ...(half && { droppedmessages: half.rooms.droppedMessages }),
      ...(callEvents && { callevents: callEvents.counts }),
    }),
  );
}
