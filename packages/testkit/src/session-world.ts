import {
  type ClientId,
  type Credential,
  parseSessionFrame,
  type SessionEvent,
  type SessionFrame,
  unreachable,
} from '@apprtc/protocol';
import {
  type Command,
  type ConnectionId,
  type Decision,
  defaultPolicy,
  emptyRoom,
  eventsOf,
  isForgettable,
  nextDeadline,
  type Policy,
  type Room,
  type SeatProof,
  transition,
} from '@apprtc/signaling';
import { simulatedCredential } from './room-simulation.ts';
import type { SessionActor } from './session-actor.ts';
import { type AppliedMail, SimulatedMail } from './simulated-mail.ts';

/** A connection between an actor and the server, with what is on its way. */
export interface Link {
  readonly id: ConnectionId;
  readonly actor: SessionActor;
  readonly toServer: string[];
  readonly toClient: (SessionEvent | 'closed' | 'taken over')[];
  isOpenHere: boolean;
  isOpenThere: boolean;
}

/** A room over the real `transition`, with connections that may break at any point and a server that may forget. */
export class SessionWorld {
  room: Room = emptyRoom;
  nowMs = 1_000;
  policy: Policy;
  links: Link[] = [];
  /** When a peer's media was last said to arrive. */
  mediaMs = Number.NEGATIVE_INFINITY;
  /** What legacy members were sent: their id and the message. */
  readonly legacyHeard: { readonly connection: ConnectionId; readonly message: string }[] = [];
  onRoom: () => void = () => undefined;
  readonly mail = new SimulatedMail();
  #names = 0;

  constructor(policy: Partial<Policy> = {}) {
    this.policy = { ...defaultPolicy, ...policy };
  }

  name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  connect(actor: SessionActor): Link {
    this.cut(actor);
    const id = this.name('c') as ConnectionId;
    const link: Link = {
      id,
      actor,
      toServer: [],
      toClient: [],
      isOpenHere: true,
      isOpenThere: true,
    };
    this.links.push(link);
    actor.write = (frame) => link.toServer.push(frame);
    actor.send(actor.opening());
    return link;
  }

  linkOf(actor: SessionActor): Link | undefined {
    return this.links.find((link) => link.actor === actor && link.isOpenHere);
  }

  /** The actor's side is gone; what it sent may still arrive, until the server notices. */
  cut(actor: SessionActor, arriving = 0): void {
    const link = this.linkOf(actor);
    actor.disconnected();
    if (link === undefined) return;
    link.isOpenHere = false;
    link.toServer.splice(arriving);
    link.toClient.length = 0;
  }

  /** The server notices that a connection is gone. */
  notice(link: Link, heardMs = this.nowMs): void {
    if (!link.isOpenThere) return;
    link.isOpenThere = false;
    this.run({ type: 'drop', connection: link.id, heardMs });
    this.#forgetClosed();
  }

  /** The next frame of a connection reaches the server, maybe twice. */
  carryToServer(link: Link, times = 1): void {
    const frame = link.toServer.shift();
    if (frame === undefined || !link.isOpenThere) return;
    for (let time = 0; time < times && link.isOpenThere; time += 1) this.#obey(link, frame);
  }

  carryToClient(link: Link): void {
    const event = link.toClient.shift();
    if (event === undefined || !link.isOpenHere) return;
    if (event === 'closed' || event === 'taken over') {
      link.isOpenHere = false;
      link.actor.disconnected();
      if (event === 'taken over') link.actor.isStopped = true;
      this.#forgetClosed();
    } else link.actor.hear(event);
  }

  /** Everything that is on its way arrives, and what follows from it. */
  settle(): void {
    for (let round = 0; round < 10_000; round += 1) {
      const busy = this.links.filter(
        (link) =>
          (link.isOpenThere && link.toServer.length > 0) ||
          (link.isOpenHere && link.toClient.length > 0),
      );
      if (busy.length === 0) return;
      for (const link of busy) {
        this.carryToServer(link);
        this.carryToClient(link);
      }
    }
    throw new Error('The world does not settle');
  }

