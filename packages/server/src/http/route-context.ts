import type { FastifyRequest } from 'fastify';
import type { ClientIds } from '../client-ids.ts';
import type { Config } from '../config/config.ts';
import type { IceService } from '../ice/ice-service.ts';
import type { CallEvents } from '../ops/call-events.ts';
import type { RoomsPort } from '../rooms/rooms-port.ts';
import { originIn, type PublicOrigin, publicOrigin } from './origin.ts';

/** What the routes of the room server work with. */
export interface RouteContext {
  readonly config: Config;
  readonly rooms: RoomsPort;
  readonly clientIds: ClientIds;
  readonly callEvents: CallEvents;
  readonly ice: IceService;
}

export function originOf(request: FastifyRequest, { config }: RouteContext): PublicOrigin {
  return publicOrigin(request, {
    publicUrl: config.publicUrl,
    isProxyTrusted: config.trustProxy !== false,
  });
}

/** [TW14] Where the Collider is, if it is a process of its own. */
export function colliderOf({ config }: RouteContext): PublicOrigin | null {
  return config.collider === undefined ? null : originIn(config.collider);
}

/** The query as it came, order and repeats kept. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  return queryIn(request.raw.url);
}

export function queryIn(url: string | undefined): URLSearchParams {
  const start = url?.indexOf('?') ?? -1;
  return new URLSearchParams(start < 0 ? '' : url?.slice(start + 1));
}
