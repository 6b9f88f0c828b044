import { randomBytes } from 'node:crypto';
import { type Parsed, unreachable } from '@apprtc/protocol';
import {
  attributeOf,
  errorOf,
  numberAttribute,
  type StunError,
  type TransportAddress,
  textAttribute,
  xorAddressAttribute,
  xorAddressOf,
} from './stun-attributes.ts';
import type { StunLink } from './stun-link.ts';
import {
  attributeTypes,
  encodeStunMessage,
  longTermKey,
  methods,
  type StunAttribute,
  type StunMessage,
} from './stun-message.ts';

/** What a client signs its requests with. */
export interface TurnCredential {
  readonly username: string;
  readonly password: string;
}

/** What became of a request. */
export type TurnReply =
  | { readonly kind: 'granted'; readonly message: StunMessage }
  | ({ readonly kind: 'refused' } & StunError)
  | { readonly kind: 'silent'; readonly why: string };

export type AllocateReply =
  | { readonly kind: 'allocated'; readonly relayed: TransportAddress; readonly isOpen: boolean }
  | Exclude<TurnReply, { readonly kind: 'granted' }>;

/** What a Binding request says about where it came from. */
export type BindingReply =
  /** `mapped`: where the request came from. */
  | { readonly kind: 'answered'; readonly mapped: TransportAddress | undefined }
  | { readonly kind: 'silent'; readonly why: string };

/** REQUESTED-TRANSPORT is a protocol number in the first of four bytes. */
const udpProtocol = 17 << 24;
const ipv6Family = 0x02 << 24;
/** As short as a server grants it: the examination is over in seconds, and releases it anyway. */
const lifetimeSeconds = 60;
const firstChannel = 0x4000;

/** RFC 8489 section 2: asks a server where the request came from. */
export async function askBinding(link: StunLink): Promise<BindingReply> {
  const transactionId = randomBytes(12);
  const request = {
    method: methods.binding,
    kind: 'request',
    transactionId,
    attributes: [],
  } as const;
  const reply = await link.request(encodeStunMessage(request), transactionId);
  if (!reply.ok) return { kind: 'silent', why: reply.problem };
  const mapped = xorAddressOf(reply.value, attributeTypes.xorMappedAddress);
  if (reply.value.kind === 'success') return { kind: 'answered', mapped };
  // Some relays want a credential even for this: an answer it is.
  return { kind: 'answered', mapped: undefined };
}

/** One allocation on a relay (RFC 8656), with long-term credentials (RFC 8489 section 9.2). */
export class TurnClient {
  readonly #link: StunLink;
  readonly #credential: TurnCredential;
  #challenge: { readonly realm: string; readonly nonce: Buffer } | undefined;
  #channel = firstChannel;

  constructor(link: StunLink, credential: TurnCredential) {
    this.#link = link;
    this.#credential = credential;
  }

  /** `isOpen` in the reply: it was given without any credential. */
  async allocate(family: 4 | 6 = 4): Promise<AllocateReply> {
    const { requestedTransport, requestedAddressFamily, lifetime } = attributeTypes;
    const attributes = [
      numberAttribute(requestedTransport, udpProtocol),
      numberAttribute(lifetime, lifetimeSeconds),
      ...(family === 6 ? [numberAttribute(requestedAddressFamily, ipv6Family)] : []),
    ];
    const reply = await this.#ask(methods.allocate, () => attributes);
    if (reply.kind !== 'granted') return reply;
    const relayed = xorAddressOf(reply.message, attributeTypes.xorRelayedAddress);
    if (relayed === undefined)
      return { kind: 'silent', why: 'the answer names no relayed address' };
    return { kind: 'allocated', relayed, isOpen: this.#challenge === undefined };
  }

  /** Asks for leave to send to an address. */
  permit(address: string): Promise<TurnReply> {
    return this.#ask(methods.createPermission, (id) => [peer({ address, port: 0 }, id)]);
  }

  /** Asks for a channel to an address, which brings a permission with it. */
  bindChannel(to: TransportAddress): Promise<TurnReply> {
    const channel = this.#channel++;
    return this.#ask(methods.channelBind, (id) => [
      numberAttribute(attributeTypes.channelNumber, channel << 16),
      peer(to, id),
    ]);
  }

  /** Gives the allocation back: a relay would keep it for minutes. */
  async release(): Promise<void> {
    await this.#ask(methods.refresh, () => [numberAttribute(attributeTypes.lifetime, 0)]);
  }

  /** The first answer is a challenge, and a nonce may grow stale once on the way. */
  async #ask(
    method: number,
    attributes: (transactionId: Buffer) => readonly StunAttribute[],
  ): Promise<TurnReply> {
    for (let tries = 0; ; tries += 1) {
      const hadChallenge = this.#challenge !== undefined;
      const reply = await this.#askOnce(method, attributes);
      if (!reply.ok) return { kind: 'silent', why: reply.problem };
      if (reply.value.kind === 'success') return { kind: 'granted', message: reply.value };
      const error = errorIn(reply.value);
      const isChallenge = error.code === 438 || (error.code === 401 && !hadChallenge);
      if (!isChallenge || tries >= 2) return { kind: 'refused', ...error };
      const realm = attributeOf(reply.value, attributeTypes.realm);
      const nonce = attributeOf(reply.value, attributeTypes.nonce);
      if (realm === undefined || nonce === undefined) return { kind: 'refused', ...error };
      this.#challenge = { realm: realm.toString('utf8'), nonce };
    }
  }

  async #askOnce(
    method: number,
    attributes: (transactionId: Buffer) => readonly StunAttribute[],
  ): Promise<Parsed<StunMessage>> {
    const transactionId = randomBytes(12);
    const challenge = this.#challenge;
    const { username, password } = this.#credential;
    const signature = challenge
      ? [
          textAttribute(attributeTypes.username, username),
          textAttribute(attributeTypes.realm, challenge.realm),
          { type: attributeTypes.nonce, value: challenge.nonce },
        ]
      : [];
    const bytes = encodeStunMessage(
      {
        method,
        kind: 'request',
        transactionId,
        attributes: [...attributes(transactionId), ...signature],
      },
      challenge ? longTermKey(username, challenge.realm, password) : undefined,
    );
    return this.#link.request(bytes, transactionId);
  }
}

function peer(to: TransportAddress, transactionId: Buffer): StunAttribute {
  return xorAddressAttribute(attributeTypes.xorPeerAddress, to, transactionId);
}

function errorIn(message: StunMessage): StunError {
  return errorOf(message, attributeTypes.errorCode) ?? { code: 0, reason: 'without an error code' };
}

/** A reply in words. */
export function describeReply(reply: TurnReply | AllocateReply): string {
  switch (reply.kind) {
    case 'granted':
      return 'granted';
    case 'allocated':
      return `a relayed address, ${reply.relayed.address}`;
    case 'refused':
      return `${reply.code} ${reply.reason}`.trim();
    case 'silent':
      return reply.why;
    default:
      return unreachable(reply);
  }
}
