import type { Duplex } from 'node:stream';
import {
  type ClientFrame,
  type ClientFrameProblem,
  encodeErrorFrame,
  type Parsed,
  parseClientFrame,
  parseClientId,
  parseRoomId,
  type RoomId,
  type WireCodeName,
  wireCodes,
} from '@apprtc/protocol';
import type { ConnectionId, MaybePromise, RegisterOutcome } from '@apprtc/signaling';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { type ClientIds, clientDigest } from '../client-ids.ts';
import type { Connection } from '../rooms/connections.ts';
import type { Gone, Ran, RoomService } from '../rooms/room-service.ts';
import { runGuarded } from '../rooms/run-guarded.ts';
import type { MessageFrames } from './message-frames.ts';
import { MessageRate, type RateBound } from './message-rate.ts';

/** What all sockets of a Collider share. */
export interface ColliderContext {
  readonly rooms: RoomService;
  readonly clientIds: ClientIds;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly registerTimeoutMs: number;
  readonly maxSendBufferBytes: number;
  readonly messageRate: RateBound;
  readonly frames: MessageFrames;
  /** An error frame was sent. */
  readonly countError: () => void;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One WebSocket: reads frames, registers once, sends. It decides no room rule. */
export class ColliderSocket implements Connection {
  readonly id: ConnectionId;
  /** Counts the sockets that the Collider has accepted. */
  readonly ordinal: number;
  readonly #socket: WebSocket;
  /** What the WebSocket runs over. */
  readonly #connection: Duplex;
  readonly #context: ColliderContext;
  readonly #rate: MessageRate;
  /** When the oldest ping left that nothing has come after; null where it has answered. */
  #unansweredSinceMs: number | null = null;
  /** The room it registered in; null before. */
  #roomId: RoomId | null = null;
  #isSilent = false;
  #registerTimer: NodeJS.Timeout | null;

  constructor(ordinal: number, socket: WebSocket, connection: Duplex, context: ColliderContext) {
    this.ordinal = ordinal;
    this.id = ordinal.toString(36) as ConnectionId;
    this.#socket = socket;
    this.#connection = connection;
    this.#context = context;
    this.#rate = new MessageRate(context.messageRate, context.nowMs());
    this.#registerTimer = setTimeout(
      () => this.close('registerTimeout'),
      context.registerTimeoutMs,
    ).unref();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get hasRegistered(): boolean {
    return this.#roomId !== null;
  }

  get heardMs(): number {
    return this.#unansweredSinceMs ?? this.#context.nowMs();
  }

  deliver(message: string): void {
    if (!this.isOpen) return;
    // No extension is ever agreed on, so `ws` holds nothing back that this could overtake.
    this.#connection.write(this.#context.frames.write(message));
    this.#boundBuffer();
  }

  /**
   * [LM10] A reader that lags too far behind costs memory. What comes from now on waits in its mailbox; the
   * WebSocket layer cuts the connection if the close is not read in time either.
   */
  #boundBuffer(): void {
    if (this.#socket.bufferedAmount > this.#context.maxSendBufferBytes) this.close('slowReader');
  }

  /** [ST26] What a leaver says is ignored, without an error frame. */
  silence(): void {
    this.#isSilent = true;
  }

  close(code: WireCodeName): void {
    const { frame, close } = wireCodes[code];
    if (!this.isOpen) return;
    if (frame !== null) {
      this.#socket.send(encodeErrorFrame(frame));
      this.#context.countError();
    }
    if (close === null) this.#boundBuffer();
    else this.#socket.close(close);
  }

  /** [FR9] Never said to a legacy client, and this socket speaks to no other yet. */
  tell(): never {
    throw new Error('A legacy client was to be told an event');
  }

  end(): never {
    throw new Error('A legacy client was to be ended as a session');
  }

