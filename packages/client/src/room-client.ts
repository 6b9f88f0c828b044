import {
  type IceServers,
  type JoinReply,
  parseIceConfig,
  parseJoinReply,
  parseMessageReply,
} from '@apprtc/protocol';
import { within } from './deadline.ts';
import type { Platform } from './platform.ts';

/** A request's outcome. `unreachable`: no reply in time; `bad-status`: one that is no success. */
export type Reply =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: 'unreachable' | 'aborted' | 'bad-status' };

export type JoinOutcome =
  | { readonly ok: true; readonly reply: JoinReply }
  | { readonly ok: false; readonly problem: 'unreachable' | 'aborted' | 'bad-reply' };

interface Request {
  readonly method: 'POST' | 'DELETE';
  readonly deadlineMs: number;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Lets it outlive the page, for farewells. */
  readonly keepalive?: boolean;
}

/** Who we are to the server, for the requests that name a seat. */
export interface SeatAddress {
  readonly roomId: string;
  readonly clientId: string;
  /** The Collider's HTTP origin, no slash at its end. */
  readonly wssPostUrl: string;
}

const joinDeadlineMs = 10_000;
/** So long a seat that nobody waits for any more may still come, to be given back. */
const lateSeatDeadlineMs = 30_000;
const messageDeadlineMs = 10_000;
const farewellDeadlineMs = 2_000;
const iceDeadlineMs = 10_000;

/**
 * The HTTP side of an AppRTC server. Bodies are strings, hence `text/plain`, and no header is added, so that a
 * browser asks no preflight of a server on another origin. Nothing here throws.
 */
export class RoomClient {
  readonly #platform: Platform;
  readonly #server: string;

  /** @param server The base URL, no slash at its end. */
  constructor(platform: Platform, server: string) {
    this.#platform = platform;
    this.#server = server;
  }

  /**
   * Asks for a seat. The request itself goes on when it was given up or took too long: the server may have issued
   * the seat already, and unknown to anybody it would fill the room for a minute. Then it is given back.
   */
  async join(room: string, query: string, signal?: AbortSignal): Promise<JoinOutcome> {
    if (isAborted(signal)) return { ok: false, problem: 'aborted' };
    const asked = this.#askForSeat(room, query);
    let giveUp: () => void = () => {};
    const givenUp = new Promise<null>((resolve) => {
      giveUp = () => resolve(null);
    });
    signal?.addEventListener('abort', giveUp);
    const inTime = Promise.race([asked, givenUp]);
    const outcome = await within(this.#platform, joinDeadlineMs, inTime, null);
    signal?.removeEventListener('abort', giveUp);
    if (outcome !== null && !isAborted(signal)) return outcome;
    void asked.then((late) => this.#giveBack(late));
    return { ok: false, problem: isAborted(signal) ? 'aborted' : 'unreachable' };
  }

  async #askForSeat(room: string, query: string): Promise<JoinOutcome> {
    const url = `${this.#server}/join/${room}${query === '' ? '' : `?${query}`}`;
    const reply = await this.#request(url, { method: 'POST', deadlineMs: lateSeatDeadlineMs });
    if (!reply.ok) {
      return { ok: false, problem: reply.problem === 'bad-status' ? 'bad-reply' : reply.problem };
    }
    const join = parseJoinReply(reply.text);
    return join.ok ? { ok: true, reply: join.value } : { ok: false, problem: 'bad-reply' };
  }

  async #giveBack(late: JoinOutcome): Promise<void> {
    if (late.ok && late.reply.result !== 'FULL') await this.leave(late.reply.seat);
  }

  /** Leaves a message with the room server. Answers its `result`, or null without a usable reply. */
  async message(seat: SeatAddress, body: string, signal: AbortSignal): Promise<string | null> {
    const reply = await this.#request(this.#seatUrl('message', seat), {
      method: 'POST',
      deadlineMs: messageDeadlineMs,
      body,
      signal,
    });
    if (!reply.ok) return null;
    const result = parseMessageReply(reply.text);
    return result.ok ? result.value : null;
  }

  async leave(seat: SeatAddress): Promise<void> {
    await this.#request(this.#seatUrl('leave', seat), farewell('POST'));
  }

  /** Says something to the other client past our socket. */
  async postToPeer(seat: SeatAddress, body: string): Promise<void> {
    await this.#request(this.#peerUrl(seat), { ...farewell('POST'), body });
  }

  async deleteSocket(seat: SeatAddress): Promise<void> {
    await this.#request(this.#peerUrl(seat), farewell('DELETE'));
  }

  /** Leaves without waiting, from a page that is about to go. */
  beaconLeave(seat: SeatAddress, bye: string): void {
    const beacon = this.#platform.sendBeacon;
    if (beacon === null) return;
    beacon(this.#seatUrl('leave', seat), '');
    beacon(this.#peerUrl(seat), bye);
  }

  /** Asks for ICE servers; null when there are none to be had. */
  async iceServers(url: string): Promise<IceServers | null> {
    // A few servers answer with a path; it is meant from their own origin.
    const absolute = url.startsWith('/') ? `${this.#server}${url}` : url;
    const reply = await this.#request(absolute, { method: 'POST', deadlineMs: iceDeadlineMs });
    if (!reply.ok) return null;
    const config = parseIceConfig(reply.text);
    return config.ok ? config.value : null;
  }

  #seatUrl(verb: 'message' | 'leave', seat: SeatAddress): string {
    return `${this.#server}/${verb}/${seat.roomId}/${encodeURIComponent(seat.clientId)}`;
  }

  #peerUrl(seat: SeatAddress): string {
    return `${seat.wssPostUrl}/${seat.roomId}/${encodeURIComponent(seat.clientId)}`;
  }

  async #request(url: string, request: Request): Promise<Reply> {
    const { method, body, signal, deadlineMs, keepalive } = request;
    if (isAborted(signal)) return { ok: false, problem: 'aborted' };
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    signal?.addEventListener('abort', abort);
    const timer = this.#platform.setTimeout(abort, deadlineMs);
    try {
      const response = await this.#platform.fetch(url, {
        method,
        signal: controller.signal,
        ...(body === undefined ? {} : { body }),
        ...(keepalive === true ? { keepalive } : {}),
      });
      const text = await response.text();
      return response.ok ? { ok: true, text } : { ok: false, problem: 'bad-status' };
    } catch {
      return { ok: false, problem: isAborted(signal) ? 'aborted' : 'unreachable' };
    } finally {
      this.#platform.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

function farewell(method: 'POST' | 'DELETE'): Request {
  return { method, deadlineMs: farewellDeadlineMs, keepalive: true };
}

/** A function, because TypeScript would take an earlier look at `aborted` for lasting. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
