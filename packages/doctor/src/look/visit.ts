import { randomBytes } from 'node:crypto';
import type { Notebook } from './notebook.ts';

/** One examination of one deployment. */
export interface Visit {
  /** Where the deployment is said to be; only its origin counts. */
  readonly url: URL;
  readonly notes: Notebook;
  /** For one answer. */
  readonly stepMs: number;
  /** How long a WebSocket is left quiet. */
  readonly idleMs: number;
  /** Time is up: what goes on ends. */
  readonly late: AbortSignal;
}

/** A room that nobody else is in. */
export function newRoomName(): string {
  return `doctor-${randomBytes(9).toString('hex')}`;
}

/** A URL's host without brackets. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The port that a URL means. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' || protocol === 'wss:' ? 443 : 80;
}

/** A URL without what may be secret in it. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
