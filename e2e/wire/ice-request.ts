import type { Params } from './client.ts';
import { ask, jsonOf, type Reply } from './http.ts';
import type { Address } from './product.ts';

export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export function serversOf(reply: Reply): readonly IceServer[] {
  return jsonOf(reply)['iceServers'] as readonly IceServer[];
}

/** Asks wherever the params say, as every client does. It is never an error. */
export async function askIce(
  at: Address,
  { ice_server_url: url }: Params,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const { pathname, search } = new URL(String(url));
  const reply = await ask(at, 'POST', `${pathname}${search}`, { headers });
  if (reply.status !== 200) throw new Error(`iceconfig answered ${reply.status}`);
  if (Number(reply.headers['content-length']) !== reply.body.length) {
    throw new Error('iceconfig has no Content-Length');
  }
  return reply;
}

/** Whether an answer has a relay in it. */
export function hasRelay(reply: Reply): boolean {
  return serversOf(reply).some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
}

/** The params of nobody in particular, with the key for the address that asks. */
export async function generalParams(
  at: Address,
  headers: Readonly<Record<string, string>> = {},
): Promise<Params> {
  return jsonOf(await ask(at, 'GET', '/params', { headers }));
}
