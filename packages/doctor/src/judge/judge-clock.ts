import { type Finding, lineOf } from '../finding.ts';

const warningMs = 30_000;
const problemMs = 5 * 60_000;

/** The clock of the server against ours. `date` is the header, which counts whole seconds. */
export function judgeClock(date: string | undefined, nowMs: number): Finding {
  const line = lineOf('clock', "the server's clock against this machine's");
  const thenMs = Date.parse(date ?? '');
  if (Number.isNaN(thenMs)) return line.unjudged('the server tells no time (no Date header)');
  const offMs = thenMs - nowMs;
  const seen = `it is ${describe(offMs)}`;
  const advice =
    'Let both machines keep time (timedatectl set-ntp true): relay credentials are good for minutes only, by the clock.';
  if (Math.abs(offMs) > problemMs) return line.problem(seen, advice);
  if (Math.abs(offMs) > warningMs) return line.warning(seen, advice);
  return line.fine(Math.abs(offMs) < 2000 ? 'they agree' : seen);
}

function describe(offMs: number): string {
  const seconds = Math.round(Math.abs(offMs) / 1000);
  const amount = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${amount} ${offMs < 0 ? 'slow' : 'fast'}`;
}
