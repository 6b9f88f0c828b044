import type { RoomId } from '@apprtc/protocol';

interface WakeUp {
  readonly atMs: number;
  readonly timer: NodeJS.Timeout;
}

/** Calls back once for each room when its next deadline has come. A room without one costs nothing. */
export class WakeUps {
  readonly #byRoom = new Map<RoomId, WakeUp>();
  readonly #nowMs: () => number;
  readonly #wake: (roomId: RoomId) => void;

  constructor(nowMs: () => number, wake: (roomId: RoomId) => void) {
    this.#nowMs = nowMs;
    this.#wake = wake;
  }

  /** Replaces the room's wake-up; null takes it away. */
  set(roomId: RoomId, atMs: number | null): void {
    const known = this.#byRoom.get(roomId);
    if (known?.atMs === atMs) return;
    if (known !== undefined) {
      clearTimeout(known.timer);
      this.#byRoom.delete(roomId);
    }
    if (atMs !== null) this.#arm(roomId, atMs);
  }

  close(): void {
    for (const { timer } of this.#byRoom.values()) clearTimeout(timer);
    this.#byRoom.clear();
  }

  #arm(roomId: RoomId, atMs: number): void {
    const delayMs = Math.max(0, Math.ceil(atMs - this.#nowMs()));
    const timer = setTimeout(() => this.#ring(roomId, atMs), delayMs);
    timer.unref();
    this.#byRoom.set(roomId, { atMs, timer });
  }

  /** A timer may come before its deadline: it counts from a rounded time, and the clock stands still over a stall. */
  #ring(roomId: RoomId, atMs: number): void {
    if (this.#nowMs() < atMs) {
      this.#arm(roomId, atMs);
      return;
    }
    this.#byRoom.delete(roomId);
    this.#wake(roomId);
  }
}
