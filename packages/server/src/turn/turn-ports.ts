import { createSocket } from 'node:dgram';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { StartError, systemErrorCode } from '../start-error.ts';
import type { TurnConfig, TurnPlan } from './turn-plan.ts';

/**
 * Makes sure that coturn will get its ports: by itself it would run on without one that is taken.
 * @throws {StartError} when one is taken, with whose it is when it is a coturn that an earlier start left.
 */
export async function checkTurnPorts(
  { turnPort, turnTlsPort }: Pick<TurnConfig, 'turnPort' | 'turnTlsPort'>,
  plan: TurnPlan,
): Promise<void> {
  for (const { local } of plan.relays) {
    await checkPort('turn-port', turnPort, local);
    if (turnTlsPort !== undefined) await checkPort('turn-tls-port', turnTlsPort, local);
  }
}

async function checkPort(flag: string, port: number, address: string): Promise<void> {
  for (const [name, bind] of [
    ['UDP', bindUdp],
    ['TCP', bindTcp],
  ] as const) {
    const error = await bind(port, address);
    if (error === undefined) continue;
    const code = systemErrorCode(error);
    if (code === 'EADDRINUSE')
      throw new StartError(await takenText(flag, `${name} port ${port}`, address));
    // coturn gets the capability for a low port only where we could have it too.
    if (code === 'EACCES') {
      throw new StartError(`port ${port} needs privileges: choose one above 1023 with --${flag}`);
    }
    throw new StartError(`can't use ${name} port ${port} on ${address}: ${error.message}`, {
      cause: error,
    });
  }
}

async function takenText(flag: string, port: string, address: string): Promise<string> {
  const taken = `${port} on ${address} is in use`;
  const [left] = await leftOverCoturns();
  if (left !== undefined) {
    return `${taken} by a turnserver (process ${left}) that an earlier start left behind: end it with kill ${left}`;
  }
  return `${taken}: choose another with --${flag}, or stop what uses it (the service of the coturn package with: systemctl disable --now coturn)`;
}

/** Processes that run coturn with a file of ours. One whose server lives is no left-over but its own. */
async function leftOverCoturns(): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const left: number[] = [];
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!/turnserver\0-c\0\S*\/apprtc-turn-[^/]+\/turnserver\.conf/.test(command)) continue;
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(status)?.[1]);
    const parentCommand = await readFile(`/proc/${parent}/cmdline`, 'utf8').catch(() => '');
    if (!parentCommand.includes('apprtc')) left.push(Number(pid));
  }
  return left;
}

function bindUdp(port: number, address: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (error?: Error) => socket.close(() => resolve(error));
    socket.once('error', end);
    socket.bind({ port, address, exclusive: true }, () => end());
  });
}

function bindTcp(port: number, address: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ port, host: address, exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}
