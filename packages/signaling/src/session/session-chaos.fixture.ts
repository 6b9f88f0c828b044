import assert from 'node:assert/strict';
import { byeMessage, type ClientId } from '@apprtc/protocol';
import { type Link, SessionActor, SessionWorld } from '@apprtc/testkit';
import type { ConnectionId } from '../connection-id.ts';
import { brokenInvariants } from '../invariants.ts';
import type { StepRandom } from './step-random.fixture.ts';

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
export class SessionChaos {
  readonly world = new SessionWorld();
  /** What was done, in order. */
  readonly deeds: string[] = [];
  actors: SessionActor[] = [];
  legacy: LegacyPeer[] = [];
  readonly #random: StepRandom;
  readonly #withLegacy: boolean;
  readonly #checked = new Map<SessionActor, number>();
  readonly #lastOf = new Map<string, number>();
  readonly #heardByLegacy = new Set<string>();
  #legacyChecked = 0;

  constructor(random: StepRandom, withLegacy: boolean) {
    this.#random = random;
    this.#withLegacy = withLegacy;
    this.world.onRoom = () => this.#checkRoom();
  }

  step(): void {
    const deed = this.#pickDeed();
    this.deeds.push(deed);
    this.#do(deed);
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
    assert.deepEqual(brokenInvariants(room, nowMs, policy), []);
    for (const seat of room.seats) {
      if (seat?.session == null || seat.presence.kind !== 'dropped') continue;
      const lifeMs = Math.max(seat.session.heardMs ?? nowMs, mediaMs);
      assert.ok(seat.presence.untilMs - lifeMs <= 15_000, 'a seat is kept for too long');
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
      assert.ok(!this.#heardByLegacy.has(message), `${message} reached a legacy peer twice`);
      this.#heardByLegacy.add(message);
    }
    this.#legacyChecked = this.world.legacyHeard.length;
  }

  /** [V12] [V13] [V15] Once, in order, from one peer in an epoch, and said in that epoch. */
  #check(actor: SessionActor, { epoch, message }: { epoch: number; message: string }): void {
    this.checked += 1;
    const [from = '', saidIn = '', serial = ''] = message.split('|');
    assert.notEqual(from, actor.instance, 'its own message');
    if (saidIn === 'any' || !/^\d+$/.test(saidIn)) return;
    assert.equal(Number(saidIn), epoch, `${message} was said in another epoch`);
    const line = `${from}>${actor.instance}`;
    const last = this.#lastOf.get(line) ?? 0;
    assert.ok(Number(serial) > last, `${message} is late or comes twice`);
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
      assert.equal(actor.end.unacknowledged, 0, 'a legacy peer is acknowledged for');
      const waiting = JSON.stringify(this.world.mail.snapshot());
      for (const message of actor.said) {
        const isKept =
          this.#heardByLegacy.has(message) || waiting.includes(JSON.stringify(message));
        assert.ok(isKept, `${message} was acknowledged, and lost`);
      }
      return;
    }
    const isPeer = (each: SessionActor) =>
      each !== actor && each.end.epoch === actor.end.epoch && this.world.linkOf(each) !== undefined;
    const peer = this.actors.find(isPeer);
    if (peer === undefined) return;
    const heard = peer.received.filter(({ epoch }) => epoch === actor.end.epoch);
    assert.deepEqual(
      heard.map(({ message }) => message),
      actor.said,
    );
    assert.equal(actor.end.unacknowledged, 0);
    this.metPairs += 1;
  }

  /** Messages that were checked. */
  checked = 0;
  /** Ends of pairings that were found whole at the end. */
  metPairs = 0;
}

/** What a run was: its chaos at the end, or why it failed. */
export type Played =
  | { readonly ok: true; readonly chaos: SessionChaos }
  | { readonly ok: false; readonly chaos: SessionChaos; readonly error: unknown };

/** Plays so many steps, and then lets all that is under way arrive. */
export function playSessions(random: StepRandom, steps: number, withLegacy: boolean): Played {
  const chaos = new SessionChaos(random, withLegacy);
  try {
    for (let step = 0; step < steps; step += 1) {
      random.begin(step);
      chaos.step();
    }
    chaos.finish();
  } catch (error) {
    return { ok: false, chaos, error };
  }
  return { ok: true, chaos };
}
