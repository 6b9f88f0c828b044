import {
  type ClientFrame,
  type ClientFrameProblem,
  encodeErrorFrame,
  encodeMessageFrame,
  type Parsed,
  parseClientFrame,
  parseClientId,
  parseRoomId,
  type RoomId,
  type WireCodeName,
  wireCodes,
} from '@apprtc/protocol';
import type { ConnectionId, MaybePromise } from '@apprtc/signaling';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { type ClientIds, clientDigest } from '../client-ids.ts';
import type { Connection } from '../rooms/connections.ts';
import type { RoomService } from '../rooms/room-service.ts';
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
  readonly #context: ColliderContext;
  readonly #rate: MessageRate;
  /** When the oldest ping left that nothing has come after; null where it has answered. */
  #unansweredSinceMs: number | null = null;
  /** The room it registered in; null before. */
  #roomId: RoomId | null = null;
  #isSilent = false;
  #registerTimer: NodeJS.Timeout | null;

  constructor(ordinal: number, socket: WebSocket, context: ColliderContext) {
    this.ordinal = ordinal;
    this.id = ordinal.toString(36) as ConnectionId;
    this.#socket = socket;
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

  deliver(message: string): void {
    if (this.isOpen) this.#send(encodeMessageFrame(message));
  }

  #send(frame: string): void {
    this.#socket.send(frame);
    // [LM10] A reader that lags too far behind costs memory; what it has not read is lost with it.
    if (this.#socket.bufferedAmount > this.#context.maxSendBufferBytes) {
      this.close('slowReader');
      this.#socket.terminate();
    }
  }

  /** [ST26] What a leaver says is ignored, without an error frame. */
  silence(): void {
    this.#isSilent = true;
  }

  close(code: WireCodeName): void {
    const { frame, close } = wireCodes[code];
    if (!this.isOpen) return;
    if (frame !== null) {
      this.#send(encodeErrorFrame(frame));
      this.#context.countError();
    }
    if (close === null) return;
    this.#socket.close(close);
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
    if (text !== null) this.#obey(parseClientFrame(text));
    else if (!this.#isSilent) this.close('notUtf8');
  }

  /** The socket is closed: its seat, if it has one, is kept for the grace. */
  closed(): void {
    this.#stopRegisterTimer();
    if (this.#roomId === null) return;
    this.#guard(this.#context.rooms.run(this.#roomId, { type: 'drop', connection: this.id }));
  }

  #obey(frame: Parsed<ClientFrame, ClientFrameProblem>): void {
    if (!frame.ok) {
      if (!this.#isSilent) this.close(this.#codeFor(frame.problem));
    } else if (frame.value.cmd === 'register') {
      this.#register(frame.value.roomId, frame.value.clientId);
    } else if (this.#roomId === null) {
      this.close('notRegistered');
    } else {
      const { message } = frame.value;
      const command = { type: 'send', connection: this.id, message } as const;
      this.#guard(this.#context.rooms.run(this.#roomId, command));
    }
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
    const ran = this.#context.rooms.run(roomId.value, {
      type: 'register',
      clientId: clientId.value,
      connection: this.id,
      issued,
    });
    this.#guard(
      ran instanceof Promise
        ? ran.then((done) => this.#afterRegister(done, clientText))
        : this.#afterRegister(ran, clientText),
    );
  }

  #afterRegister(ran: Awaited<ReturnType<RoomService['run']>>, clientText: string): undefined {
    if (ran.kind === 'store-full') this.close('serverFull');
    else if (ran.outcome.kind === 'refused') this.close(ran.outcome.code);
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
  #guard(ran: MaybePromise<unknown>): void {
    if (!(ran instanceof Promise)) return;
    ran.catch((error: unknown) => {
      this.#context.logger.error({ event: 'command.failed', err: error, connection: this.id });
      this.close('serverError');
    });
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
