import type { Admission, Policy } from '@apprtc/signaling';
import type { Logger } from 'pino';
import { ClientIds } from './client-ids.ts';
import { Collider } from './collider/collider.ts';
import type { Config } from './config/config.ts';
import { ColliderRooms } from './halves/collider-rooms.ts';
import { CommandSeal } from './halves/command-seal.ts';
import { ForwardingRooms } from './halves/forwarding-rooms.ts';
import { halfHeader } from './halves/half-identity.ts';
import type { CommandRouteParts } from './halves/half-routes.ts';
import { Notices } from './halves/notices.ts';
import { OtherHalf } from './halves/other-half.ts';
import { RemoteRooms } from './halves/remote-rooms.ts';
import { inPath } from './halves/room-commands.ts';
import type { RouteContext } from './http/route-context.ts';
import { openIce } from './ice/open-ice.ts';
import type { TurnService } from './ice/turn-source.ts';
import { isLoopbackAddress } from './ip-address.ts';
import { CallEvents } from './ops/call-events.ts';
import { Connections } from './rooms/connections.ts';
import { MemoryStore } from './rooms/memory-store.ts';
import { RoomClock } from './rooms/room-clock.ts';
import { RoomService, type RoomServiceParts } from './rooms/room-service.ts';
import type { RoomsPort } from './rooms/rooms-port.ts';
import { signingSecret } from './secret.ts';
import { AddressCounts } from './session/address-counts.ts';
import { SessionCredentials } from './session/session-credentials.ts';
import { Sessions } from './session/sessions.ts';

/** The Collider and the rooms that it keeps. */
export interface ColliderHalf {
  readonly collider: Collider;
  readonly sessions: Sessions;
  readonly rooms: RoomService;
}

/** What a server is made of: both halves, or the one that its command names. */
export interface ProductParts {
  readonly roomServer: RouteContext | null;
  readonly collider: ColliderHalf | null;
  /** Where the Collider runs alone: what its room server may ask. */
  readonly commands: Omit<CommandRouteParts, 'rate'> | null;
  /** What the operator should know when it starts: a line each. */
  readonly notes: readonly string[];
  /** Idempotent. */
  close(): Promise<void>;
}

type OnDeparted = NonNullable<RoomServiceParts['onDeparted']>;

/** What both halves need. */
interface Base {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: RoomClock;
  readonly clientIds: ClientIds;
  readonly secret: string;
  /** A TURN server that runs beside this one. */
  readonly turn: TurnService | null;
}

export async function createParts(
  config: Config,
  logger: Logger,
  turn: TurnService | null = null,
): Promise<ProductParts> {
  const secret = await signingSecret(config);
  const clock = new RoomClock();
  const clientIds = new ClientIds(secret);
  const base: Base = { config, logger, clock, secret, clientIds, turn };
  switch (config.command) {
    case 'serve':
      return await bothHalves(base);
    case 'room-server':
      return await loneRoomServer(base);
    case 'collider':
      return loneCollider(base);
  }
}

async function bothHalves(base: Base): Promise<ProductParts> {
  const collider = createCollider(base);
  const { context, notes } = await openRoomServer(base, collider.rooms);
  return {
    roomServer: context,
    collider,
    commands: null,
    notes,
    close: () => closeAll(context.ice, collider.rooms, base.clock),
  };
}

/** [TW6] It tells the room server whose seats have ended. */
function loneCollider(base: Base): ProductParts {
  const { config, clock, logger, secret } = base;
  const nowMs = () => clock.nowMs();
  const roomServer = config.roomServer === undefined ? null : otherHalf(base, config.roomServer);
  const notices = new Notices({ logger, nowMs });
  const collider = createCollider(base, roomServer && tellOfDeparted(roomServer, notices));
  return {
    roomServer: null,
    collider,
    commands: { rooms: collider.rooms, seal: new CommandSeal(secret), nowMs },
    notes: [],
    close: () => closeAll(notices, roomServer, collider.rooms, clock),
  };
}

function tellOfDeparted(roomServer: OtherHalf, notices: Notices): OnDeparted {
  const headers = { [halfHeader]: 'collider' };
  return (roomId, clientIds) => {
    for (const clientId of clientIds) {
      const path = `/bye/${roomId}/${inPath(clientId)}`;
      notices.add(() => roomServer.ask({ method: 'POST', path, headers, isRepeatable: true }));
    }
  };
}

