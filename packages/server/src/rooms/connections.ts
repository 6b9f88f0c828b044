import type { SessionCodeName, WireCodeName } from '@apprtc/protocol';
import type { ConnectionId, Mail, Telling } from '@apprtc/signaling';

/** An open socket, as the room service sees it. */
export interface Connection {
  readonly id: ConnectionId;
  /** False from the moment the other side closes: what is delivered then would be lost. */
  readonly isOpen: boolean;
  /** When it last gave a sign of life, as far as is known; by the clock of rooms. */
  readonly heardMs: number;
  /** Sends a message of the other member. */
  deliver(message: string): void;
  /** Its client has left: nothing more is sent on it. */
  silence(): void;
  close(code: WireCodeName): void;
  /** Says to a client of the session protocol what `eventsOf` makes of this. Nothing where it has closed. */
  tell(telling: Telling, mail: Mail): void;
  /** [V6] As `close`, for such a client. */
  end(code: SessionCodeName): void;
}

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
