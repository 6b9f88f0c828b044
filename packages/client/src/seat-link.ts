import { byeMessage, type JoinedSeat } from '@apprtc/protocol';
import type { Link, LinkListeners } from './link.ts';
import { MessagePoster } from './message-poster.ts';
import type { Platform } from './platform.ts';
import type { RoomClient, SeatAddress } from './room-client.ts';
import { SignalingChannel } from './signaling-channel.ts';

/** The Collider's HTTP origin. A server that names none has it beside its WebSocket. */
export function postUrlOf(seat: JoinedSeat): string {
  if (seat.wssPostUrl !== '') return seat.wssPostUrl.replace(/\/+$/, '');
  const url = seat.wssUrl.replace(/^ws/, 'http');
  return URL.canParse(url) ? new URL(url).origin : '';
}

/** A seat by AppRTC's own protocol: posts, a socket, and farewells. */
export class SeatLink implements Link {
  readonly speaksSessions = false;
  readonly pairing = null;
  readonly #client: RoomClient;
  readonly #address: SeatAddress;
  readonly #channel: SignalingChannel;
  readonly #poster: MessagePoster;
  /** Decides the way out: as AppRTC has it, the initiator posts and the other one uses its socket. */
  isInitiator: boolean;

  constructor(platform: Platform, client: RoomClient, seat: JoinedSeat, listeners: LinkListeners) {
    this.#client = client;
    this.isInitiator = seat.isInitiator;
    const { roomId, clientId, wssUrl: url } = seat;
    this.#address = { roomId, clientId, wssPostUrl: postUrlOf(seat) };
    this.#channel = new SignalingChannel({
      platform,
      url,
      roomId,
      clientId,
      onMessage: listeners.onMessage,
      onState: listeners.onSignaling,
      onRefused: listeners.onRefused,
    });
    this.#poster = new MessagePoster(platform, client, this.#address, () =>
      listeners.onWarning('A message could not be delivered'),
    );
  }

  get canReachPeer(): boolean {
    return this.#channel.isOpen;
  }

  open(): void {
    this.#channel.open();
  }

  send(message: string, isCandidate = false): void {
    if (this.isInitiator) this.#poster.post(message, isCandidate);
    else this.#channel.send(message);
  }

  renew(): void {}

  simulate(): void {}

  /** Forgets what was meant for a peer that is gone. */
  discardUnsent(): void {
    this.#poster.discard();
    this.#channel.discardQueued();
  }

  /**
   * Gives the seat back in the original page's order: `/leave`, `bye`, close, `DELETE`. Each step is bounded and
   * none depends on the one before having worked.
   */
  async leave(): Promise<void> {
    this.discardUnsent();
    await this.#client.leave(this.#address);
    if (this.#channel.isOpen) this.#channel.send(byeMessage);
    else await this.#client.postToPeer(this.#address, byeMessage);
    // Closed before the DELETE, which comes on another connection and could overtake the bye.
    await this.#channel.close();
    await this.#client.deleteSocket(this.#address);
  }

  /** Leaves from a page that is going away: nothing is waited for. */
  abandon(): void {
    this.discardUnsent();
    this.#client.beaconLeave(this.#address, byeMessage);
    void this.#channel.close();
  }

  /** Stops trying, without telling anybody: the seat is not ours any more. */
  drop(): void {
    this.discardUnsent();
    void this.#channel.close();
  }
}
