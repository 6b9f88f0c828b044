import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { IceUrl } from '../stun/ice-url.ts';
import { StunLink } from '../stun/stun-link.ts';
import { TurnClient, type TurnCredential } from '../stun/turn-client.ts';
import { problemOf } from './problem-of.ts';

/** What the worker is told. */
export interface CallOrder {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly serverName: string | undefined;
  /** One for each of the two, for UDP. */
  readonly localPorts: readonly number[];
}

export type CallOutcome =
  | { readonly ok: true; readonly tookMs: number }
  | { readonly ok: false; readonly why: string };

/** A WebRTC call with a data channel between two peers that may use this relay only. */
export async function callThroughRelay(
  url: IceUrl,
  credential: TurnCredential,
  timeoutMs: number,
): Promise<CallOutcome> {
  const localPorts = await freePorts();
  const outcome = await runWorker(
    {
      url: url.text,
      ...credential,
      serverName: isIP(url.host) === 0 ? url.host : undefined,
      localPorts,
    },
    timeoutMs,
  );
  if (url.transport === 'udp') await releaseAll(url, credential, localPorts);
  return outcome;
}

async function runWorker(workerData: CallOrder, timeoutMs: number): Promise<CallOutcome> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = new URL(`./relay-call-worker.${extension}`, import.meta.url);
  // What werift has to say about a relay is said by the doctor, in its own words.
  const worker = new Worker(file, { workerData, stdout: true, stderr: true });
  const outcome = await new Promise<CallOutcome>((resolve) => {
    const timer = setTimeout(
      () => resolve({ ok: false, why: `nothing came through within ${timeoutMs} ms` }),
      timeoutMs,
    );
    worker.once('message', (message: CallOutcome) => {
      clearTimeout(timer);
      resolve(message);
    });
    worker.once('error', (error) => {
      clearTimeout(timer);
      resolve({ ok: false, why: problemOf(error) });
    });
  });
  await worker.terminate();
  return outcome;
}

/** Ports that are free for UDP; held together, so that they differ. */
async function freePorts(): Promise<readonly number[]> {
  const sockets = [createSocket('udp4'), createSocket('udp4')];
  const ports = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<number>((resolve, reject) => {
          socket.once('error', reject);
          socket.bind(0, () => resolve(socket.address().port));
        }),
    ),
  );
  await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.close(done))));
  return ports;
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
