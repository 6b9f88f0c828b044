import { afterAll, beforeAll } from 'vitest';
import { type ProductOptions, type RunningProduct, startProduct } from '../wire/product.ts';
import { makePlace, type Place } from './place.ts';
import type { Edits, ProxyKind } from './proxy-kinds.ts';
import { type ProxyProcess, startProxy } from './proxy-process.ts';

export interface ProxiedOptions extends ProductOptions {
  /** Beyond those that every operator makes. */
  readonly edits?: Edits;
  /** Without `--public-url`. */
  readonly isNamedByRequests?: boolean;
}

/** The built product behind a proxy. */
export interface ProxiedProduct extends ProxyProcess {
  readonly place: Place;
  readonly product: RunningProduct;
  /** `https://localhost:PORT`. */
  readonly publicUrl: string;
}

export async function startProxied(
  kind: ProxyKind,
  options: ProxiedOptions = {},
): Promise<ProxiedProduct> {
  const place = await makePlace();
  const publicUrl = `https://localhost:${place.httpsPort}`;
  const named = options.isNamedByRequests === true ? [] : ['--public-url', publicUrl];
  const product = await startProduct({
    env: options.env ?? {},
    flags: ['--trust-proxy', 'loopback', ...named, ...(options.flags ?? [])],
  });
  try {
    const edits = [...kind.edits(place, product.port), ...(options.edits ?? [])];
    const proxy = await startProxy(kind, place, edits);
    return {
      ...proxy,
      ...{ place, product, publicUrl },
      async stop() {
        await proxy.stop();
        await product.stop();
        await place.remove();
      },
    };
  } catch (error) {
    await product.stop();
    throw error;
  }
}

/** One for all tests of a `describe`. */
export function useProxied(kind: ProxyKind, options: ProxiedOptions = {}): () => ProxiedProduct {
  let proxied: ProxiedProduct | undefined;
  beforeAll(async () => {
    proxied = await startProxied(kind, options);
  });
  afterAll(async () => {
    await proxied?.stop();
  });
  return () => {
    if (proxied === undefined) throw new Error('The proxy is not started yet');
    return proxied;
  };
}
