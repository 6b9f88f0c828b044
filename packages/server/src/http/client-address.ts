import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../config/config.ts';

type ProxyTest = (address: string, hop: number) => boolean;

/** Whose X-Forwarded-* headers are believed, as Fastify takes it: it knows numbers too, but its types don't. */
export function trustedProxies({
  trustProxy,
}: Pick<Config, 'trustProxy'>): boolean | string[] | ProxyTest {
  if (typeof trustProxy === 'number') return (_address, hop) => hop < trustProxy;
  return typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy];
}

/** The address of the client behind a request that Fastify does not see, found as Fastify finds `request.ip`. */
export function clientAddress(
  request: IncomingMessage,
  config: Pick<Config, 'trustProxy'>,
): string {
  const trusted = trustedProxies(config);
  if (trusted === false) return request.socket.remoteAddress ?? '';
  return proxyAddr(request, trusted === true ? () => true : trusted);
}
