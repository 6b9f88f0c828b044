import {
  encodeSessionEvent,
  isOpening,
  parseSessionFrame,
  type RoomId,
  type SessionCodeName,
  type SessionEvent,
  type SessionFrame,
  sessionCodes,
} from '@apprtc/protocol';
import {
  type ConnectionId,
  type EventContext,
  eventsOf,
  type Mail,
  type MaybePromise,
  type Telling,
} from '@apprtc/signaling';
import type { Logger } from 'pino';
import { clientDigest } from '../client-ids.ts';
import { MessageRate, type RateBound } from '../collider/message-rate.ts';
import type { Connection } from '../rooms/connections.ts';
import type { Gone, Ran, RoomService } from '../rooms/room-service.ts';
import { runGuarded } from '../rooms/run-guarded.ts';
import type { AddressCounts } from './address-counts.ts';
import { type SessionTrust, sessionCommandOf } from './session-command-of.ts';
import type { SessionTransport } from './session-transport.ts';

const closeTimeoutMs = 3_000;

/** What all sessions of a Collider share. */
export interface SessionContext extends SessionTrust {
  readonly rooms: RoomService;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Milliseconds since something was heard on another connection. */
  readonly heardAgoMs: (connection: ConnectionId) => number;
  readonly maxSendBufferBytes: number;
  readonly messageRate: RateBound;
  readonly tickMs: number;
  readonly silenceMs: number;
  /** [V43] */
  readonly watchersOfAddress: AddressCounts;
  /** An `error` event was sent. */
  readonly countError: () => void;
}

/** A client that speaks the session protocol, over whatever carries it. It decides no room rule. */
export class SessionConnection implements Connection {
  readonly id: ConnectionId;
  readonly #transport: SessionTransport;
  readonly #address: string;
  readonly #context: SessionContext;
  readonly #rate: MessageRate;
  #heardMs: number;
  /** The room that its first frame named. */
  #roomId: RoomId | null = null;
  #isWatching = false;
  #hasLegacyPeer = false;

  constructor(
    id: ConnectionId,
    transport: SessionTransport,
    address: string,
    context: SessionContext,
  ) {
    this.id = id;
    this.#transport = transport;
    this.#address = address;
    this.#context = context;
    this.#heardMs = context.nowMs();
    this.#rate = new MessageRate(context.messageRate, this.#heardMs);
  }

  get isOpen(): boolean {
    return this.#transport.isOpen;
  }

  /** When it last gave a sign of life, by the clock of rooms. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Whether its peer can't follow it to another process. */
  get hasLegacyPeer(): boolean {
    return this.#hasLegacyPeer;
  }

  /** A frame, a pong, or whatever else shows that the client is alive. */
  heard(): void {
    this.#heardMs = this.#context.nowMs();
  }

