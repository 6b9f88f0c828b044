import { byeMessage, type JoinedSeat } from '@apprtc/protocol';
import type { SignalingState } from './api.ts';
import { MessagePoster } from './message-poster.ts';
import type { Platform } from './platform.ts';
import type { RoomClient, SeatAddress } from './room-client.ts';
import { SignalingChannel } from './signaling-channel.ts';

export interface SeatLinkListeners {
  readonly onMessage: (message: string) => void;
  readonly onSignaling: (state: SignalingState) => void;
  /** With what the server said. */
  readonly onRefused: (why: string) => void;
  readonly onWarning: (text: string) => void;
}

/** The Collider's HTTP origin. A server that names none has it beside its WebSocket. */
function postUrlOf(seat: JoinedSeat): string {
  if (seat.wssPostUrl !== '') return seat.wssPostUrl.replace(/\/+$/, '');
  const url = seat.wssUrl.replace(/^ws/, 'http');
  return URL.canParse(url) ? new URL(url).origin : '';
}

/** One won seat: every way in and out of the room that belongs to its client id. */
export class SeatLink {
  readonly #client: RoomClient;
  readonly #address: SeatAddress;
  readonly #channel: SignalingChannel;
  readonly #poster: MessagePoster;
  /** Decides the way out: as AppRTC has it, the initiator posts and the other one uses its socket. */
  isInitiator: boolean;

  constructor(
    platform: Platform,
    client: RoomClient,
    seat: JoinedSeat,
    listeners: SeatLinkListeners,
  ) {
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

  open(): void {
    this.#channel.open();
  }

  send(message: string, isCandidate = false): void {
    if (this.isInitiator) this.#poster.post(message, isCandidate);
    else this.#channel.send(message);
  }

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
