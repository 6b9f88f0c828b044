import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll } from 'vitest';
import { type ProductOptions, type RunningProduct, startProduct } from '../wire/product.ts';
import type { Endpoint } from './stun-message.ts';
import { type Credential, credentialOf, TurnClient } from './turn-client.ts';

/** A product with a coturn beside it. */
export interface TurnProduct extends RunningProduct {
  readonly v4: Endpoint;
  readonly v6: Endpoint;
  /** Of the coturn that it started last. */
  coturnPid(): number;
  /** The text of its turnserver.conf. */
  configuration(): string;
  secret(): string;
  credential(lifeSeconds?: number, name?: string): Credential;
}

export interface RelayAddresses {
  readonly v4: string;
  readonly v6: string;
}

/** A port that is free over UDP and TCP. */
export async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.close();
  server.close();
  await Promise.all([once(socket, 'close'), once(server, 'close')]);
  return port;
}

/** Starts a product with coturn on the given addresses. */
export async function startTurnProduct(
  { v4, v6 }: RelayAddresses,
  options: ProductOptions = {},
): Promise<TurnProduct> {
  const port = await freePort(v4);
  const flags = ['--turn', '--turn-port', String(port), '--turn-external-ip', `${v4},${v6}`];
  const product = await startProduct({
    ...options,
    flags: [...flags, ...(options.flags ?? [])],
  });
  const configuration = () => readFileSync(commandLine(coturnPidOf(product)).at(-1) ?? '', 'utf8');
  const secret = () => /^static-auth-secret=(.*)$/m.exec(configuration())?.[1] ?? '';
  return {
    ...product,
    v4: { address: v4, port },
    v6: { address: v6, port },
    coturnPid: () => coturnPidOf(product),
    configuration,
    secret,
    credential: (lifeSeconds = 600, name) => credentialOf(secret(), lifeSeconds, name),
  };
}

/** What a process was started with, as everyone on the machine can read it. */
export function commandLine(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
}

function coturnPidOf({ said }: RunningProduct): number {
  const started = said.findLast((line) => line.includes('"event":"turn.started"')) ?? '';
  return Number(/"coturnPid":(\d+)/.exec(started)?.[1]);
}

/** Waits for a line of the product's that matches. */
export async function saidLine(
  { said }: RunningProduct,
  pattern: RegExp,
  from = 0,
  withinMs = 10_000,
): Promise<string> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const line = said.slice(from).find((candidate) => pattern.test(candidate));
    if (line !== undefined) return line;
    if (performance.now() > endMs) throw new Error(`No ${pattern} in\n${said.join('\n')}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Addresses of this machine that are no loopback ones, so that the deny list is tried as it is in service. A machine
 * without such an address gets one for the test: from the benchmarking and unique-local blocks, which nobody routes.
 */
export function useRelayAddresses(): RelayAddresses {
  const added: string[] = [];
  let addresses: RelayAddresses | undefined;
  beforeAll(() => {
    addresses = {
      v4: outerAddress('IPv4') ?? addToLoopback('198.18.77.1/32', added),
      v6: outerAddress('IPv6') ?? addToLoopback('fd61:7072:7463::1/128', added),
    };
  });
  afterAll(() => {
    for (const address of added) execFileSync('ip', ['addr', 'del', address, 'dev', 'lo']);
  });
  const found = (): RelayAddresses => {
    if (addresses === undefined) throw new Error('The addresses are not known yet');
    return addresses;
  };
  return {
    get v4() {
      return found().v4;
    },
    get v6() {
      return found().v6;
    },
  };
}

function outerAddress(family: 'IPv4' | 'IPv6'): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((infos) => infos ?? [])
    .find((info) => info.family === family && !info.internal && !info.address.startsWith('fe80:'))
    ?.address;
}

function addToLoopback(address: string, added: string[]): string {
  execFileSync('ip', ['addr', 'add', address, 'dev', 'lo']);
  added.push(address);
  return address.split('/')[0] ?? '';
}

/** TURN clients that are closed after the test. */
export class TurnClients {
  readonly #open: TurnClient[] = [];

  async over(transport: 'udp' | 'tcp', server: Endpoint): Promise<TurnClient> {
    const client = await TurnClient.over(transport, server);
    this.#open.push(client);
    return client;
  }

  /** Gives the allocations back first: the system hands their ports out again, and the server would know them. */
  async closeAll(): Promise<void> {
    const open = this.#open.splice(0);
    await Promise.all(open.map((client) => client.refresh(0)));
    for (const client of open) client.close();
  }
}