/** [TW13] Its rooms are in the Collider if that is one of ours, and here if not. */
async function loneRoomServer(base: Base): Promise<ProductParts> {
  const { config, logger, clock, secret } = base;
  const { collider: origin } = config;
  if (origin === undefined) throw new Error('A room server without a Collider was configured');
  const nowMs = () => clock.nowMs();
  const collider = otherHalf(base, origin);
  const notices = new Notices({ logger, nowMs });
  const store = new MemoryStore(config);
  const policy: Policy = {
    ...policyOf(config, clock),
    relay: 'forward',
    pendingSeatMs: config.foreignSeatMs,
  };
  const own = new RoomService({ ...serviceParts(base), store, policy });
  const rooms = new ColliderRooms({
    collider,
    remote: new RemoteRooms({ collider, seal: new CommandSeal(secret), notices, logger }),
    forwarding: new ForwardingRooms({ rooms: own, collider, notices }),
    isVacant: () => store.roomCount === 0,
    notices,
    nowMs,
    logger,
  });
  rooms.lookForCollider();
  const { context, notes } = await openRoomServer(base, rooms);
  return {
    roomServer: context,
    collider: null,
    commands: null,
    notes,
    close: () => closeAll(context.ice, notices, collider, own, clock),
  };
}

async function closeAll(
  ...parts: readonly ({ close(): void | Promise<void> } | null)[]
): Promise<void> {
  for (const part of parts) await part?.close();
}

interface OpenRoomServer {
  readonly context: RouteContext;
  readonly notes: readonly string[];
}

async function openRoomServer(base: Base, rooms: RoomsPort): Promise<OpenRoomServer> {
  const { config, clientIds, secret, logger, turn } = base;
  const { service: ice, notes } = await openIce({
    config,
    clientIds,
    secret,
    seats: rooms,
    logger,
    ...(turn && { turn }),
  });
  return { context: { config, rooms, clientIds, callEvents: new CallEvents(), ice }, notes };
}

function otherHalf({ clock, logger }: Base, origin: string): OtherHalf {
  return new OtherHalf({ origin, logger, nowMs: () => clock.nowMs() });
}

function serviceParts({ config, clock, logger }: Base): RoomServiceParts {
  return {
    store: new MemoryStore(config),
    policy: policyOf(config, clock),
    clock,
    connections: new Connections(),
    logger,
  };
}

function createCollider(base: Base, onDeparted: OnDeparted | null = null): ColliderHalf {
  const { config, clock, logger, clientIds, secret } = base;
  const parts = serviceParts(base);
  const rooms = new RoomService({ ...parts, ...(onDeparted && { onDeparted }) });
  const common = {
    rooms,
    clientIds,
    logger,
    connections: parts.connections,
    nowMs: () => clock.nowMs(),
    maxSendBufferBytes: config.maxSendBufferBytes,
    messageRate: { perSecond: config.maxMessagesPerSecond, burst: config.maxMessagesBurst },
  };
  const sessions = new Sessions({
    ...common,
    credentials: new SessionCredentials(secret),
    tickMs: config.sessionTickMs,
    silenceMs: config.sessionSilenceMs,
    watchersOfAddress: watchersOfAddress(config),
  });
  const collider = new Collider({
    ...common,
    sessions,
    registerTimeoutMs: config.registerTimeoutMs,
    maxSockets: config.maxSockets,
    pingIntervalMs: config.pingIntervalMs,
    pongTimeoutMs: config.pongTimeoutMs,
  });
  return { collider, sessions, rooms };
}

/** [V43] This machine has no bound, unless a proxy is trusted: all clients of a proxy seem to be on it. */
function watchersOfAddress({ maxWatchersPerAddress, trustProxy }: Config): AddressCounts {
  return new AddressCounts(
    maxWatchersPerAddress,
    (address) => trustProxy === false && isLoopbackAddress(address),
  );
}

function admissionOf({ openCollider, command }: Config): Admission {
  if (!openCollider) return 'issued';
  return command === 'collider' ? 'elsewhere' : 'open';
}

function policyOf(config: Config, clock: RoomClock): Policy {
  const nowMs = clock.nowMs();
  return {
    admission: admissionOf(config),
    relay: 'here',
    graceMs: config.graceMs,
    pendingSeatMs: config.pendingSeatMs,
    leaverCloseMs: config.leaverCloseMs,
    loopbackWaitMs: config.loopbackWaitMs,
    lapsedMailMs: config.lapsedMailMs,
    seatGraceMs: config.sessionGraceMs,
    leavingMs: config.sessionLeavingMs,
    watchIdleMs: config.watchIdleMs,
    restoresUntilMs: nowMs + config.sessionRestoreMs,
    unixOffsetMs: Date.now() - nowMs,
  };
}
