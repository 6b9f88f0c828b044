import type { SessionCodeName, WireCodeName } from '@apprtc/protocol';
import type { ConnectionId, Mail, Telling } from '@apprtc/signaling';

interface OpenConnection {
  readonly id: ConnectionId;
  /** False from the moment the other side closes: what is delivered then would be lost. */
  readonly isOpen: boolean;
  /** When it last gave a sign of life, as far as is known. */
  readonly heardMs: number;
}

/** An open socket of a legacy client, as the room service sees it. */
export interface LegacyConnection extends OpenConnection {
  readonly protocol: 1;
  /** Sends a message of the other member. */
  deliver(message: string): void;
  /** Its client has left: nothing more is sent on it. */
  silence(): void;
  close(code: WireCodeName): void;
}

/** A connection that speaks the session protocol. */
export interface SessionTarget extends OpenConnection {
  readonly protocol: 2;
  /** Says what a telling stands for; `mail` is what the commit gave back. */
  tell(telling: Telling, mail: Mail): void;
  end(code: SessionCodeName): void;
}

export type Connection = LegacyConnection | SessionTarget;

/** The sockets that are open on this node. */
export class Connections {
  readonly #byId = new Map<ConnectionId, Connection>();

  get size(): number {
    return this.#byId.size;
  }

  add(connection: Connection): void {
    this.#byId.set(connection.id, connection);
  }

  remove(id: ConnectionId): void {
    this.#byId.delete(id);
  }

  get(id: ConnectionId): Connection | undefined {
    return this.#byId.get(id);
  }
}
