import { FixedRolesNegotiator, type NegotiatorOptions } from './fixed-roles-negotiator.ts';
import type { NegotiationMessage } from './negotiator.ts';

/**
 * Either side may offer (W3C webrtc section 10.7, perfect negotiation). When two offers cross, the answerer of the first one is
 * polite and takes its own back; the offerer ignores the other's. Messages arrive once and in order, and everything here
 * happens one after the other, so an offer is never half made when another one comes.
 *
 * Roles are fixed until it is known that the other one plays by these rules: the first offer is the same by both.
 */
export class PerfectNegotiator extends FixedRolesNegotiator {
  #isPerfect: boolean;
  readonly #isPolite: boolean;

  constructor(options: NegotiatorOptions, isPerfect = true) {
    super(options);
    this.#isPerfect = isPerfect;
    this.#isPolite = options.role === 'answerer';
  }

  override async start(): Promise<void> {
    if (this.#isPerfect) this.#openDataChannel();
    await super.start();
  }

  /** After the start: an offer that nobody has got yet is made again, by these rules. */
  async becomePerfect(): Promise<void> {
    if (this.#isPerfect) return;
    this.#isPerfect = true;
    this.#openDataChannel();
    if (this.peerConnection.signalingState === 'have-local-offer') await this.offer();
  }

  /** Agreed upon beforehand (RFC 8832 needs no message then), so that the first offer carries it already. */
  #openDataChannel(): void {
    this.peerConnection.createDataChannel?.('apprtc', { negotiated: true, id: 0 });
  }

  override async receive(message: NegotiationMessage): Promise<void> {
    if (!this.#isPerfect || message.type !== 'offer') await super.receive(message);
    // In have-local-offer, taking one rolls ours back. What it was to do, MediaWatch asks for again if need be.
    else if (this.#isPolite || this.peerConnection.signalingState === 'stable') {
      await this.answer(message.sdp);
    }
  }

  /**
   * An offer that is not answered yet will be: saying it again would only be in its way. Before the first one there is
   * nothing to restart.
   */
  override async restartIce(): Promise<boolean> {
    if (!this.#isPerfect) return super.restartIce();
    const { signalingState, localDescription } = this.peerConnection;
    if (signalingState !== 'stable' || localDescription === null) return false;
    await this.offer({ iceRestart: true });
    return true;
  }
}
