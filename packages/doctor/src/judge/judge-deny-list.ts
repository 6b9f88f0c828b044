import type { Finding, Line } from '../finding.ts';
import { describeReply, type TurnReply } from '../stun/turn-client.ts';

/** Places that no caller may be relayed to: this machine, private networks, and IPv4 in disguise. */
export const forbiddenPeers = {
  4: [
    '127.0.0.1',
    '127.0.0.2',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
  ],
  6: [
    '::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::1',
    'fe80::1',
    'fd00::1',
  ],
} as const;

export interface PeerProbe {
  readonly address: string;
  readonly reply: TurnReply;
}

const forbidden = 403;

/** Only a 403 says that the deny list is at work; other refusals prove nothing. */
export function judgeDenyList(line: Line, probes: readonly PeerProbe[]): Finding {
  const open = [...new Set(probes.filter(isGranted).map(({ address }) => address))];
  if (open.length > 0) {
    return line.problem(
      `your relay reaches inside your network: it lets a caller send to ${open.join(', ')}`,
      'Give the relay a deny list of every private range, the IPv6 forms too (docs/turn.md has it; apprtc serve --turn writes it). Until then, stop it.',
    );
  }
  const others = probes.filter(({ reply }) => reply.kind !== 'refused' || reply.code !== forbidden);
  const [odd] = others;
  if (odd !== undefined) {
    return line.unjudged(`${odd.address} was answered otherwise: ${describeReply(odd.reply)}`);
  }
  const count = new Set(probes.map(({ address }) => address)).size;
  return line.fine(`all ${count} refused (403)`);
}

function isGranted({ reply }: PeerProbe): boolean {
  return reply.kind === 'granted';
}
