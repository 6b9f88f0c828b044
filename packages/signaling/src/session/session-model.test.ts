import { byeMessage, type ClientId } from '@apprtc/protocol';
import { type Link, SeededRandom, SessionActor, SessionWorld } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import type { ConnectionId } from '../connection-id.ts';
import { brokenInvariants } from '../invariants.ts';

/** How often each is done, in the mean. */
const weights = {
  ...{ carry: 60, say: 14, connect: 14, settle: 3, notice: 3, legacySay: 8 },
  ...{ cut: 2, media: 2, wait: 1.5, arrive: 2, publish: 3, watch: 2, legacyJoin: 2 },
  ...{ reload: 0.4, leaving: 0.4, leave: 0.3, restart: 0.3, copy: 0.3, legacyGo: 0.8 },
} as const;
type Deed = keyof typeof weights;
const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);

interface LegacyPeer {
  readonly clientId: ClientId;
  connection: ConnectionId | null;
  serial: number;
}

/** Plays random deeds, and knows what must hold whatever happens. */
class Chaos {
  readonly world = new SessionWorld();
  actors: SessionActor[] = [];
  legacy: LegacyPeer[] = [];
  readonly #random: SeededRandom;
  readonly #withLegacy: boolean;
  readonly #checked = new Map<SessionActor, number>();
  readonly #lastOf = new Map<string, number>();
  readonly #heardByLegacy = new Set<string>();
  #legacyChecked = 0;

  constructor(seed: number, withLegacy: boolean) {
    this.#random = new SeededRandom(seed);
    this.#withLegacy = withLegacy;
    this.world.onRoom = () => this.#checkRoom();
  }

  step(): void {
    this.#do(this.#pickDeed());
    this.#checkHeard();
  }

  #pickDeed(): Deed {
    let left = this.#random.next() * total;
    for (const [deed, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return deed as Deed;
    }
    return 'carry';
  }

  #do(deed: Deed): void {
    if (deed.startsWith('legacy')) {
      if (this.#withLegacy) this.#doLegacy(deed);
      return;
    }
    const actor = this.#random.pick(this.actors);
    if (deed === 'arrive') this.#arrive();
    else if (deed === 'restart') this.world.restart();
    else if (deed === 'wait')
      this.world.advance(this.#random.pick([1, 1, 500, 500, 4_000, 9_000, 16_000]) ?? 1);
    else if (deed === 'settle') this.world.settle();
    else if (deed === 'carry') this.#carry();
    else if (deed === 'notice') this.#notice();
    else if (actor !== undefined) this.#act(deed, actor);
  }

  #act(deed: Deed, actor: SessionActor): void {
    if (deed === 'say') actor.say();
    else if (deed === 'publish') actor.publish();
    else if (deed === 'cut') this.world.cut(actor, this.#random.below(3));
    else if (deed === 'connect' && !actor.isStopped) this.#connect(actor);
    else if (deed === 'media') actor.send({ cmd: 'media', receiving: this.#random.below(3) > 0 });
    else if (deed === 'watch') this.#watch(actor);
    else if (deed === 'leaving') this.#end(actor, 'leaving');
    else if (deed === 'leave') this.#end(actor, 'leave');
    else if (deed === 'reload') this.#replace(actor, actor.credential);
    else if (deed === 'copy') this.#add(actor.credential);
  }

  #connect(actor: SessionActor): void {
    const link = this.world.linkOf(actor);
    // A watcher tries again on the connection that it has.
    if (link !== undefined && actor.write !== null && !actor.isSeated) actor.send(actor.opening());
    else if (link === undefined) this.world.connect(actor);
  }

  #watch(actor: SessionActor): void {
    if (!actor.isSeated) actor.send({ v: 2, cmd: 'watch', roomid: 'model' as never });
  }

  #end(actor: SessionActor, cmd: 'leaving' | 'leave'): void {
    if (!actor.isSeated) return;
    actor.send({ cmd });
    this.world.settle();
    this.world.cut(actor, 10);
    if (cmd === 'leaving') this.#replace(actor, actor.credential);
    else this.actors = this.actors.filter((each) => each !== actor);
  }

