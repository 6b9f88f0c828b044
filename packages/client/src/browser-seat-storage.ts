import type { SeatStorage } from './seat-storage.ts';

/** A tab that is going gives its lock back within this; one that lives, never. */
const lockWithinMs = 500;

type Release = () => void;

/** Resolves with what gives the lock back, or null when another tab has it. */
function hold(name: string, byForce: boolean): Promise<Release | null> {
  return new Promise((resolve) => {
    const options = byForce ? { steal: true } : { signal: AbortSignal.timeout(lockWithinMs) };
    const whileInUse = (): Promise<void> =>
      new Promise((release) => {
        resolve(release);
      });
    // Rejects when the time is up, and later when another tab takes it by force.
    navigator.locks.request(name, options, whileInUse).catch(() => resolve(null));
  });
}

/** Blocked or full storage keeps nothing: then there is no way back. */
function attempt<Value>(action: () => Value): Value | null {
  try {
    return action();
  } catch {
    return null;
  }
}

const storages = ['sessionStorage', 'localStorage'] as const;

/** The seat that a kept text is about. */
function nameOf(text: string): string {
  return `apprtc ${/"clientId":"[^"]*"/.exec(text)?.[0]}`;
}

/** Those that calls of this page use. */
const inUse = new Map<string, Release>();

async function use(text: string, byForce: boolean): Promise<boolean> {
  const name = nameOf(text);
  if (inUse.has(name)) return false;
  inUse.set(name, () => {});
  const release = await hold(name, byForce);
  if (release === null) inUse.delete(name);
  // Released while the lock was on its way.
  else if (inUse.has(name)) inUse.set(name, release);
  else release();
  return release !== null;
}

/**
 * The tab's own seat in `sessionStorage`, the browser's last one of a room in `localStorage`. The tab that uses one holds a
 * Web Lock of its name, so that neither a duplicated tab nor a second one takes it from the first. Null in insecure
 * contexts, which have no locks.
 */
export function browserSeatStorage(): SeatStorage | null {
  if (globalThis.navigator?.locks === undefined) return null;
  return {
    async claim(key, byForce) {
      for (const storage of storages) {
        const text = attempt(() => globalThis[storage].getItem(key));
        if (text !== null && (await use(text, byForce))) return text;
      }
      return null;
    },
    keep(key, text) {
      for (const storage of storages) attempt(() => globalThis[storage].setItem(key, text));
      void use(text, false);
    },
    release(key, text, isForgotten) {
      const name = nameOf(text);
      for (const storage of storages) {
        attempt(() => {
          const kept = globalThis[storage].getItem(key);
          if (isForgotten && kept && nameOf(kept) === name) globalThis[storage].removeItem(key);
        });
      }
      inUse.get(name)?.();
      inUse.delete(name);
    },
  };
}
