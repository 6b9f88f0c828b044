import { TLSSocket } from 'node:tls';
import {
  encodeClientFrame,
  type JoinedSeat,
  parseJoinReply,
  parseServerFrame,
} from '@apprtc/protocol';
import { WebSocket } from 'ws';
import { ask, type Reply } from './ask.ts';
import { type CertificateFacts, certificateFactsOf } from './certificate-facts.ts';
import type { Notebook } from './notebook.ts';
import { problemOf } from './problem-of.ts';
import type { Visit } from './visit.ts';

export type JoinOutcome =
  | { readonly kind: 'joined'; readonly seat: Seat; readonly reply: Reply }
  /** It answered, and not as AppRTC does. */
  | { readonly kind: 'not-apprtc'; readonly seen: string }
  | { readonly kind: 'silent'; readonly why: string };

/** An outcome of the upgrade: undefined when it worked. */
export type UpgradeProblem = string | undefined;

const maxFrames = 100;

/** A client of the doctor's own in a room of its own. */
export class Seat {
  readonly facts: JoinedSeat;
  readonly #visit: Visit;
  readonly #inbox: string[] = [];
  readonly #watchers = new Set<() => void>();
  #socket: WebSocket | undefined;
  #hasLeft = false;
  /** What ended the connection, or an error that the Collider told. */
  complaint: string | undefined;
  /** Of the Collider, where it speaks TLS. */
  certificate: CertificateFacts | undefined;

  private constructor(visit: Visit, facts: JoinedSeat) {
    this.#visit = visit;
    this.facts = facts;
  }

  static async join(visit: Visit, room: string): Promise<JoinOutcome> {
    const { url, stepMs, notes } = visit;
    const address = new URL(`/join/${room}`, url);
    const reply = await ask({ method: 'POST', url: address, origin: url.origin }, stepMs);
    if (!reply.ok) return { kind: 'silent', why: reply.problem };
    const { status, headers, text } = reply.value;
    const joined = parseJoinReply(text);
    if (status !== 200 || !joined.ok || joined.value.result !== 'SUCCESS') {
      const what = joined.ok ? `result ${joined.value.result}` : joined.problem;
      const type = headers['content-type'] ?? 'no type';
      return { kind: 'not-apprtc', seen: `HTTP ${status}, ${type}, ${what}` };
    }
    const { seat } = joined.value;
    hideSecrets(notes, seat);
    return { kind: 'joined', seat: new Seat(visit, seat), reply: reply.value };
  }

  /** Opens the WebSocket and registers. */
  connect(wssUrl: string): Promise<UpgradeProblem> {
    const { url, stepMs } = this.#visit;
    return new Promise((resolve) => {
      const socket = new WebSocket(wssUrl, {
        origin: url.origin,
        handshakeTimeout: stepMs,
        perMessageDeflate: false,
        followRedirects: false,
        rejectUnauthorized: false,
        maxPayload: 256 * 1024,
      });
      this.#socket = socket;
      socket.on('upgrade', ({ socket: wire }) => {
        if (wire instanceof TLSSocket) this.certificate = certificateFactsOf(wire);
      });
      socket.on('unexpected-response', (_, response) => {
        resolve(`HTTP ${response.statusCode} in place of 101`);
        socket.terminate();
      });
      socket.on('error', (error) => {
        this.#complain(problemOf(error));
        resolve(problemOf(error));
      });
      socket.on('close', (code) => this.#complain(`the connection was closed (${code})`));
      socket.on('message', (data) => this.#take(String(data)));
      socket.on('open', () => {
        const { roomId, clientId } = this.facts;
        socket.send(encodeClientFrame({ cmd: 'register', roomId, clientId }));
        resolve(undefined);
      });
    });
  }

  say(message: string): void {
    this.#socket?.send(encodeClientFrame({ cmd: 'send', message }), () => {});
  }

  /** Whether this message came in time. */
  hears(message: string, timeoutMs = this.#visit.stepMs): Promise<boolean> {
    return this.#until(() => this.#inbox.includes(message), timeoutMs);
  }

  /** Whether a ping was answered in time. */
  async answersPing(): Promise<boolean> {
    let isAnswered = false;
    this.#socket?.once('pong', () => {
      isAnswered = true;
      this.#wake();
    });
    this.#socket?.ping(undefined, undefined, () => {});
    return this.#until(() => isAnswered, this.#visit.stepMs);
  }

  /** Resolves after `ms`, sooner when the connection ends. */
  async rest(ms: number): Promise<void> {
    await this.#until(() => this.complaint !== undefined, ms);
  }

  /** Frees the seat, whatever came before. */
  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    const { url, stepMs } = this.#visit;
    const { roomId, clientId } = this.facts;
    const address = new URL(
      `/leave/${encodeURIComponent(roomId)}/${encodeURIComponent(clientId)}`,
      url,
    );
    await ask({ method: 'POST', url: address, origin: url.origin }, Math.min(stepMs, 2000));
    this.#socket?.terminate();
  }

  async #until(isDone: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isDone()) return true;
    const { promise, resolve } = openPromise();
    const check = () => {
      if (isDone() || this.complaint !== undefined) resolve();
    };
    this.#watchers.add(check);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    this.#watchers.delete(check);
    return isDone();
  }

  #take(text: string): void {
    const frame = parseServerFrame(text);
    if (frame.ok && frame.value.kind === 'error')
      this.#complain(`the Collider says ${frame.value.error}`);
    if (frame.ok && frame.value.kind === 'message' && this.#inbox.length < maxFrames) {
      this.#inbox.push(frame.value.message);
    }
    this.#wake();
  }

  #complain(what: string): void {
    this.complaint ??= what;
    this.#wake();
  }

  #wake(): void {
    for (const watch of this.#watchers) watch();
  }
}

/** A client id is a bearer secret; so is the key that ICE servers are asked for with. */
function hideSecrets(notes: Notebook, { clientId, iceServerUrl }: JoinedSeat): void {
  notes.hide(clientId);
  if (!URL.canParse(iceServerUrl)) return;
  for (const value of new URL(iceServerUrl).searchParams.values()) notes.hide(value);
}

function openPromise() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
