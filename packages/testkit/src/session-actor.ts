import {
  type ClientId,
  type Credential,
  encodeSessionFrame,
  type InstanceId,
  type OfferId,
  type OpeningFrame,
  type RoomId,
  SessionEnd,
  type SessionEvent,
  type SessionFrame,
  type SpentOffer,
  unreachable,
} from '@apprtc/protocol';

const roomid = 'model' as RoomId;

/** What an actor was handed by its end of the session: never twice, never late. */
export interface HandedOn {
  readonly epoch: number;
  readonly message: string;
}

/** A client of the session protocol as the rules want it, without sockets: the world carries its frames. */
export class SessionActor {
  instance: InstanceId;
  readonly end = new SessionEnd();
  readonly received: HandedOn[] = [];
  /** All that was said in the present epoch, in order. */
  said: string[] = [];
  credential: Credential | null;
  /** Where its frames go; null: no connection. */
  write: ((frame: string) => void) | null = null;
  /** Another connection has its seat, or it hung up: it does not come back by itself. */
  isStopped = false;
  isSeated = false;
  peerProtocol: 1 | 2 | null = null;
  clientId: ClientId | null = null;
  /** All that it published: a join may have taken one while the next was on its way. */
  readonly #offers = new Map<OfferId, readonly string[]>();
  #seenOffer: OfferId | null = null;
  #answer: readonly string[] = [];
  #serial = 0;

  constructor(instance: string, credential: Credential | null = null) {
    this.instance = instance as InstanceId;
    this.credential = credential;
  }

  /** The first frame of a connection, or that of a watcher which tries again. */
  opening(): OpeningFrame {
    const { instance, credential } = this;
    if (credential !== null) return { v: 2, cmd: 'resume', roomid, instance, credential };
    if (this.#seenOffer === null) return { v: 2, cmd: 'join', roomid, instance };
    this.#answer = [`${instance}|answer`, `${instance}|answer's candidate`];
    const answer = { offer: this.#seenOffer, messages: this.#answer };
    return { v: 2, cmd: 'join', roomid, instance, answer };
  }

  say(): void {
    this.#serial += 1;
    const message = `${this.instance}|${this.end.epoch}|${this.#serial}`;
    const sent = this.end.send(message);
    if (!sent.ok) return;
    this.said.push(message);
    this.send(sent.value);
  }

  publish(): void {
    if (!this.isSeated || this.end.epoch !== 0) return;
    this.#serial += 1;
    const id = `offer-${this.instance}-${this.#serial}` as OfferId;
    const [msg, ...candidates] = ['offer', 'one', 'two'].map((what) => `${id}|${what}`);
    if (msg === undefined) return;
    this.#offers.set(id, [msg, ...candidates]);
    this.send({ cmd: 'publish', offer: { id, msg, candidates } });
  }

  send(frame: SessionFrame): void {
    this.write?.(encodeSessionFrame(frame));
  }

  /** Its connection is gone. */
  disconnected(): void {
    this.write = null;
  }

  hear(event: SessionEvent): void {
    switch (event.event) {
      case 'welcome':
        this.isSeated = true;
        this.clientId = event.clientid;
        this.#enter(event, event.answered === true ? this.#answer : []);
        return;
      case 'peer':
        this.#enter(event, []);
        return;
      case 'message':
        this.#receive(event.epoch, event.n, event.msg);
        return;
      case 'ack':
        this.end.acknowledge(event.epoch, event.n);
        return;
      case 'full':
        this.isSeated = false;
        return;
      case 'gone':
        this.credential = null;
        this.isSeated = false;
        return;
      case 'room':
        if (event.offer !== undefined) this.#seenOffer = event.offer?.id ?? null;
        return;
      case 'tick':
      case 'moving':
      case 'error':
      case 'session':
        return;
      default:
        unreachable(event);
    }
  }

  #enter(
    event: Extract<SessionEvent, { readonly event: 'welcome' | 'peer' }>,
    answer: readonly string[],
  ): void {
    this.credential = event.credential;
    this.peerProtocol = event.peer?.protocol ?? null;
    const said = event.offer === undefined ? answer : this.#given(event.offer);
    if (this.end.enter(event.epoch, said)) this.said = event.epoch === 0 ? [] : [...said];
    if (event.peer !== null) for (const frame of this.end.replay()) this.send(frame);
  }

  #given({ id, answered, given }: SpentOffer): readonly string[] {
    const messages = this.#offers.get(id);
    if (messages === undefined) throw new Error('An offer was given that nobody published');
    return messages.slice(answered ? 1 : 0).slice(0, given);
  }

  #receive(epoch: number, n: number, message: string): void {
    const { isNew, ack } = this.end.receive(epoch, n);
    if (isNew) this.received.push({ epoch, message });
    if (ack !== null) this.send(ack);
  }
}
