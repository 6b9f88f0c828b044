import type { ClientId, SessionEvent, SessionFrame } from '@apprtc/protocol';
import type { ConnectionId, Policy } from '@apprtc/signaling';
import { SessionActor } from './session-actor.ts';
import { type Link, SessionWorld } from './session-world.ts';

/** A world in which each deed is played to its end, and what every actor heard is kept. */
export class SessionStage {
  readonly world: SessionWorld;
  readonly #events = new Map<SessionActor, SessionEvent[]>();

  constructor(policy: Partial<Policy> = {}) {
    this.world = new SessionWorld(policy);
  }

  actor(name: string, credential: SessionActor['credential'] = null): SessionActor {
    const made = new SessionActor(`instance-${name}`, credential);
    const heard: SessionEvent[] = [];
    this.#events.set(made, heard);
    const hear = made.hear.bind(made);
    made.hear = (event) => {
      heard.push(event);
      hear(event);
    };
    return made;
  }

  connect(who: SessionActor): Link {
    const link = this.world.connect(who);
    this.world.settle();
    return link;
  }

  /** Connects without its opening frame. */
  open(who: SessionActor): Link {
    const link = this.world.connect(who);
    link.toServer.length = 0;
    return link;
  }

  /** Its connection is lost, and the server notices at once. */
  lose(who: SessionActor): void {
    const link = this.world.linkOf(who);
    this.world.cut(who);
    if (link !== undefined) this.world.notice(link);
    this.world.settle();
  }

  tell(who: SessionActor, frame: SessionFrame): void {
    who.send(frame);
    this.world.settle();
  }

  say(who: SessionActor): void {
    who.say();
    this.world.settle();
  }

  pair(a: SessionActor, b: SessionActor): void {
    this.connect(a);
    this.connect(b);
  }

  eventsOf(who: SessionActor): readonly SessionEvent[] {
    return this.#events.get(who) ?? [];
  }

  last(who: SessionActor): SessionEvent | undefined {
    return this.eventsOf(who).at(-1);
  }

  /** Why it was told of its peer, in order. */
  whys(who: SessionActor): readonly string[] {
    return this.eventsOf(who).flatMap((event) => (event.event === 'peer' ? [event.why] : []));
  }

  heard(who: SessionActor): readonly string[] {
    return who.received.map(({ message }) => message);
  }

  seated(): readonly (string | null)[] {
    return this.world.room.seats.map((seat) => seat?.session?.instance ?? seat?.clientId ?? null);
  }

  /** A legacy client joins, and registers on a connection of its own name. */
  legacy(name: string): ConnectionId {
    const clientId = name as ClientId;
    const connection = name as ConnectionId;
    this.world.run({ type: 'join', clientId, loopback: false });
    this.world.run({ type: 'register', clientId, connection, issued: true });
    this.world.settle();
    return connection;
  }

  legacySays(connection: ConnectionId, message: string): void {
    this.world.run({ type: 'send', connection, message });
    this.world.settle();
  }

  heardByLegacy(): readonly string[] {
    return this.world.legacyHeard.map(({ message }) => message);
  }
}
