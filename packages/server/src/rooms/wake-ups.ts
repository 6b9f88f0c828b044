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
    if (atMs === null) return;
    const delayMs = Math.max(0, Math.ceil(atMs - this.#nowMs()));
    const timer = setTimeout(() => {
      this.#byRoom.delete(roomId);
      this.#wake(roomId);
    }, delayMs);
    timer.unref();
    this.#byRoom.set(roomId, { atMs, timer });
  }

  close(): void {
    for (const { timer } of this.#byRoom.values()) clearTimeout(timer);
    this.#byRoom.clear();
  }
}
