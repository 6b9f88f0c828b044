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

export function delay(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.setTimeout(resolve, ms);
  });
}
