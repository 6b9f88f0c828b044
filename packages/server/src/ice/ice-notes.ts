import type { IceMode } from '../config/ice-mode.ts';
import { isTurnUrl, parseIceUrl } from './ice-server-list.ts';

/** What the start knows of ICE. */
export interface IceState {
  readonly mode: IceMode['kind'];
  /** All URLs that are known at the start. */
  readonly urls: readonly string[];
  /** Null: this server answers no STUN. */
  readonly stunPort: number | null;
  /** Why not, where it was meant to: such as "UDP port 3478 is in use". */
  readonly stunProblem: string | null;
  /** Whether STUN is answered on this machine's own addresses only. */
  readonly isStunLocal: boolean;
  /** Whether clients come through a proxy, so that more than this machine gets in. */
  readonly isServedByProxy: boolean;
}

const noRelay = 'about one call in five between two networks needs a relay and will not connect';
const howToRelay =
  'To give them one: --turn with coturn on this machine, --turn-urls with a shared secret, --ice-servers or --ice-provider-url (docs/turn.md).';

/** What the start says of the ICE configuration: what will not work, and how to mend it. Nothing where all is well. */
export function iceNotes(state: IceState): readonly string[] {
  return [...stunNotes(state), ...relayNotes(state)];
}

function stunNotes({ mode, stunProblem, ...state }: IceState): readonly string[] {
  const isNeeded = mode === 'none' ? ', so calls connect inside one network only' : '';
  if (stunProblem !== null) {
    return [
      `${stunProblem}: this server answers no STUN${isNeeded}. Choose another with --stun-port.`,
    ];
  }
  if (state.stunPort === null) return [];
  if (!state.isStunLocal) {
    return [`STUN answers on UDP port ${state.stunPort}: let it through to this machine.`];
  }
  if (!state.isServedByProxy) return [];
  return [
    `STUN answers this machine only${isNeeded}: add --stun-host 0.0.0.0, and let UDP port ${state.stunPort} through.`,
  ];
}

function relayNotes({ mode, urls }: IceState): readonly string[] {
  // What a provider has is known when it is asked, and a failure is logged then.
  if (mode === 'provider') return [];
  if (urls.some(isTurnUrl)) return tlsNotes(urls);
  const about = mode === 'none' ? 'Calls go directly from one to the other' : 'There is no TURN';
  return [`${about}: ${noRelay}.`, howToRelay];
}

/** Networks that let nothing out but HTTPS are passed by TLS on its port alone. */
function tlsNotes(urls: readonly string[]): readonly string[] {
  const parsed = urls.map(parseIceUrl);
  if (parsed.some((url) => url?.scheme === 'turns' && url.port === 443)) return [];
  return [
    'No TURN over TLS on port 443: who is in a network that lets only HTTPS out will not connect.',
    'To reach them: --turn-tls-port 443 with --turn, or a URL such as turns:turn.example.org:443?transport=tcp (docs/turn.md).',
  ];
}
