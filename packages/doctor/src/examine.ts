import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseJsonObject } from '@apprtc/protocol';
import { type Finding, lineOf } from './finding.ts';
import { judgeAddresses, type NamedAddresses } from './judge/judge-addresses.ts';
import { judgePlainReplies } from './judge/judge-plain-replies.ts';
import { ask, type Reply } from './look/ask.ts';
import { lookAtIceConfig } from './look/look-ice.ts';
import { lookAtPage } from './look/look-page.ts';
import { lookAtRelays } from './look/look-relays.ts';
import { lookAtSockets } from './look/look-sockets.ts';
import { Notebook } from './look/notebook.ts';
import { type JoinOutcome, Seat } from './look/seat.ts';
import { newRoomName, type Visit } from './look/visit.ts';

/** Long enough to catch a proxy that gives a quiet connection no time at all. */
const maxIdleMs = 3000;
/** Seats are given back even when time is up. */
const farewellMs = 2500;

/** Looks at everything, within `timeoutMs`; what was not looked at by then is a finding too. */
export async function examine(url: URL, timeoutMs: number): Promise<readonly Finding[]> {
  const notes = new Notebook();
  const late = new AbortController();
  const stepMs = timeoutMs / 5;
  const idleMs = Math.min(maxIdleMs, stepMs);
  const visit: Visit = { url, notes, stepMs, idleMs, late: late.signal };
  const seats: Seat[] = [];
  const timer = setTimeout(() => late.abort(), timeoutMs);
  await Promise.race([lookAround(visit, seats), once(late.signal, 'abort')]);
  clearTimeout(timer);
  if (late.signal.aborted) {
    notes.note(
      lineOf('deadline', `looking at everything within ${timeoutMs / 1000} s`).problem(
        'not done by then: what is missing above was not answered',
        'Mend what is wrong above, or give it longer (--timeout).',
      ),
    );
  }
  await Promise.race([
    Promise.all(seats.map((seat) => seat.leave())),
    wait(farewellMs, undefined, { ref: false }),
  ]);
  return notes.read();
}

/** `seats` gets every seat that is taken, at once. */
async function lookAround(first: Visit, seats: Seat[]): Promise<void> {
  const visit = await lookAtPage(first);
  if (visit === undefined) return;
  const room = newRoomName();
  const health = ask({ method: 'GET', url: new URL('/healthz', visit.url) }, visit.stepMs);
  const one = await takeSeat(visit, room, seats);
  if (one === undefined) return;
  const two = await takeSeat(visit, room, seats);
  if (two === undefined) return;
  noteHealth(visit, await health);
  const addresses = await noteAddresses(visit, one.seat);
  if (visit.late.aborted) return;
  const [ice] = await Promise.all([
    lookAtIce(visit, addresses.ice_server_url),
    lookAtSockets(visit, {
      first: one.seat,
      second: two.seat,
      wssUrl: addresses.wss_url,
      wssPostUrl: addresses.wss_post_url,
    }),
  ]);
  const seen = [{ path: '/join', headers: one.reply.headers }];
  if (ice !== undefined) seen.push({ path: '/v1alpha/iceconfig', headers: ice.headers });
  visit.notes.note(judgePlainReplies(seen));
}

async function lookAtIce(visit: Visit, iceServerUrl: string): Promise<Reply | undefined> {
  const { reply, servers } = await lookAtIceConfig(visit, iceServerUrl);
  if (servers === undefined || visit.late.aborted) return reply;
  if (visit.notes.has('problem', 'ice-credential')) {
    const line = lineOf('relay-allocation', 'the relays');
    visit.notes.note(line.unjudged('not tried with a credential that has ended'));
    return reply;
  }
  await lookAtRelays(visit, servers);
  return reply;
}

type Joined = Extract<JoinOutcome, { readonly kind: 'joined' }>;

async function takeSeat(visit: Visit, room: string, seats: Seat[]): Promise<Joined | undefined> {
  const line = lineOf('apprtc', 'two joins into a room of the doctor’s own');
  const outcome = await Seat.join(visit, room);
  switch (outcome.kind) {
    case 'joined':
      seats.push(outcome.seat);
      if (visit.late.aborted) {
        // The others have been given back by now.
        await outcome.seat.leave();
        return undefined;
      }
      if (seats.length === 2) visit.notes.note(line.fine('answered as AppRTC does'));
      return outcome;
    case 'not-apprtc':
      visit.notes.note(
        line.problem(
          `${outcome.seen}: that is not AppRTC`,
          'See that the address is that of the server, and that the proxy passes POST requests on for every path.',
        ),
      );
      return undefined;
    case 'silent':
      visit.notes.note(
        line.problem(outcome.why, 'See whether the server runs, and what its log says.'),
      );
      return undefined;
  }
}

function noteHealth({ notes, url }: Visit, health: Awaited<ReturnType<typeof ask>>): void {
  const line = lineOf('health', `${url.origin}/healthz`);
  const seen = health.ok ? `HTTP ${health.value.status}` : health.problem;
  notes.note(
    health.ok && health.value.status === 200
      ? line.fine('the process is well')
      : line.warning(seen, 'Another AppRTC server has none; with this one, see what its log says.'),
  );
}

/** What the server names, mended where it is wrong, so that one mistake is one line. */
async function noteAddresses(
  { url, notes, stepMs: timeoutMs }: Visit,
  seat: Seat,
): Promise<NamedAddresses> {
  const { wssUrl, wssPostUrl, roomLink, iceServerUrl } = seat.facts;
  const named = {
    wss_url: wssUrl,
    wss_post_url: wssPostUrl,
    room_link: roomLink,
    ice_server_url: iceServerUrl,
  };
  const params = await ask({ method: 'GET', url: new URL('/params', url) }, timeoutMs);
  const told = params.ok ? parseJsonObject(params.value.text) : params;
  const { finding, mended } = judgeAddresses(url, named, told.ok ? told.value : {});
  notes.note(finding);
  return mended;
}
