import { parseRoomId } from '@apprtc/protocol';
import type { Call, JoinOptions, Lobby, OpenOptions } from './api.ts';
import { platformWith } from './browser-platform.ts';
import { CallError } from './call-error.ts';
import { RoomCall } from './room-call.ts';
import { RoomClient } from './room-client.ts';
import { claimSeat } from './seat-storage.ts';

function serverBase(server: string | URL | undefined): string {
  const base = server ?? globalThis.location?.origin;
  if (base === undefined) throw new CallError('server-unreachable', 'no server was named');
  return String(base).replace(/\/+$/, '');
}

/** The query with which the room is joined; what was spelled out as an option goes before what stands in it. */
function queryOf({ query, iceTransportPolicy, turnTransports }: OpenOptions): URLSearchParams {
  const whole = new URLSearchParams(query);
  if (iceTransportPolicy !== undefined) whole.set('it', iceTransportPolicy);
  if (turnTransports !== undefined) whole.set('tt', turnTransports.join());
  return whole;
}

/**
 * Names a room without entering it; no request is made yet.
 * @throws CallError `bad-room` or `unsupported`.
 */
export function open(options: OpenOptions): Lobby {
  const room = parseRoomId(options.room);
  if (!room.ok) throw new CallError('bad-room', room.problem);
  const platform = platformWith(options.platform);
  const server = serverBase(options.server);
  const client = new RoomClient(platform, server);
  const storageKey = `apprtc ${server} ${room.value}`;
  const query = queryOf(options);
  return {
    room: room.value,
    async join({ media = null, signal, takeOver = false }: JoinOptions = {}): Promise<Call> {
      const own = { platform, client, room: room.value, query, media, storageKey };
      const kept = await claimSeat(platform, storageKey, takeOver);
      if (kept !== null) return new RoomCall({ ...own, ...kept });
      const outcome = await client.join(room.value, query.toString(), signal);
      if (!outcome.ok) {
        const { problem } = outcome;
        throw new CallError(problem === 'unreachable' ? 'server-unreachable' : problem);
      }
      if (outcome.reply.result === 'FULL') throw new CallError('room-full');
      const { seat } = outcome.reply;
      return new RoomCall({ ...own, seat, credential: null });
    },
  };
}

/** Opens a room and enters it. Throws what `Lobby.join` throws. */
export async function join(options: OpenOptions & JoinOptions): Promise<Call> {
  return open(options).join(options);
}
