import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { addColliderBye, addColliderRoutes } from './collider/collider-routes.ts';
import type { Config } from './config/config.ts';
import { addCommandRoutes, addHalfIdentity } from './halves/half-routes.ts';
import { createApp } from './http/app.ts';
import { clientAddress } from './http/client-address.ts';
import { allowCrossOrigin } from './http/cross-origin.ts';
import { forgetContentType } from './http/raw-body.ts';
import { RequestRate } from './http/request-rate.ts';
import { addIceRoutes, iceConfigPath } from './ice/ice-routes.ts';
import type { TurnService } from './ice/turn-source.ts';
import { addHealthRoutes } from './ops/health-routes.ts';
import { addStatusRoute } from './ops/status-route.ts';
import type { Product } from './product.ts';
import { createParts, type ProductParts } from './product-parts.ts';
import { addPages } from './room-server/pages.ts';
import { addRoomRoutes } from './room-server/room-routes.ts';
import { addSessionRoutes } from './session/session-routes.ts';
import { upgrade } from './upgrade.ts';

/** The built page lies beside the built server. */
const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));

/**
 * Puts the whole server together, or one half of it: one place where every part meets. `turn` is a TURN server that
 * runs beside it.
 */
export async function createProduct(
  config: Config,
  logger: Logger,
  turn?: TurnService,
): Promise<Product> {
  const parts = await createParts(config, logger, turn ?? null);
  const collider = parts.collider?.collider ?? null;
  const rate = new RequestRate(config);
  const app = await createRoutes(parts, config, rate, logger).catch(async (error: unknown) => {
    await parts.close();
    throw error;
  });
  let closed: Promise<void> | undefined;
  return {
    notes: parts.notes,
    request(request, response) {
      forgetContentType(request.headers);
      app.routing(request, response);
    },
    upgrade(request, socket, head) {
      const address = clientAddress(request, config);
      upgrade(request, socket, head, { address, collider, rate }).catch((error: unknown) => {
        logger.error({ event: 'upgrade.failed', err: error });
        socket.destroy();
      });
    },
    async drain() {
      await collider?.drain(config.drainTimeoutMs);
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
  async function close(): Promise<void> {
    await collider?.close();
    // First, so that no request waits for a provider.
    await parts.roomServer?.ice.close();
    await app.close();
    await parts.close();
  }
}

async function createRoutes(
  parts: ProductParts,
  config: Config,
  rate: RequestRate,
  logger: Logger,
): Promise<FastifyInstance> {
  const app = createApp(config, logger);
  const { roomServer, collider, commands } = parts;
  // [IC11] An ESP32 stops for good on an error there.
  rate.guard(app, iceConfigPath);
  if (roomServer !== null) {
    await app.register(async (pages) => addPages(pages, roomServer, webRoot));
  }
  await app.register(async (api) => {
    allowCrossOrigin(api);
    if (roomServer !== null) {
      addRoomRoutes(api, roomServer);
      addIceRoutes(api, roomServer);
    }
    if (collider !== null) {
      addColliderRoutes(api, collider.rooms);
      addSessionRoutes(api, collider);
    }
    if (roomServer === null && collider !== null) addColliderBye(api, collider.rooms);
    addStatusRoute(api, { collider, callEvents: roomServer?.callEvents ?? null });
    addHealthRoutes(api);
  });
  if (commands !== null) addCommandRoutes(app, { ...commands, rate });
  if (config.command !== 'serve') addHalfIdentity(app, config.command);
  await app.ready();
  return app;
}
