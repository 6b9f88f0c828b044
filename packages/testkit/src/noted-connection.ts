import type { SessionCodeName, WireCodeName } from '@apprtc/protocol';
import type { ConnectionId, Telling } from '@apprtc/signaling';

/** A socket that notes what it is given in a log that all share. */
export class NotedConnection {
  readonly id: ConnectionId;
  readonly heardMs = 0;
  isOpen = true;
  /** Whether its client has left. */
  isSilent = false;
  readonly #log: string[];

  constructor(name: string, log: string[]) {
    this.id = name as ConnectionId;
    this.#log = log;
  }

  deliver(message: string): void {
    if (this.isSilent) throw new Error(`${this.id} has left and was sent ${message}`);
    if (!this.isOpen) throw new Error(`${this.id} is closed and was sent ${message}`);
    this.#log.push(`${this.id}<${message}`);
  }

  silence(): void {
    this.isSilent = true;
  }

  tell(telling: Telling): void {
    this.#log.push(`${this.id} told: ${telling.kind}`);
  }

  end(code: SessionCodeName): void {
    this.isOpen = false;
    this.#log.push(`${this.id} ended: ${code}`);
  }

  close(code: WireCodeName): void {
    this.isOpen = false;
    this.#log.push(`${this.id} closed: ${code}`);
  }
}
