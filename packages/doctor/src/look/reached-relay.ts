import type { IceUrl } from '../stun/ice-url.ts';
import type { TransportAddress } from '../stun/stun-attributes.ts';
import type { StunLink } from '../stun/stun-link.ts';
import type { TurnClient, TurnCredential } from '../stun/turn-client.ts';

/** A relay that has given us an allocation, which `client` holds. */
export interface ReachedRelay {
  readonly url: IceUrl;
  readonly credential: TurnCredential;
  readonly link: StunLink;
  readonly client: TurnClient;
  readonly relayed: TransportAddress;
}
