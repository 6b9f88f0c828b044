import { DescriptionExchange, type ExchangeOptions } from './description-exchange.ts';
import type { NegotiationMessage } from './negotiator.ts';

export type Role = 'offerer' | 'answerer';

export interface NegotiatorOptions extends ExchangeOptions {
  readonly role: Role;
}

/** AppRTC's rule: the initiator offers, the other one answers, for the life of a peer connection. */
export class FixedRolesNegotiator extends DescriptionExchange {
  readonly #role: Role;

  constructor(options: NegotiatorOptions) {
    super(options);
    this.#role = options.role;
  }

  async start(): Promise<void> {
    if (this.#role === 'answerer') return;
    this.addOwnTransceivers();
    await this.offer();
  }

  async receive(message: NegotiationMessage): Promise<void> {
    switch (message.type) {
      case 'offer':
        if (this.#role === 'answerer') await this.answer(message.sdp);
        return;
      case 'answer':
        await this.takeAnswer(message.sdp);
        return;
      case 'candidate':
        await this.takeCandidate(message);
        return;
    }
  }

  /**
   * Offers anew, with new ICE credentials (RFC 8445 section 9; RFC 8839 section 4.4.1.1.1). Ours, browsers' and the
   * ESP32's peer connections take a second offer like the first. Android's app hangs up on one ("Multiple SDP create"),
   * which takes nothing away: it hangs up by itself as soon as its path is disconnected, and MediaWatch asks for a
   * restart only some seconds after that, when its bye has long ended this connection.
   *
   * An offer that is not answered yet is said again as it is. The answer to the first of two different ones would be
   * taken for the second's, and no path could be agreed upon.
   */
  async restartIce(): Promise<boolean> {
    const { signalingState, localDescription } = this.peerConnection;
    if (this.#role !== 'offerer' || signalingState === 'closed') return false;
    if (signalingState === 'have-local-offer' && localDescription !== null) {
      // With the candidates that were found since.
      this.sendDescription('offer', this.options.shape.local(localDescription.sdp));
    } else await this.offer({ iceRestart: true });
    return true;
  }
}
