import type { Platform } from './platform.ts';

type Timers = Pick<Platform, 'setTimeout' | 'clearTimeout'>;

/** Resolves with the promise's value, or with `fallback` when `ms` have passed or it rejects. Never rejects. */
export function within<Value>(
  timers: Timers,
  ms: number,
  promise: Promise<Value>,
  fallback: Value,
): Promise<Value> {
  return new Promise((resolve) => {
    const timer = timers.setTimeout(() => resolve(fallback), ms);
    const settle = (value: Value): void => {
      timers.clearTimeout(timer);
      resolve(value);
    };
    promise.then(settle, () => settle(fallback));
  });
}

/** Resolves after `ms`, or at once when given up. */
export function delay(timers: Timers, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      timers.clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = timers.setTimeout(finish, ms);
    signal?.addEventListener('abort', finish);
  });
}