  #replace(actor: SessionActor, credential: SessionActor['credential']): void {
    this.world.cut(actor, this.#random.below(2));
    this.actors = this.actors.filter((each) => each !== actor);
    this.#add(credential);
  }

  #add(credential: SessionActor['credential']): void {
    if (this.actors.length >= 4) return;
    this.actors.push(new SessionActor(this.world.name('instance-'), credential));
  }

  #arrive(): void {
    if (this.actors.length < 3) this.#add(null);
    else this.actors = this.actors.filter((each) => !each.isStopped);
  }

  #carry(): void {
    const isBusy = ({ toServer, toClient }: Link) => toServer.length + toClient.length > 0;
    const link = this.#random.pick(this.world.links.filter(isBusy));
    if (link === undefined) return;
    const isForClient = link.toServer.length === 0 || this.#random.below(2) === 0;
    if (isForClient && link.toClient.length > 0) this.world.carryToClient(link);
    // HTTP may say a frame twice; one that opens is said once on a connection.
    else this.world.carryToServer(link, this.#random.below(8) === 0 ? 2 : 1);
  }

  #notice(): void {
    const gone = this.world.links.filter((link) => !link.isOpenHere && link.isOpenThere);
    const link = this.#random.pick(gone);
    if (link !== undefined) this.world.notice(link, this.world.nowMs - this.#random.below(10_000));
  }

  #doLegacy(deed: Deed): void {
    const peer = this.#random.pick(this.legacy);
    if (deed === 'legacyJoin') this.#legacyJoin(peer);
    else if (peer === undefined) return;
    else if (deed === 'legacySay') this.#legacySay(peer);
    else this.#legacyGo(peer);
  }

  #legacyJoin(known: LegacyPeer | undefined): void {
    let peer = known;
    if (peer === undefined || this.#random.below(3) === 0) {
      peer = { clientId: this.world.name('legacy-') as ClientId, connection: null, serial: 0 };
      const { outcome } = this.world.run({
        type: 'join',
        clientId: peer.clientId,
        loopback: false,
      });
      if (outcome.kind !== 'joined') return;
      this.legacy.push(peer);
      if (this.#random.below(2) === 0) return;
    }
    const connection = this.world.name('legacy-socket-') as ConnectionId;
    const { clientId } = peer;
    const { outcome } = this.world.run({ type: 'register', clientId, connection, issued: true });
    peer.connection = outcome.kind === 'registered' ? connection : null;
  }

  #legacySay(peer: LegacyPeer): void {
    peer.serial += 1;
    const message = `${peer.clientId}|any|${peer.serial}`;
    if (peer.connection === null) {
      this.world.run({ type: 'post', clientId: peer.clientId, message });
    } else this.world.run({ type: 'send', connection: peer.connection, message });
  }

  #legacyGo(peer: LegacyPeer): void {
    const { connection, clientId } = peer;
    if (connection !== null && this.#random.below(2) === 0) {
      peer.connection = null;
      this.world.run({ type: 'drop', connection });
      return;
    }
    this.legacy = this.legacy.filter((each) => each !== peer);
    this.world.run({ type: 'post', clientId, message: byeMessage });
  }

  /** [V25] [V26] Whatever else holds: a seat without a connection ends in time, or its peer's media is why it stays. */
  #checkRoom(): void {
    const { room, nowMs, policy, mediaMs } = this.world;
    expect(brokenInvariants(room, nowMs, policy)).toEqual([]);
    for (const seat of room.seats) {
      if (seat?.session == null || seat.presence.kind !== 'dropped') continue;
      const lifeMs = Math.max(seat.session.heardMs ?? nowMs, mediaMs);
      expect(seat.presence.untilMs - lifeMs).toBeLessThanOrEqual(15_000);
    }
  }

  #checkHeard(): void {
    for (const actor of this.actors) {
      const { received } = actor;
      for (const each of received.slice(this.#checked.get(actor) ?? 0)) this.#check(actor, each);
      this.#checked.set(actor, received.length);
    }
    for (const { message } of this.world.legacyHeard.slice(this.#legacyChecked)) {
      if (message === byeMessage || message.startsWith('legacy-')) continue;
      expect(this.#heardByLegacy.has(message), `${message} reached a legacy peer twice`).toBe(
        false,
      );
      this.#heardByLegacy.add(message);
    }
    this.#legacyChecked = this.world.legacyHeard.length;
  }

  /** [V12] [V13] [V15] Once, in order, from one peer in an epoch, and said in that epoch. */
  #check(actor: SessionActor, { epoch, message }: { epoch: number; message: string }): void {
    this.checked += 1;
    const [from = '', saidIn = '', serial = ''] = message.split('|');
    expect(from, 'its own message').not.toBe(actor.instance);
    if (saidIn === 'any' || !/^\d+$/.test(saidIn)) return;
    expect(Number(saidIn), `${message} was said in another epoch`).toBe(epoch);
    const line = `${from}>${actor.instance}`;
    expect(Number(serial), `${message} is late or comes twice`).toBeGreaterThan(
      this.#lastOf.get(line) ?? 0,
    );
    this.#lastOf.set(line, Number(serial));
  }

  /** Nothing breaks any more: whoever is in a pairing with another has in the end heard all that it said. */
  finish(): void {
    for (const link of this.world.links) if (!link.isOpenHere) this.world.notice(link);
    for (let round = 0; round < 3; round += 1) {
      for (const actor of this.actors) if (!actor.isStopped) this.#connect(actor);
      this.world.settle();
      this.#checkHeard();
    }
    for (const actor of this.actors) this.#checkNothingIsLost(actor);
  }

  #checkNothingIsLost(actor: SessionActor): void {
    const isConnected = this.world.linkOf(actor) !== undefined && actor.isSeated;
    if (!isConnected || actor.end.epoch === 0 || actor.peerProtocol === null) return;
    if (actor.peerProtocol === 1) {
      expect(actor.end.unacknowledged, 'a legacy peer is acknowledged for').toBe(0);
      return;
    }
    const isPeer = (each: SessionActor) =>
      each !== actor && each.end.epoch === actor.end.epoch && this.world.linkOf(each) !== undefined;
    const peer = this.actors.find(isPeer);
    if (peer === undefined) return;
    const heard = peer.received.filter(({ epoch }) => epoch === actor.end.epoch);
    expect(heard.map(({ message }) => message)).toEqual(actor.said);
    expect(actor.end.unacknowledged).toBe(0);
    this.metPairs += 1;
  }

  /** Messages that were checked. */
  checked = 0;
  /** Ends of pairings that were found whole at the end. */
  metPairs = 0;
}

