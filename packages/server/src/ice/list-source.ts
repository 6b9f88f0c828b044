import type { IceServer } from '@apprtc/protocol';
import { stunUrlsIn } from './ice-server-list.ts';
import type { IceSource } from './ice-source.ts';

/** [IC14] The operator's fixed list, as it is. */
export function listSource(servers: readonly IceServer[]): IceSource {
  return {
    grant: ({ lifeSeconds, nowSeconds }) => ({
      servers,
      expiresAtSeconds: nowSeconds + lifeSeconds,
    }),
    stunUrls: () => stunUrlsIn(servers),
    close() {},
  };
}
