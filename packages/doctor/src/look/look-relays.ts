import { isIPv6 } from 'node:net';
import type { IceServers } from '@apprtc/protocol';
import { type Finding, type Line, lineOf } from '../finding.ts';
import { judgeCertificate } from '../judge/judge-certificate.ts';
import { type IceUrl, parseIceUrl } from '../stun/ice-url.ts';
import { isInside } from '../stun/ip-address.ts';
import { StunLink } from '../stun/stun-link.ts';
import { askBinding, describeReply, TurnClient, type TurnCredential } from '../stun/turn-client.ts';
import { lookAtGuards } from './look-guards.ts';
import type { ReachedRelay } from './reached-relay.ts';
import { callThroughRelay, type RelayCall } from './relay-call.ts';
import type { Visit } from './visit.ts';
import { type CallOutcome, WebRtcProcess } from './web-rtc-process.ts';

/** A server with one of its URLs. */
interface Way {
  readonly url: IceUrl;
  readonly credential: TurnCredential;
}

/** A configuration with more than this is not looked at to its end. */
const maxWays = 12;
const transportNames = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;

/** Every STUN and TURN server as a caller finds it, all at once. */
export async function lookAtRelays(visit: Visit, servers: IceServers): Promise<void> {
  const ways = waysIn(servers);
  if (ways.length > maxWays) {
    const line = lineOf('stun-answer', `the other ${ways.length - maxWays} URLs of ICE servers`);
    visit.notes.note(line.unjudged(`only the first ${maxWays} are looked at`));
  }
  if (ways.length === 0) return;
  const calls = new WebRtcProcess();
  const stop = () => void calls.close();
  visit.late.addEventListener('abort', stop);
  const reached = await Promise.all(ways.slice(0, maxWays).map((way) => lookAtWay(visit, way)));
  const relays = reached.filter((relay) => relay !== undefined);
  const leftovers: RelayCall[] = [];
  await Promise.all([
    ...relays.map(async (relay) => {
      leftovers.push(...(await lookAtCall(visit, relay, calls)));
    }),
    // A relay's rules are the same whichever way it is reached.
    ...oneForEachHost(relays).map(async (relay) =>
      visit.notes.note(...(await lookAtGuards(relay, visit.stepMs))),
    ),
  ]);
  visit.late.removeEventListener('abort', stop);
  await calls.close();
  await Promise.all([
    ...leftovers.map((call) => call.release()),
    ...relays.map(({ client }) => client.release()),
  ]);
  for (const { link } of relays) link.close();
}

function waysIn({ servers }: IceServers): readonly Way[] {
  return servers.flatMap(({ urls, username = '', credential = '' }) =>
    urls.flatMap((text) => {
      const url = parseIceUrl(text);
      return url.ok ? [{ url: url.value, credential: { username, password: credential } }] : [];
    }),
  );
}

function oneForEachHost(relays: readonly ReachedRelay[]): readonly ReachedRelay[] {
  return [...new Map([...relays].reverse().map((relay) => [relay.url.host, relay])).values()];
}

/** Whether the server answers, and lets us in where it is a relay: then it is held open. */
async function lookAtWay({ notes, stepMs }: Visit, way: Way): Promise<ReachedRelay | undefined> {
  const { url } = way;
  const line = lineOf('stun-answer', `${url.text} over ${transportNames[url.transport]}`);
  const link = await StunLink.open(url, { timeoutMs: stepMs });
  if (!link.ok) {
    notes.note(line.problem(link.problem, openPortAdvice(url)));
    return undefined;
  }
  const binding = await askBinding(link.value);
  if (binding.kind === 'silent') {
    link.value.close();
    notes.note(line.problem(binding.why, openPortAdvice(url)));
    return undefined;
  }
  notes.note(line.fine('it answers'));
  const { certificate } = link.value;
  if (certificate !== undefined) {
    const own = lineOf('relay-certificate', `the certificate of ${url.text}`);
    notes.note(judgeCertificate(own, url.host, certificate, Date.now()));
  }
  const relay = url.isRelay
    ? await allocate(way, link.value, (finding) => notes.note(finding))
    : undefined;
  if (relay === undefined) link.value.close();
  return relay;
}

function openPortAdvice({ port, transport }: IceUrl): string {
  const kind = transport === 'udp' ? 'UDP' : 'TCP';
  return `See that the STUN/TURN server runs and listens there, and that the firewall (a cloud has one of its own) lets ${kind} port ${port} in.`;
}

async function allocate(
  { url, credential }: Way,
  link: StunLink,
  note: (finding: Finding) => void,
): Promise<ReachedRelay | undefined> {
  const line = lineOf(
    'relay-allocation',
    `an allocation at ${url.text} with the credential that callers get`,
  );
  const client = new TurnClient(link, credential);
  const reply = await client.allocate();
  if (reply.kind !== 'allocated') {
    const code = reply.kind === 'refused' ? reply.code : 0;
    note(line.problem(describeReply(reply), allocationAdvice(code)));
    return undefined;
  }
  const { relayed, isOpen } = reply;
  note(
    isOpen
      ? line.problem(
          'it was given without any credential: everybody uses your relay',
          'Take no-auth out, and set use-auth-secret.',
        )
      : line.fine('granted'),
  );
  const place = lineOf('relay-address', `the address that ${url.text} relays from`);
  if (isInside(relayed.address) && !isInside(link.remoteAddress)) {
    const advice = 'Tell the relay its public address (coturn: external-ip=PUBLIC/PRIVATE).';
    note(place.problem(`${relayed.address}: nobody outside reaches that`, advice));
  }
  return { url, credential, link, client, relayed };
}

function allocationAdvice(code: number): string {
  if (code === 401) {
    return 'The relay does not know the credential: the shared secret of the server and of the relay differ, or their clocks do.';
  }
  if (code === 486 || code === 508) {
    return 'The relay is full: raise its quota or its range of ports (min-port, max-port).';
  }
  return 'See what the relay’s log says.';
}

/** What is to be released afterwards. */
async function lookAtCall(
  { notes, stepMs }: Visit,
  relay: ReachedRelay,
  calls: WebRtcProcess,
): Promise<readonly RelayCall[]> {
  const { url, credential, link } = relay;
  const line = lineOf('relay-call', `a WebRTC call through ${url.text} alone`);
  if (url.transport === 'udp' && isIPv6(link.remoteAddress)) {
    notes.note(line.unjudged('the WebRTC stack in here speaks UDP over IPv4 only'));
    return [];
  }
  const call = await callThroughRelay(url, credential, calls, 2 * stepMs);
  notes.note(await judgeCall(line, relay, call.outcome));
  return [call];
}

async function judgeCall(
  line: Line,
  { client, relayed }: ReachedRelay,
  outcome: CallOutcome | undefined,
): Promise<Finding> {
  if (outcome === undefined) return line.unjudged('the WebRTC stack in here did not start');
  if (outcome.ok) {
    const took = Math.round(outcome.tookMs);
    return line.fine(`connected, and a message there and back in ${took} ms`);
  }
  const toItself = await client.permit(relayed.address);
  if (toItself.kind === 'refused') {
    return line.problem(
      `two callers of the relay can’t meet: it refuses its own address ${relayed.address} (${describeReply(toItself)})`,
      `Allow that one address: allowed-peer-ip=${relayed.address} (coturn).`,
    );
  }
  return line.problem(
    outcome.why,
    'Open the relay’s range of UDP ports (min-port to max-port) in the firewall, to itself too.',
  );
}