function play(seed: number, steps: number, withLegacy: boolean): Chaos {
  const chaos = new Chaos(seed, withLegacy);
  try {
    for (let step = 0; step < steps; step += 1) chaos.step();
    chaos.finish();
  } catch (error) {
    throw new Error(`seed ${seed}, ${withLegacy ? 'with' : 'without'} legacy peers`, {
      cause: error,
    });
  }
  return chaos;
}

/** The later ones found something once. */
const seeds = [...Array.from({ length: 60 }, (_, index) => index + 1), 99, 673, 1_421, 1_716];
const steps = 600;

function messagesOf(played: readonly Chaos[]): number {
  return played.reduce((sum, { checked }) => sum + checked, 0);
}

describe('sessions, whatever happens', () => {
  it('[V8] [V12] [V13] [V14] [V15] [V16] [V25] [V36] [V38] lose nothing, double nothing, mix no epochs', () => {
    const played = seeds.map((seed) => play(seed, steps, false));
    const whole = played.reduce((sum, { metPairs }) => sum + metPairs, 0);
    expect(messagesOf(played)).toBeGreaterThan(10 * seeds.length);
    expect(whole, 'pairings at the end').toBeGreaterThan(seeds.length);
  });

  it('[V19] [V20] [V21] [V22] [V26] nor beside legacy peers', () => {
    const played = seeds.map((seed) => play(seed, steps, true));
    expect(messagesOf(played)).toBeGreaterThan(10 * seeds.length);
  });
});