  /** [WS6] Asks for a sign of life, or ends a socket that has owed one for too long. */
  ping(pongTimeoutMs: number): void {
    const nowMs = this.#context.nowMs();
    this.#unansweredSinceMs ??= nowMs;
    if (nowMs - this.#unansweredSinceMs >= pongTimeoutMs) this.#socket.terminate();
    else if (this.isOpen) this.#socket.ping();
  }

  /** It said or answered something. */
  heard(): void {
    this.#unansweredSinceMs = null;
  }

  /** A message of any kind arrived: text, or [FR8] text in a binary one. */
  receive(data: RawData, isBinary: boolean): void {
    if (!this.isOpen) return;
    this.heard();
    if (!this.#rate.allows(this.#context.messageRate, this.#context.nowMs())) {
      this.close('tooFast');
      return;
    }
    const text = textOf(data as Buffer, isBinary);
    if (text === null) {
      if (!this.#isSilent) this.close('notUtf8');
      return;
    }
    const message = isBinary ? null : this.#context.frames.read(data as Buffer, text);
    if (message === null) this.#obey(parseClientFrame(text));
    else this.#send(message);
  }

  /** The socket is closed: its seat, if it has one, is kept for the grace. */
  closed(): void {
    this.#stopRegisterTimer();
    const roomId = this.#roomId;
    if (roomId === null) return;
    this.#run(() => this.#context.rooms.run(roomId, { type: 'drop', connection: this.id }));
  }

  #obey(frame: Parsed<ClientFrame, ClientFrameProblem>): void {
    if (!frame.ok) {
      if (!this.#isSilent) this.close(this.#codeFor(frame.problem));
    } else if (frame.value.cmd === 'register') {
      this.#register(frame.value.roomId, frame.value.clientId);
    } else {
      this.#send(frame.value.message);
    }
  }

  #send(message: string): void {
    const roomId = this.#roomId;
    if (roomId === null) {
      this.close('notRegistered');
      return;
    }
    const command = { type: 'send', connection: this.id, message } as const;
    this.#run(() => this.#context.rooms.run(roomId, command));
  }

  /** [RG4] [SD3] Whether the socket has registered is asked before whether the frame is complete. */
  #codeFor(problem: ClientFrameProblem): WireCodeName {
    if (problem === 'missingIds' && this.#roomId !== null) return 'duplicatedRegister';
    if (problem === 'missingMsg' && this.#roomId === null) return 'notRegistered';
    return problem;
  }

  #register(roomText: string, clientText: string): void {
    if (this.#roomId !== null) {
      if (!this.#isSilent) this.close('duplicatedRegister');
      return;
    }
    const roomId = parseRoomId(roomText);
    const clientId = parseClientId(clientText);
    if (!roomId.ok || !clientId.ok) {
      this.close('unknownClient');
      return;
    }
    const issued = this.#context.clientIds.isIssued(roomId.value, clientId.value);
    this.#roomId = roomId.value;
    this.#stopRegisterTimer();
    const command = {
      type: 'register',
      clientId: clientId.value,
      connection: this.id,
      issued,
    } as const;
    this.#run(() => {
      const ran = this.#context.rooms.run(roomId.value, command);
      return ran instanceof Promise
        ? ran.then((done) => this.#afterRegister(done, clientText))
        : this.#afterRegister(ran, clientText);
    });
  }

  #afterRegister(ran: Ran<RegisterOutcome> | Gone, clientText: string): undefined {
    if (ran.kind === 'store-full') this.close('serverFull');
    else if (ran.kind === 'ran' && ran.outcome.kind === 'refused') this.close(ran.outcome.code);
    this.#context.logger.info({
      event: 'register',
      room: this.#roomId,
      client: clientDigest(clientText),
      connection: this.id,
      outcome: ran.kind === 'ran' ? ran.outcome.kind : ran.kind,
    });
    return undefined;
  }

  #stopRegisterTimer(): void {
    if (this.#registerTimer !== null) clearTimeout(this.#registerTimer);
    this.#registerTimer = null;
  }

  /** A command that failed is a bug or a lost store: the client is told to come again. */
  #run(command: () => MaybePromise<unknown>): void {
    runGuarded(command, (error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#context.logger.error({ event: 'command.failed', err: error, connection: this.id });
    this.close('serverError');
  }
}

/** Text frames were validated by the WebSocket layer; binary ones are checked here. */
function textOf(data: Buffer, isBinary: boolean): string | null {
  if (!isBinary) return data.toString('utf8');
  try {
    return utf8.decode(data);
  } catch {
    return null;
  }
}
