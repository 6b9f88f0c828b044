import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The whole server behind its listeners: what one port answers. */
export interface Product {
  /** What the operator should know when it starts: a line each. */
  readonly notes: readonly string[];
  /** Answers an HTTP request. */
  request(request: IncomingMessage, response: ServerResponse): void;
  /** Answers an HTTP upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes in nobody any more, and lets calls end that a stop would end. The caller closes it in the end. */
  drain(): Promise<void>;
  /** Closes every socket with 1001 and lets requests end. Idempotent; resolves within 5 s. */
  close(): Promise<void>;
}
