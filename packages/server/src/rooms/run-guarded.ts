import type { MaybePromise } from '@apprtc/signaling';

/** Runs a command for a connection, which has nobody to throw to: a bug or a lost store is told, at once or later. */
export function runGuarded(
  command: () => MaybePromise<unknown>,
  failed: (error: unknown) => void,
): void {
  try {
    const ran = command();
    if (ran instanceof Promise) ran.catch(failed);
  } catch (error) {
    failed(error);
  }
}
