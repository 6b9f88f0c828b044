import {
  type Credential,
  type InstanceId,
  instanceId,
  type JoinedSeat,
  type OpeningFrame,
  type PeerView,
  type PeerWhy,
  parseClientId,
  parseRoomId,
  SessionEnd,
  type SessionEvent,
  sessionLimits,
} from '@apprtc/protocol';
import type { Simulation } from './api.ts';
import type { Link, LinkListeners, Pairing, SessionListeners } from './link.ts';
import type { Platform } from './platform.ts';
import type { RoomClient } from './room-client.ts';
import { postUrlOf } from './seat-link.ts';
import { SessionSocket } from './session-socket.ts';

export interface SessionLinkOptions {
  readonly platform: Platform;
  readonly client: RoomClient;
  readonly seat: JoinedSeat;
  /** Under what the seat is kept for a return. */
  readonly storageKey: string;
  /** Of a seat that is come back to. */
  readonly credential: Credential | null;
  readonly listeners: LinkListeners & SessionListeners;
}

const idLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function newInstance(random: () => number): InstanceId | undefined {
  const letters = Array.from({ length: 22 }, () => idLetters[Math.floor(random() * 64)]);
  return instanceId.read(letters.join(''));
}

/** [V2]-[V18] One seat by the session protocol: its way to the peer, which survives lost sockets and restarted servers. */
export class SessionLink implements Link {
  readonly speaksSessions = true;
  readonly #options: SessionLinkOptions;
  readonly #socket: SessionSocket;
  readonly #end = new SessionEnd();
  readonly #sleep: () => void;
  #instance: InstanceId | undefined;
  #credential: Credential | null;
  #kept: string | null = null;
  #peer: PeerView | null = null;
  #isInitiator = false;
  #mediaTimer: unknown = null;

  constructor(options: SessionLinkOptions) {
    const { platform, seat, credential, listeners } = options;
    this.#options = options;
    this.#instance = newInstance(platform.random);
    this.#credential = credential;
    if (credential !== null) this.#kept = JSON.stringify({ seat, credential });
    this.#socket = new SessionSocket({
      platform,
      url: seat.wssUrl,
      opening: () => this.#opening(),
      isInCall: () => this.#peer !== null,
      onEvent: (event) => this.#received(event),
      onState: listeners.onSignaling,
      onAttempt: listeners.onAttempt,
      onRefused: (why) => this.#refused(why),
    });
    this.#sleep = platform.onWake?.((isOther) => this.#socket.wake(isOther)) ?? (() => {});
  }

  get pairing(): Pairing | null {
    if (this.#peer === null || this.#end.epoch === 0) return null;
    return { isInitiator: this.#isInitiator, protocol: this.#peer.protocol };
  }

  get canReachPeer(): boolean {
    return this.#socket.isOpen && this.#peer?.state === 'here';
  }

  open(): void {
    this.#socket.connect();
  }

  /** Once, and in order, if the peer is ever there again. While there is none, nobody is meant. */
  send(message: string): void {
    const sent = this.#end.send(message);
    if (sent.ok) this.#socket.send(sent.value);
    else if (sent.problem !== 'not-paired') {
      this.#options.listeners.onWarning('A message could not be delivered');
    }
  }

  /** Nothing waits for a later peer: each pairing begins anew. */
  discardUnsent(): void {}

  /** As another instance of ours. */
  renew(): void {
    this.#instance = newInstance(this.#options.platform.random);
    this.#socket.connect();
  }

  simulate(what: Simulation): void {
    if (what === 'network-change') this.#socket.wake(true);
    else if (what !== 'ice-failure') this.#socket.simulate(what);
  }

  async leave(): Promise<void> {
    this.#stop(true);
    const { client, seat } = this.#options;
    const { roomId, clientId } = seat;
    const address = { roomId, clientId, wssPostUrl: postUrlOf(seat) };
    const isTold = this.#socket.send({ cmd: 'leave' });
    // Closed before the POST, which comes on another connection: an opening under way would take the seat up again.
    await this.#socket.close();
    if (!isTold) await client.leave(address);
  }

  /** The page may be back in a moment. */
  abandon(): void {
    this.#stop(false);
    this.#socket.send({ cmd: 'leaving' });
    this.#socket.drop();
  }

  drop(): void {
    this.#stop(false);
    this.#socket.drop();
  }

  #stop(isForgotten: boolean): void {
    const { platform, storageKey } = this.#options;
    this.#peer = null;
    this.#sleep();
    platform.clearTimeout(this.#mediaTimer);
    if (this.#kept !== null) platform.seats?.release(storageKey, this.#kept, isForgotten);
    this.#kept = null;
  }

  #refused(why: 'taken-over' | 'gone'): void {
    this.#stop(why === 'gone');
    this.#socket.drop();
    this.#options.listeners.onRefused(why);
  }

  #opening(): OpeningFrame | undefined {
    const room = parseRoomId(this.#options.seat.roomId);
    const client = parseClientId(this.#options.seat.clientId);
    const [instance, credential] = [this.#instance, this.#credential];
    if (!room.ok || !client.ok || instance === undefined) return undefined;
    const named = { v: 2, roomid: room.value, instance } as const;
    return credential === null
      ? { ...named, cmd: 'register', clientid: client.value }
      : { ...named, cmd: 'resume', credential };
  }

  #received(event: SessionEvent): void {
    switch (event.event) {
      case 'welcome':
        this.#keep(event.credential);
        this.#follow(event, null);
        this.#socket.welcomed();
        this.#replay();
        return;
      case 'peer':
        this.#keep(event.credential);
        this.#follow(event, event.why);
        if (event.peer?.state === 'here') this.#replay();
        return;
      case 'message':
        this.#take(event);
        return;
      case 'ack':
        this.#end.acknowledge(event.epoch, event.n);
        return;
      case 'gone':
      case 'full':
        this.#refused('gone');
        return;
      default:
    }
  }

  #take({ epoch, n, msg }: Extract<SessionEvent, { event: 'message' }>): void {
    const { isNew, ack } = this.#end.receive(epoch, n);
    if (ack !== null) this.#socket.send(ack);
    if (isNew) this.#options.listeners.onMessage(msg);
  }

  #follow(event: Extract<SessionEvent, { event: 'welcome' | 'peer' }>, why: PeerWhy | null): void {
    const { listeners } = this.#options;
    const isNew = this.#end.enter(event.epoch);
    this.#peer = event.peer;
    this.#isInitiator = event.initiator;
    this.#tellOfMedia();
    const { pairing } = this;
    if (pairing !== null) listeners.onPaired(pairing, isNew);
    else listeners.onAlone(why);
  }

  /** While the peer's signaling is away, its media is the sign that it lives. */
  #tellOfMedia(): void {
    const { platform, listeners } = this.#options;
    platform.clearTimeout(this.#mediaTimer);
    if (this.#peer?.state !== 'away') return;
    if (listeners.isReceiving()) this.#socket.send({ cmd: 'media', receiving: true });
    this.#mediaTimer = platform.setTimeout(() => this.#tellOfMedia(), sessionLimits.tickMs);
  }

  #replay(): void {
    for (const frame of this.#end.replay()) this.#socket.send(frame);
  }

  #keep(credential: Credential): void {
    const { platform, seat, storageKey } = this.#options;
    this.#credential = credential;
    this.#kept = JSON.stringify({ seat: { ...seat, messages: [] }, credential });
    platform.seats?.keep(storageKey, this.#kept);
  }
}
