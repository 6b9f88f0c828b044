import { randomInt } from 'node:crypto';
import type { ConnectionId } from '@apprtc/signaling';
import type { Connections } from '../rooms/connections.ts';
import { SessionConnection, type SessionContext } from './session-connection.ts';
import type { SessionTransport } from './session-transport.ts';

export interface SessionsOptions extends Omit<SessionContext, 'heardAgoMs' | 'countError'> {
  readonly connections: Connections;
}

/** Each session ticks once in this many turns, so that thousands don't tick at once. */
const tickTurns = 15;
/** A server that stops asks for so many to come back in a second. */
const comebacksPerSecond = 500;
const maxWithinMs = 10_000;

/** [V46] The time within which so many clients are asked to come back. */
export function movingWithinMs(sessions: number): number {
  return Math.min(maxWithinMs, Math.ceil((sessions / comebacksPerSecond) * 1000));
}

/** The connections that speak the session protocol: keeps them alive, and lets them go. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #context: SessionContext;
  /** By the turn in which they tick. */
  readonly #turns: readonly Set<SessionConnection>[] = Array.from(
    { length: tickTurns },
    () => new Set(),
  );
  readonly #told = new WeakSet<SessionConnection>();
  readonly #heartbeat: NodeJS.Timeout;
  #turn = 0;
  #errors = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { connections, nowMs } = options;
    this.#context = {
      ...options,
      heardAgoMs: (id) => nowMs() - (connections.get(id)?.heardMs ?? nowMs()),
      countError: () => {
        this.#errors += 1;
      },
    };
    this.#heartbeat = setInterval(() => this.#beat(), options.tickMs / tickTurns);
    this.#heartbeat.unref();
  }

  get errors(): number {
    return this.#errors;
  }

  /** A client begins to speak it on this transport; `closed` once that is gone. */
  open(id: ConnectionId, transport: SessionTransport, address: string): SessionConnection {
    const session = new SessionConnection(id, transport, address, this.#context);
    this.#turns[randomInt(tickTurns)]?.add(session);
    this.#options.connections.add(session);
    return session;
  }

  closed(session: SessionConnection): void {
    for (const turn of this.#turns) turn.delete(session);
    this.#options.connections.remove(session.id);
    session.closed();
  }

  /** [V46] Asks them to come back to whatever takes our place. Those with a legacy peer stay with it. */
  move(): void {
    this.#tellToMove(this.#all().filter((session) => !session.hasLegacyPeer));
  }

  /** Whether a session is in a call with a legacy client. */
  get hasLegacyCall(): boolean {
    return this.#all().some((session) => session.hasLegacyPeer);
  }

  /** Ends all with 1001. Idempotent. */
  close(): void {
    clearInterval(this.#heartbeat);
    const all = this.#all();
    this.#tellToMove(all);
    for (const session of all) session.end('shutdown');
  }

  #tellToMove(sessions: readonly SessionConnection[]): void {
    const untold = sessions.filter((session) => !this.#told.has(session));
    const within = movingWithinMs(untold.length);
    for (const session of untold) {
      this.#told.add(session);
      session.say({ event: 'moving', within });
    }
  }

  #all(): readonly SessionConnection[] {
    return this.#turns.flatMap((turn) => [...turn]);
  }

  /** [V44] The dead are found in every turn, so that none is taken for alive much longer than allowed. */
  #beat(): void {
    this.#turn = (this.#turn + 1) % tickTurns;
    const nowMs = this.#context.nowMs();
    for (const turn of this.#turns) for (const session of turn) session.endIfSilent(nowMs);
    for (const session of this.#turns[this.#turn] ?? []) session.tick();
  }
}
