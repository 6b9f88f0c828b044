import type { ClientId, IceConfig, RoomId } from '@apprtc/protocol';
import type { MaybePromise } from '@apprtc/signaling';
import type { Logger } from 'pino';
import type { CredentialAllowance } from './credential-allowance.ts';
import { iceAnswer, stunAnswerFor } from './ice-answer.ts';
import type { IceKeys, KeyHolder } from './ice-keys.ts';
import type { IceSource } from './ice-source.ts';
import type { StunResponder } from './stun-responder.ts';

/** The port of RFC 8489 section 18.6. */
export const defaultStunPort = 3478;
/** [IC6] STUN of our own never expires; this is how long it says that it is good. */
const ownLifeSeconds = 86_400;
/** [IC10] For an address without a seat: enough to set a call up. */
const addressLifeSeconds = 120;

/** Who is asked whether a client holds a seat. */
export interface SeatLookup {
  isSeated(roomId: RoomId, clientId: ClientId): MaybePromise<boolean>;
}

export interface IceServiceParts {
  readonly keys: IceKeys;
  readonly seats: SeatLookup;
  readonly allowance: CredentialAllowance;
  /** Null: nothing is configured. */
  readonly source: IceSource | null;
  /** Null: this server answers no STUN. */
  readonly responder: StunResponder | null;
  readonly isOpen: boolean;
  readonly lifeSeconds: number;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** A request for ICE servers. */
export interface IceQuestion {
  readonly key: string;
  /** Of the client. */
  readonly address: string;
  /** Under which the client reached this server, without a port. */
  readonly hostName: string;
}

/** Gives ICE servers to those who may have them, and STUN to everyone else. */
export class IceService {
  readonly #parts: IceServiceParts;

  constructor(parts: IceServiceParts) {
    this.#parts = parts;
  }

  /** [IC9] The key of a join's `ice_server_url`. */
  seatKey(roomId: RoomId, clientId: ClientId): string {
    return this.#parts.keys.forSeat(roomId, clientId);
  }

  /** [IC10] The key of the `ice_server_url` in `/params`. */
  addressKey(address: string): string {
    return this.#parts.keys.forAddress(address, this.#nowSeconds());
  }

  /** [IC11] Never rejects and never is empty: an ESP32 stops for good on an error. */
  async answer(question: IceQuestion): Promise<IceConfig> {
    try {
      const full = await this.#fullAnswer(question);
      if (full !== null) return full;
    } catch (error) {
      this.#parts.logger.error({ event: 'ice.failed', err: error });
    }
    return this.#stunAnswer(question.hostName);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#parts.source?.close();
    await this.#parts.responder?.close();
  }

  #nowSeconds(): number {
    return Math.floor(this.#parts.nowMs() / 1000);
  }

  async #fullAnswer({ key, address }: IceQuestion): Promise<IceConfig | null> {
    const { source, keys, allowance, logger } = this.#parts;
    if (source === null) return null;
    const holder = this.#holderOf(key, address);
    if (holder === null) return null;
    const owner = keys.ownerOf(holder);
    const isAdmitted = allowance.admits(address, holder.kind === 'seat' ? owner : null);
    if (!isAdmitted) {
      logger.debug({ event: 'ice.bounded', owner });
      return null;
    }
    if (!(await this.#mayHave(holder))) return null;
    const nowSeconds = this.#nowSeconds();
    const lifeSeconds = this.#lifeSecondsOf(holder);
    const grant = await source.grant({ owner, lifeSeconds, nowSeconds });
    logger.debug({ event: 'ice.given', owner, isGiven: grant !== null });
    return grant === null ? null : iceAnswer(grant, nowSeconds);
  }

  /** With `--open-ice` whoever has no good key is an address like that of `/params`. */
  #holderOf(key: string, address: string): KeyHolder | null {
    const { keys, isOpen } = this.#parts;
    const holder = keys.read(key, address, this.#nowSeconds());
    return holder ?? (isOpen ? { kind: 'address', address } : null);
  }

  #mayHave(holder: KeyHolder): MaybePromise<boolean> {
    const { seats, isOpen } = this.#parts;
    return isOpen || holder.kind === 'address' || seats.isSeated(holder.roomId, holder.clientId);
  }

  #lifeSecondsOf(holder: KeyHolder): number {
    const { lifeSeconds, isOpen } = this.#parts;
    const isShort = holder.kind === 'address' && !isOpen;
    return isShort ? Math.min(lifeSeconds, addressLifeSeconds) : lifeSeconds;
  }

  #stunAnswer(hostName: string): IceConfig {
    const { source, responder, lifeSeconds } = this.#parts;
    const theirs = source?.stunUrls() ?? [];
    const isOwnNamed = responder !== null || theirs.length === 0;
    const own = isOwnNamed ? [`stun:${hostName}:${responder?.port ?? defaultStunPort}`] : [];
    const life = source === null ? ownLifeSeconds : lifeSeconds;
    return stunAnswerFor([...theirs, ...own], life, this.#nowSeconds());
  }
}
