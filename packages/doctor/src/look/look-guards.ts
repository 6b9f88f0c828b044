import { type Finding, lineOf } from '../finding.ts';
import { forbiddenPeers, judgeDenyList, type PeerProbe } from '../judge/judge-deny-list.ts';
import { expiryOf } from '../judge/judge-ice-config.ts';
import { StunLink } from '../stun/stun-link.ts';
import { describeReply, TurnClient, type TurnCredential } from '../stun/turn-client.ts';
import type { ReachedRelay } from './reached-relay.ts';

const daySeconds = 86_400;
const secretAdvice =
  'The relay does not check what it is shown: set use-auth-secret and static-auth-secret (coturn), and take no-auth and user= lines out.';

/** What a relay must refuse. */
export async function lookAtGuards(
  relay: ReachedRelay,
  stepMs: number,
): Promise<readonly Finding[]> {
  return Promise.all([
    lookAtForged(relay, stepMs),
    lookAtAltered(relay, stepMs),
    lookAtDenyList(relay),
    lookAtIpv6DenyList(relay, stepMs),
  ]);
}

/** What a relay says to a stranger's credential; an allocation is given back at once. */
async function tryCredential({ url }: ReachedRelay, credential: TurnCredential, timeoutMs: number) {
  const link = await StunLink.open(url, { timeoutMs });
  if (!link.ok) return { kind: 'silent', why: link.problem } as const;
  const client = new TurnClient(link.value, credential);
  const reply = await client.allocate();
  if (reply.kind === 'allocated') await client.release();
  link.value.close();
  return reply;
}

async function lookAtForged(relay: ReachedRelay, stepMs: number): Promise<Finding> {
  const { username, password } = relay.credential;
  const line = lineOf('relay-forged', `a forged password at ${relay.url.host}`);
  const reply = await tryCredential(relay, { username, password: `not-${password}` }, stepMs);
  if (reply.kind === 'allocated') return line.problem('it is taken', secretAdvice);
  if (reply.kind === 'silent') return line.unjudged(reply.why);
  return line.fine(`refused (${describeReply(reply)}): the relay checks passwords`);
}

/**
 * A password that signs an expiry can't be made without the secret, so that an expired one can't be tried from outside.
 * What can be: that the expiry is signed, and nobody prolongs what he was given.
 */
async function lookAtAltered(relay: ReachedRelay, stepMs: number): Promise<Finding> {
  const { username, password } = relay.credential;
  const line = lineOf('relay-altered', `the credential with another end at ${relay.url.host}`);
  const expiry = expiryOf(username);
  if (expiry === undefined) return line.unjudged('its name tells no end');
  const moved = (bySeconds: number) => username.replace(/^\d+/, String(expiry + bySeconds));
  const replies = await Promise.all(
    [daySeconds, -daySeconds].map((bySeconds) =>
      tryCredential(relay, { username: moved(bySeconds), password }, stepMs),
    ),
  );
  if (replies.some(({ kind }) => kind === 'allocated')) {
    return line.problem('it is taken: credentials of this relay never end', secretAdvice);
  }
  const silent = replies.find((reply) => reply.kind === 'silent');
  if (silent?.kind === 'silent') return line.unjudged(silent.why);
  return line.fine(
    'refused, prolonged by a day and expired a day ago: the end is signed (one that is signed and over can be tried only by who has the secret)',
  );
}

function lookAtDenyList({ client, relayed, url }: ReachedRelay): Promise<Finding> {
  return probe(client, 4, relayed.address, lineOf('relay-deny-list', triedAt(url.host, 'IPv4')));
}

/** IPv4 in disguise can be tried from an IPv6 allocation only: elsewhere the family alone is refused. */
async function lookAtIpv6DenyList(relay: ReachedRelay, timeoutMs: number): Promise<Finding> {
  const line = lineOf('relay-deny-list-ipv6', triedAt(relay.url.host, 'IPv6'));
  const link = await StunLink.open(relay.url, { timeoutMs });
  if (!link.ok) return line.unjudged(link.problem);
  const client = new TurnClient(link.value, relay.credential);
  const reply = await client.allocate(6);
  const finding =
    reply.kind === 'allocated'
      ? await probe(client, 6, reply.relayed.address, line)
      : line.unjudged(`this relay gives no IPv6 address (${describeReply(reply)})`);
  if (reply.kind === 'allocated') await client.release();
  link.value.close();
  return finding;
}

function triedAt(host: string, family: string): string {
  return `sending into private networks through ${host} (${family})`;
}

/** The relay's own address has to be allowed: two callers meet there. */
async function probe(
  client: TurnClient,
  family: 4 | 6,
  ownAddress: string,
  line: ReturnType<typeof lineOf>,
): Promise<Finding> {
  const addresses = forbiddenPeers[family].filter((address) => address !== ownAddress);
  const probes: PeerProbe[] = [];
  // One after the other: servers count what a client asks at once.
  for (const address of addresses) {
    probes.push({ address, reply: await client.permit(address) });
    probes.push({ address, reply: await client.bindChannel({ address, port: 80 }) });
  }
  return judgeDenyList(line, probes);
}
