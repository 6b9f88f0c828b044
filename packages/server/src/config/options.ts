import { iceOptions } from './ice-options.ts';
import { limitOptions } from './limit-options.ts';
import { serverOptions } from './server-options.ts';
import { sessionOptions } from './session-options.ts';

/** Every option, and the only list of them: flags, environment variables, `--help` and the docs page come from here. */
export const options = { ...serverOptions, ...iceOptions, ...limitOptions, ...sessionOptions };

export type Options = typeof options;
export type OptionKey = keyof Options;

/** `graceMs` → `APPRTC_GRACE_MS` */
export function environmentVariable(key: string): string {
  return `APPRTC_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `graceMs` → `grace-ms` */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