  /** Killed and started with an empty memory. */
  restart(): void {
    this.room = emptyRoom;
    this.mail.clear();
    for (const link of this.links) {
      link.isOpenThere = false;
      if (link.isOpenHere) this.cut(link.actor);
    }
    this.#forgetClosed();
    // As long as a start takes at least: epochs of a room that is forgotten are told apart by the clock.
    this.nowMs += 50;
    this.policy = { ...this.policy, restoresUntilMs: this.nowMs + 15_000 };
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let at = nextDeadline(this.room); at !== null && at <= endMs; ) {
      this.nowMs = Math.max(this.nowMs, at);
      this.run({ type: 'expire' });
      at = nextDeadline(this.room);
    }
    this.nowMs = endMs;
  }

  run(command: Command): Decision {
    const decision = transition(this.room, command, this.nowMs, this.policy);
    this.room = decision.room;
    const mail = this.mail.apply(decision.mail);
    for (const effect of decision.effects) {
      const link = this.links.find(({ id }) => id === effect.connection);
      if (effect.kind === 'deliver') this.legacyHeard.push(effect);
      else if (effect.kind === 'deliver-drained') this.#flush(effect.connection, mail);
      else if (effect.kind === 'tell' && link !== undefined) {
        link.toClient.push(...this.#eventsOf(effect.telling, mail));
      } else if (effect.kind === 'end' && link !== undefined) {
        link.toClient.push(effect.code === 'takenOver' ? 'taken over' : 'closed');
        link.isOpenThere = false;
      }
    }
    this.onRoom();
    if (isForgettable(this.room)) this.#forget();
    return decision;
  }

  #flush(connection: ConnectionId, { drained }: AppliedMail): void {
    for (const message of drained) this.legacyHeard.push({ connection, message });
  }

  #eventsOf(telling: Parameters<typeof eventsOf>[0], mail: AppliedMail): readonly SessionEvent[] {
    const context = { credentialOf: simulatedCredential, heardAgoMs: () => 0, nowMs: this.nowMs };
    return eventsOf(telling, mail, context);
  }

  #obey(link: Link, text: string): void {
    // Offers of the model are no SDP: what may be published is the parser's matter.
    const read = parseSessionFrame(text);
    const isOffer = !read.ok && read.problem === 'offerRefused';
    if (!read.ok && !isOffer) throw new Error(`${text}: ${read.problem}`);
    const frame = read.ok ? read.value : (JSON.parse(text) as SessionFrame);
    if (frame.cmd === 'media' && frame.receiving) this.mediaMs = this.nowMs;
    this.run(this.#commandOf(frame, link.id));
  }

  #commandOf(frame: SessionFrame, connection: ConnectionId): Command {
    switch (frame.cmd) {
      case 'watch':
        return { type: 'watch', connection };
      case 'join': {
        const { instance, answer = null } = frame;
        const clientId = this.name('client') as ClientId;
        return { type: 'sessionJoin', connection, clientId, instance, answer };
      }
      case 'resume': {
        const { instance, credential } = frame;
        return { type: 'sessionResume', connection, instance, proof: proofIn(credential) };
      }
      case 'register': {
        const { clientid: clientId, instance } = frame;
        return { type: 'sessionRegister', connection, clientId, instance, issued: true };
      }
      case 'send': {
        const { epoch, n, msg: message } = frame;
        return { type: 'sessionSend', connection, epoch, n, message };
      }
      case 'ack':
        return { type: 'sessionAck', connection, epoch: frame.epoch, n: frame.n };
      case 'media':
        return { type: 'sessionMedia', connection, isReceiving: frame.receiving };
      case 'publish':
        return { type: 'publish', connection, offer: frame.offer };
      case 'unpublish':
        return { type: 'unpublish', connection };
      case 'leaving':
        return { type: 'sessionLeaving', connection };
      case 'leave':
        return { type: 'sessionLeave', connection };
      default:
        return unreachable(frame);
    }
  }

  /** As a store does with a room that is worth nothing. */
  #forget(): void {
    this.room = emptyRoom;
    this.mail.clear();
    this.nowMs += 50;
  }

  #forgetClosed(): void {
    this.links = this.links.filter((link) => link.isOpenHere || link.isOpenThere);
  }
}

function proofIn(credential: Credential): SeatProof {
  return JSON.parse(credential) as SeatProof;
}