  /** One frame. */
  receive(text: string): void {
    if (!this.isOpen) return;
    this.heard();
    if (!this.#rate.allows(this.#context.messageRate, this.#heardMs)) {
      this.end('tooFast');
      return;
    }
    const frame = parseSessionFrame(text);
    if (frame.ok) this.#obey(frame.value);
    // [V52] What opens nothing is answered once and for all.
    else this.end(this.#roomId === null ? 'malformed' : frame.problem);
  }

  /** [V4] */
  tell(telling: Telling, mail: Mail): void {
    const roomId = this.#roomId;
    if (roomId === null) return;
    const { credentials, heardAgoMs, nowMs } = this.#context;
    const context: EventContext = {
      credentialOf: (proof) => credentials.make(roomId, proof),
      heardAgoMs,
      nowMs: nowMs(),
    };
    for (const event of eventsOf(telling, mail, context)) this.say(event);
  }

  say(event: SessionEvent): void {
    if (!this.isOpen) return;
    this.#transport.send(encodeSessionEvent(this.#noted(event)));
    if (event.event === 'room' || event.event === 'full') this.#startWatching();
    // A reader that lags too far behind costs memory; what is lost here comes again after its resume.
    if (this.#transport.bufferedBytes > this.#context.maxSendBufferBytes) this.end('slowReader');
  }

  /** [V6] Reacts as the table says; most rows end the connection. */
  end(code: SessionCodeName): void {
    if (!this.isOpen) return;
    const { frame, close } = sessionCodes[code];
    if (frame !== null) {
      this.#context.countError();
      this.#transport.send(encodeSessionEvent({ event: 'error', error: frame }));
    }
    if (close === null) return;
    this.#transport.close(close);
    // Its seat waits for the end of what carried it, and a client need not read the goodbye.
    setTimeout(() => this.#transport.cut(), closeTimeoutMs).unref();
  }

  deliver(): never {
    throw new Error('A session was to be delivered a legacy frame');
  }

  silence(): never {
    throw new Error('A session was to be silenced');
  }

  close(): never {
    throw new Error('A session was to be closed as a legacy client');
  }

  /** [V44] Ends it if it has been silent for too long: nobody reads a goodbye. */
  endIfSilent(nowMs: number): void {
    if (!this.isOpen || nowMs - this.#heardMs < this.#context.silenceMs) return;
    this.end('silent');
    this.#transport.cut();
  }

  /** [V44] [V45] Shows that the server is alive, and asks whether the client is. */
  tick(): void {
    if (!this.isOpen) return;
    this.#transport.ping();
    this.say({ event: 'tick' });
  }

  /** Whatever carried it is gone. Called once. */
  closed(): void {
    this.#stopWatching();
    const roomId = this.#roomId;
    if (roomId === null) return;
    const command = { type: 'drop', connection: this.id, heardMs: this.#heardMs } as const;
    this.#run(() => this.#context.rooms.run(roomId, command));
  }

  /** What the shell has to know of what it says. */
  #noted(event: SessionEvent): SessionEvent {
    switch (event.event) {
      case 'welcome':
        this.#stopWatching();
        this.#hasLegacyPeer = event.peer?.protocol === 1;
        return { ...event, tick: this.#context.tickMs };
      case 'peer':
        this.#hasLegacyPeer = event.peer?.protocol === 1;
        return event;
      default:
        return event;
    }
  }

  #obey(frame: SessionFrame): void {
    if (isOpening(frame)) {
      this.#open(frame);
      return;
    }
    const roomId = this.#roomId;
    if (roomId === null) {
      this.end('malformed');
      return;
    }
    this.#run(() => this.#runIn(roomId, frame));
  }

  #open(frame: Extract<SessionFrame, { readonly v: 2 }>): void {
    const roomId = frame.roomid;
    if (this.#roomId !== null && this.#roomId !== roomId) {
      this.end('malformed');
      return;
    }
    this.#roomId = roomId;
    this.#run(() => this.#runIn(roomId, frame));
  }

  #runIn(roomId: RoomId, frame: SessionFrame): MaybePromise<undefined> {
    const command = sessionCommandOf(frame, this.id, this.#context);
    const ran = this.#context.rooms.run(roomId, command);
    return ran instanceof Promise
      ? ran.then((done) => this.#afterRun(frame, done))
      : this.#afterRun(frame, ran);
  }

  #afterRun(frame: SessionFrame, ran: Ran | Gone): undefined {
    if (ran.kind === 'store-full') this.end(isOpening(frame) ? 'serverFull' : 'storeFull');
    if (isOpening(frame)) this.#log(frame, ran.kind);
    return undefined;
  }

  #log(frame: Extract<SessionFrame, { readonly v: 2 }>, outcome: string): void {
    this.#context.logger.info({
      event: `session.${frame.cmd}`,
      room: this.#roomId,
      ...('instance' in frame && { instance: clientDigest(frame.instance) }),
      connection: this.id,
      outcome,
    });
  }

  /** [V43] Who finds no seat goes on as a watcher, and counts as one. */
  #startWatching(): void {
    if (this.#isWatching) return;
    this.#isWatching = this.#context.watchersOfAddress.take(this.#address);
    if (!this.#isWatching) this.end('watchersFull');
  }

  #stopWatching(): void {
    if (this.#isWatching) this.#context.watchersOfAddress.release(this.#address);
    this.#isWatching = false;
  }

  /** A command that failed is a bug or a lost store: the client is told to come again. */
  #run(command: () => MaybePromise<unknown>): void {
    runGuarded(command, (error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#context.logger.error({ event: 'command.failed', err: error, connection: this.id });
    this.end('serverError');
  }
}
