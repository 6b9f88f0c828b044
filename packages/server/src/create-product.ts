import { fileURLToPath } from 'node:url';
import type { Policy } from '@apprtc/signaling';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { ClientIds } from './client-ids.ts';
import { Collider } from './collider/collider.ts';
import { addColliderRoutes } from './collider/collider-routes.ts';
import type { Config } from './config/config.ts';
import { createApp } from './http/app.ts';
import { clientAddress } from './http/client-address.ts';
import { allowCrossOrigin } from './http/cross-origin.ts';
import { forgetContentType } from './http/raw-body.ts';
import { RequestRate } from './http/request-rate.ts';
import type { RouteContext } from './http/route-context.ts';
import { addIceRoutes, iceConfigPath } from './ice/ice-routes.ts';
import { openIce } from './ice/open-ice.ts';
import type { TurnService } from './ice/turn-source.ts';
import { CallEvents } from './ops/call-events.ts';
import { addHealthRoutes } from './ops/health-routes.ts';
import type { Product } from './product.ts';
import { addPages } from './room-server/pages.ts';
import { addRoomRoutes } from './room-server/room-routes.ts';
import { Connections } from './rooms/connections.ts';
import { MemoryStore } from './rooms/memory-store.ts';
import { RoomClock } from './rooms/room-clock.ts';
import { RoomService } from './rooms/room-service.ts';
import { signingSecret } from './secret.ts';
import { upgrade } from './upgrade.ts';

/** The built page lies beside the built server. */
const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Puts the whole server together: one place where every part meets. `turn` is a TURN server that runs beside it. */
export async function createProduct(
  config: Config,
  logger: Logger,
  turn?: TurnService,
): Promise<Product> {
  const clock = new RoomClock();
  const connections = new Connections();
  const store = new MemoryStore(config);
  const rooms = new RoomService({ store, policy: policyOf(config), clock, connections, logger });
  const secret = await signingSecret(config);
  const clientIds = new ClientIds(secret);
  const callEvents = new CallEvents();
  const collider = createCollider({ config, rooms, clientIds, logger, clock, connections });
  const rate = new RequestRate(config);
  const { service: ice, notes } = await openIce({
    config,
    clientIds,
    secret,
    seats: rooms,
    logger,
    ...(turn === undefined ? {} : { turn }),
  });
  const context: RouteContext = { config, rooms, clientIds, callEvents, ice };
  const app = await createRoutes(context, collider, rate, logger).catch(async (error: unknown) => {
    await ice.close();
    throw error;
  });
  let closed: Promise<void> | undefined;
  return {
    notes,
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
    close() {
      closed ??= close();
      return closed;
    },
  };
  async function close(): Promise<void> {
    await collider.close();
    // First, so that no request waits for a provider.
    await ice.close();
    await app.close();
    rooms.close();
    clock.close();
  }
}

interface ColliderParts extends Omit<RouteContext, 'callEvents' | 'ice'> {
  readonly logger: Logger;
  readonly clock: RoomClock;
  readonly connections: Connections;
}

function createCollider({ config, clock, ...parts }: ColliderParts): Collider {
  return new Collider({
    ...parts,
    nowMs: () => clock.nowMs(),
    registerTimeoutMs: config.registerTimeoutMs,
    maxSendBufferBytes: config.maxSendBufferBytes,
    messageRate: { perSecond: config.maxMessagesPerSecond, burst: config.maxMessagesBurst },
    maxSockets: config.maxSockets,
    pingIntervalMs: config.pingIntervalMs,
    pongTimeoutMs: config.pongTimeoutMs,
  });
}

async function createRoutes(
  context: RouteContext,
  collider: Collider,
  rate: RequestRate,
  logger: Logger,
): Promise<FastifyInstance> {
  const app = createApp(context.config, logger);
  // [IC11] An ESP32 stops for good on an error there.
  rate.guard(app, iceConfigPath);
  await app.register(async (pages) => addPages(pages, context, webRoot));
  await app.register(async (api) => {
    allowCrossOrigin(api);
    addRoomRoutes(api, context);
    addIceRoutes(api, context);
    addColliderRoutes(api, context, collider);
    addHealthRoutes(api);
  });
  await app.ready();
  return app;
}

function policyOf(config: Config): Policy {
  return {
    admission: config.openCollider ? 'open' : 'issued',
    graceMs: config.graceMs,
    pendingSeatMs: config.pendingSeatMs,
    leaverCloseMs: config.leaverCloseMs,
    loopbackWaitMs: config.loopbackWaitMs,
    lapsedMailMs: config.lapsedMailMs,
  };
}
