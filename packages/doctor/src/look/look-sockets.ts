import { parseMessageReply } from '@apprtc/protocol';
import { lineOf } from '../finding.ts';
import { judgeCertificate } from '../judge/judge-certificate.ts';
import { ask } from './ask.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import type { Seat } from './seat.ts';
import { bareHost, portOf, type Visit } from './visit.ts';

/** A relay that takes longer on its way has been held up by something. */
const slowMs = 1000;
const upgradeAdvice =
  'Let the proxy pass WebSockets on: HTTP/1.1 and the headers Upgrade and Connection, for the path /ws (deploy/ has it for nginx, Caddy and HAProxy).';

/** Two clients that sit in one room. */
export interface Pair {
  readonly first: Seat;
  readonly second: Seat;
  readonly wssUrl: string;
  /** Without a slash at its end. */
  readonly wssPostUrl: string;
}

/** Signaling as two callers use it. */
export async function lookAtSockets(visit: Visit, pair: Pair): Promise<void> {
  const { first, second, wssUrl } = pair;
  const line = lineOf('websocket', `a WebSocket to ${wssUrl}`);
  const problems = await Promise.all([first.connect(wssUrl), second.connect(wssUrl)]);
  const problem = problems.find((one) => one !== undefined);
  if (problem !== undefined) {
    visit.notes.note(line.problem(problem, adviceFor(visit, wssUrl)));
    return;
  }
  visit.notes.note(line.fine('101, nothing added'));
  noteCertificate(visit, wssUrl, first.certificate);
  if (!(await lookAtSocketMessages(visit, pair))) return;
  await lookAtHttpMessages(visit, pair);
  await lookAtIdleSocket(visit, first);
}

/** A port of its own needs more than a proxy's permission. */
function adviceFor({ url }: Visit, wssUrl: string): string {
  const collider = new URL(wssUrl);
  if (collider.hostname === url.hostname && portOf(collider) === portOf(url)) return upgradeAdvice;
  return `${upgradeAdvice} Is ${collider.host} the right address, and open to the outside?`;
}

/** The page's own has a line already. */
function noteCertificate({ url, notes }: Visit, wssUrl: string, facts?: CertificateFacts): void {
  const collider = new URL(wssUrl);
  if (facts === undefined || collider.host === url.host) return;
  const line = lineOf('certificate', `the certificate of ${collider.host}`);
  notes.note(judgeCertificate(line, bareHost(collider), facts, Date.now()));
}

async function lookAtSocketMessages({ notes }: Visit, { first, second }: Pair): Promise<boolean> {
  const line = lineOf('message-websocket', 'messages between two clients over WebSockets');
  const advice =
    'See what stands between: a proxy that buffers or changes frames, or several servers that don’t know each other’s rooms (send a room to one server).';
  const startMs = performance.now();
  first.say(text(1));
  const isThere = await second.hears(text(1));
  second.say(text(2));
  const isBack = isThere && (await first.hears(text(2)));
  const tookMs = performance.now() - startMs;
  if (!isBack) {
    const why = first.complaint ?? second.complaint ?? 'no word of it came';
    notes.note(line.problem(`it is lost: ${why}`, advice));
    return false;
  }
  const seen = `there and back in ${Math.round(tookMs)} ms`;
  notes.note(tookMs > 2 * slowMs ? line.warning(seen, advice) : line.fine(seen));
  return true;
}

async function lookAtHttpMessages(visit: Visit, pair: Pair): Promise<void> {
  const { first, second, wssPostUrl } = pair;
  const line = lineOf('message-http', 'messages over POST /message, and over the Collider’s POST');
  const viaRoom = await post(visit, visit.url.origin, `/message/${path(first)}`, text(3));
  const problem =
    viaRoom ??
    ((await second.hears(text(3)))
      ? undefined
      : 'POST /message is answered SUCCESS, and nothing comes') ??
    (await post(visit, wssPostUrl, `/${path(first)}`, text(4))) ??
    ((await second.hears(text(4)))
      ? undefined
      : 'the Collider’s POST is answered, and nothing comes');
  visit.notes.note(
    problem === undefined
      ? line.fine('both come through')
      : line.problem(
          problem,
          'Let the proxy pass POST requests on as they are, for every path, to the server that holds the rooms.',
        ),
  );
}

async function post(visit: Visit, base: string, where: string, body: string) {
  const { url, stepMs } = visit;
  const reply = await ask(
    { method: 'POST', url: new URL(where, base), body, origin: url.origin },
    stepMs,
  );
  if (!reply.ok) return `${base}: ${reply.problem}`;
  const { status, text: answer } = reply.value;
  const result = parseMessageReply(answer);
  if (status === 200 && (!result.ok || result.value === 'SUCCESS')) return undefined;
  return `${base} answers HTTP ${status}${result.ok ? `, ${result.value}` : ''}`;
}

function path({ facts }: Seat): string {
  return `${encodeURIComponent(facts.roomId)}/${encodeURIComponent(facts.clientId)}`;
}

async function lookAtIdleSocket({ notes, idleMs }: Visit, seat: Seat): Promise<void> {
  const line = lineOf('idle-socket', `a WebSocket that is quiet for ${idleMs / 1000} s`);
  const advice =
    'Raise the proxy’s time-out for quiet connections above the server’s ping interval (nginx: proxy_read_timeout 75s; HAProxy: timeout tunnel 1h).';
  const startMs = performance.now();
  await seat.rest(idleMs);
  if (seat.complaint !== undefined) {
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    notes.note(line.problem(`${seat.complaint} after ${seconds} s`, advice));
    return;
  }
  notes.note(
    (await seat.answersPing())
      ? line.fine('still open, and a ping is answered')
      : line.problem(
          `a ping is not answered${seat.complaint ? `: ${seat.complaint}` : ''}`,
          advice,
        ),
  );
}

function text(number: number): string {
  return JSON.stringify({ type: 'doctor', number });
}
