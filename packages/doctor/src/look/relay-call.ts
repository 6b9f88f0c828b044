import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { IceUrl } from '../stun/ice-url.ts';
import { StunLink } from '../stun/stun-link.ts';
import { TurnClient, type TurnCredential } from '../stun/turn-client.ts';
import { problemOf } from './problem-of.ts';

/** What the process is told. */
export interface CallOrder {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly serverName: string | undefined;
  /** One for each of the two, for UDP; the port behind it may be taken in its stead. */
  readonly localPorts: readonly number[];
}

export type CallOutcome =
  | { readonly ok: true; readonly tookMs: number }
  | { readonly ok: false; readonly why: string };

export interface CallOptions {
  readonly timeoutMs: number;
  /** Ends it at once. */
  readonly late: AbortSignal;
}

/** A WebRTC call with a data channel between two peers that may use this relay only. */
export async function callThroughRelay(
  url: IceUrl,
  credential: TurnCredential,
  options: CallOptions,
): Promise<CallOutcome> {
  const localPorts = await freePorts();
  const outcome = await runProcess(
    {
      url: url.text,
      ...credential,
      serverName: isIP(url.host) === 0 ? url.host : undefined,
      localPorts,
    },
    options,
  );
  if (url.transport === 'udp')
    await releaseAll(
      url,
      credential,
      localPorts.flatMap((port) => [port, port + 1]),
    );
  return outcome;
}

async function runProcess(
  order: CallOrder,
  { timeoutMs, late }: CallOptions,
): Promise<CallOutcome> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = new URL(`./relay-call-process.${extension}`, import.meta.url);
  // What werift has to say about a relay is said by the doctor, in its own words.
  const child = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const hasExited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const outcome = await new Promise<CallOutcome>((resolve) => {
    const timer = setTimeout(
      () => resolve({ ok: false, why: `nothing came through within ${timeoutMs} ms` }),
      timeoutMs,
    );
    const settle = (outcome: CallOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.once('message', (message) => settle(message as CallOutcome));
    late.addEventListener('abort', () => settle({ ok: false, why: 'time was up' }), { once: true });
    child.once('error', (error) => settle({ ok: false, why: problemOf(error) }));
    child.once('exit', () => settle({ ok: false, why: 'the WebRTC stack ended' }));
    // Not by its arguments: everybody on this machine reads those.
    child.send(order, () => {});
  });
  child.kill('SIGKILL');
  await hasExited;
  return outcome;
}

/** Ports of which neither they nor the next are shared, and which were free a moment ago. */
async function freePorts(): Promise<readonly number[]> {
  const [first, second] = await Promise.all([freePort(), freePort()]);
  return Math.abs(first - second) > 1 ? [first, second] : freePorts();
}

function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** werift gives no allocation back; a relay would keep each for ten minutes, and count them. */
async function releaseAll(
  url: IceUrl,
  credential: TurnCredential,
  ports: readonly number[],
): Promise<void> {
  const release = async (localPort: number) => {
    const link = await StunLink.open(url, { timeoutMs: 1000, localPort });
    if (!link.ok) return;
    await new TurnClient(link.value, credential).release();
    link.value.close();
  };
  await Promise.all(ports.map(release));
}
