import type { IceMode } from '../config/ice-mode.ts';
import { parseIceUrl } from './ice-server-list.ts';

/** What the start knows of ICE. */
export interface IceState {
  readonly mode: IceMode['kind'];
  /** All URLs that are known at the start. */
  readonly urls: readonly string[];
  /** Null: this server answers no STUN. */
  readonly stunPort: number | null;
  /** Why not, where it was meant to: such as "UDP port 3478 is in use". */
  readonly stunProblem: string | null;
  /** Whether only this machine can reach the server. */
  readonly isLocal: boolean;
}

const noRelay = 'about one call in five between two networks needs a relay and will not connect';
const howToRelay =
  'To give them one: --turn with coturn on this machine, --turn-urls with a shared secret, --ice-servers or --ice-provider-url (docs/turn.md).';

/** What the start says of the ICE configuration: what will not work, and how to mend it. Nothing where all is well. */
export function iceNotes(state: IceState): readonly string[] {
  const { mode, urls, stunProblem } = state;
  const problem = stunProblem === null ? [] : [stunLine(stunProblem, mode)];
  if (state.isLocal && mode === 'none') return problem;
  if (mode === 'provider') return problem;
  if (!urls.some((url) => /^turns?:/i.test(url))) {
    const about = mode === 'none' ? directLine(state) : `The ICE servers have no TURN: ${noRelay}.`;
    return [...problem, about, howToRelay];
  }
  return [...problem, ...tlsNotes(urls)];
}

function directLine({ stunPort }: IceState): string {
  const open = stunPort === null ? '' : `; let UDP port ${stunPort} (STUN) through to this machine`;
  return `Calls go directly from one to the other: ${noRelay}${open}.`;
}

function stunLine(problem: string, mode: IceMode['kind']): string {
  const lost =
    mode === 'none' ? 'this server answers no STUN, and calls connect inside one network only' : '';
  return `${problem}: ${lost || 'this server answers no STUN'}. Choose another with --stun-port.`;
}

/** Networks that let nothing out but HTTPS are passed by TLS on its port alone. */
function tlsNotes(urls: readonly string[]): readonly string[] {
  const parsed = urls.map(parseIceUrl);
  if (parsed.some((url) => url?.scheme === 'turns' && url.port === 443)) return [];
  return [
    'No TURN over TLS on port 443: who is in a network that lets only HTTPS out will not connect.',
    'To reach them: a URL such as turns:turn.example.org:443?transport=tcp (docs/turn.md).',
  ];
}
