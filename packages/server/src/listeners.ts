import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { createWebServer, type WebServer } from './http-server.ts';
import type { Product } from './product.ts';
import { StartError, systemErrorCode } from './start-error.ts';
import { followTls } from './tls/follow-tls.ts';
import { openTlsSource, type TlsPair } from './tls/tls-source.ts';

/** The open port, on one address or on two. */
export interface Listeners {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Accepts nothing more, closes idle connections, and resolves when the last one is gone. Idempotent. */
  close(): Promise<void>;
  /** Cuts the HTTP connections that `close` still waits for. Upgraded ones are the product's. */
  cut(): void;
}

export type ListenConfig = Pick<Config, 'host' | 'port' | 'maxConnections' | 'tls' | 'dataDir'>;

/**
 * Opens the port.
 * @throws {StartError} when it is taken, the address is not ours, or the TLS files are no use.
 */
export async function listen(
  config: ListenConfig,
  product: Product,
  logger: Logger,
): Promise<Listeners> {
  const source = await openTlsSource(config);
  const pair = await source?.read();
  const open = await openServers(config, () =>
    createWebServer(product, pair, config.maxConnections),
  );
  const unfollow = source && pair && followTls(source, pair, (next) => setPair(open, next), logger);
  let closed: Promise<unknown> | undefined;
  return {
    scheme: pair === undefined ? 'http' : 'https',
    port: portOf(open[0].server),
    async close() {
      unfollow?.();
      closed ??= Promise.all(open.map(({ server }) => closeServer(server)));
      await closed;
    },
    cut() {
      for (const { server } of open) server.closeAllConnections();
    },
  };
}

type OpenServers = readonly [WebServer, ...WebServer[]];

function setPair(open: OpenServers, pair: TlsPair): void {
  for (const web of open) if (web.scheme === 'https') web.server.setSecureContext(pair);
}

async function openServers(config: ListenConfig, create: () => WebServer): Promise<OpenServers> {
  if (config.host !== 'localhost') return [await openServer(create(), config.port, config.host)];
  return await openOnLoopback(config.port, create);
}

/**
 * `localhost` is 127.0.0.1 to some clients and ::1 to others, so both get the same port. With port 0 the system picks
 * one on 127.0.0.1; should that one be taken on ::1, another is picked, a few times.
 */
async function openOnLoopback(port: number, create: () => WebServer): Promise<OpenServers> {
  for (let triesLeft = port === 0 ? 9 : 0; triesLeft > 0; triesLeft -= 1) {
    const open = await openBoth(port, create).catch((error: unknown) => {
      if (causeCode(error) !== 'EADDRINUSE') throw error;
    });
    if (open !== undefined) return open;
  }
  return await openBoth(port, create);
}

async function openBoth(port: number, create: () => WebServer): Promise<OpenServers> {
  const first = await openServer(create(), port, '127.0.0.1');
  try {
    return [first, await openServer(create(), portOf(first.server), '::1')];
  } catch (error) {
    if (isWithoutIpv6(error)) return [first];
    await closeServer(first.server);
    throw error;
  }
}

function isWithoutIpv6(error: unknown): boolean {
  const code = causeCode(error);
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function causeCode(error: unknown): string | undefined {
  return error instanceof Error ? systemErrorCode(error.cause) : undefined;
}

async function openServer(web: WebServer, port: number, host: string): Promise<WebServer> {
  const server: Server = web.server;
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => reject(explain(error, port, host));
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
  return web;
}

function explain(error: Error, port: number, host: string): Error {
  const code = systemErrorCode(error) ?? '';
  const text = explanations.get(code)?.(port, host);
  return new StartError(text ?? `can't listen on ${host} port ${port}: ${error.message}`, {
    cause: error,
  });
}

const explanations: ReadonlyMap<string, (port: number, host: string) => string> = new Map([
  [
    'EADDRINUSE',
    (port) => `port ${port} is in use: stop what uses it, or choose another with --port`,
  ],
  ['EACCES', (port) => `port ${port} needs privileges: choose one above 1023 with --port`],
  ['EADDRNOTAVAIL', (_port, host) => `this machine has no address ${host}: see --host`],
  ['ENOTFOUND', (_port, host) => `there is no host named ${host}: see --host`],
  ['EAI_AGAIN', (_port, host) => `there is no host named ${host}: see --host`],
]);

function portOf(server: Server): number {
  // A server that listens on TCP has such an address; the other forms are for pipes and closed servers.
  return (server.address() as AddressInfo).port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
