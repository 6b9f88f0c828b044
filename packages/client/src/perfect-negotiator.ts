import { DescriptionExchange } from './description-exchange.ts';
import type { NegotiatorOptions } from './fixed-roles-negotiator.ts';
import type { NegotiationMessage } from './negotiator.ts';

/**
 * Either side may offer (W3C webrtc section 10.7, perfect negotiation). When two offers cross, the answerer of the first one is
 * polite and takes its own back; the offerer ignores the other's. Messages arrive once and in order, and everything here
 * happens one after the other, so an offer is never half made when another one comes.
 */
export class PerfectNegotiator extends DescriptionExchange {
  readonly #isPolite: boolean;

  constructor(options: NegotiatorOptions) {
    super(options);
    this.#isPolite = options.role === 'answerer';
  }

  async start(): Promise<void> {
    // Agreed upon beforehand (RFC 8832 needs no message then), so that the first offer carries it already.
    this.peerConnection.createDataChannel?.('apprtc', { negotiated: true, id: 0 });
    if (this.#isPolite) return;
    this.addOwnTransceivers();
    await this.offer();
  }

  async receive(message: NegotiationMessage): Promise<void> {
    switch (message.type) {
      case 'offer':
        // In have-local-offer, taking one rolls ours back. What it was to do, MediaWatch asks for again if need be.
        if (this.#isPolite || this.peerConnection.signalingState === 'stable') {
          await this.answer(message.sdp);
        }
        return;
      case 'answer':
        await this.takeAnswer(message.sdp);
        return;
      case 'candidate':
        // Those of an ignored offer are of credentials that nobody knows; the browser leaves them out.
        await this.takeCandidate(message);
        return;
    }
  }

  /**
   * An offer that is not answered yet will be: saying it again would only be in its way. Before the first one there is
   * nothing to restart.
   */
  async restartIce(): Promise<boolean> {
    const { signalingState, localDescription } = this.peerConnection;
    if (signalingState !== 'stable' || localDescription === null) return false;
    await this.offer({ iceRestart: true });
    return true;
  }
}
