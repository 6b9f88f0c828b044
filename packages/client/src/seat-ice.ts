import type { IceServers, JoinedSeat } from '@apprtc/protocol';
import { rtcConfiguration } from './ice-configuration.ts';
import { IceSource, type IceSourceListeners } from './ice-source.ts';
import type { Platform } from './platform.ts';
import type { RoomClient } from './room-client.ts';

/** Where a peer connection's ICE servers come from. */
export interface SessionIce {
  /** For a new connection. Null: none can be had; undefined: none yet, they may come later. Never rejects. */
  servers(waitMs: number): Promise<IceServers | null | undefined>;
  /** Before an ICE restart. */
  renew(waitMs: number): Promise<void>;
  configuration(servers: IceServers | null): RTCConfiguration;
}

/** ICE servers that stay what they are. */
export function fixedIce(configuration: () => RTCConfiguration): SessionIce {
  return {
    servers: () => Promise.resolve({ servers: [], lifetimeSeconds: null }),
    renew: () => Promise.resolve(),
    configuration,
  };
}

/** ICE for one won seat: its key asks for servers, its reply and the query shape the configuration. */
export class SeatIce extends IceSource implements SessionIce {
  readonly #seat: JoinedSeat;
  readonly #query: URLSearchParams;

  constructor(
    seat: JoinedSeat,
    options: {
      readonly platform: Platform;
      readonly client: RoomClient;
      readonly query: URLSearchParams;
    },
    listeners: IceSourceListeners,
  ) {
    const { platform, client, query } = options;
    const { iceServerUrl } = seat;
    const none = { servers: [], lifetimeSeconds: null };
    const ask = () =>
      iceServerUrl === '' ? Promise.resolve(none) : client.iceServers(iceServerUrl);
    super(platform, ask, listeners);
    this.#seat = seat;
    this.#query = query;
  }

  configuration(servers: IceServers | null): RTCConfiguration {
    const { pcConfig, iceServerTransports: transports } = this.#seat;
    const query = this.#query;
    return rtcConfiguration({ servers: servers?.servers ?? [], pcConfig, transports, query });
  }
}
