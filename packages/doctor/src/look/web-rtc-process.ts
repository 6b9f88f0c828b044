import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { problemOf } from './problem-of.ts';

/** One call between two peers. */
export interface CallOrder {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly serverName: string | undefined;
  /** One for each of the two, for UDP; the port behind it may be taken in its stead. */
  readonly localPorts: readonly number[];
}

export type CallOutcome =
  | { readonly ok: true; readonly tookMs: number }
  | { readonly ok: false; readonly why: string };

/** What goes to the process, and what comes back. */
export interface CallRequest {
  readonly number: number;
  readonly order: CallOrder;
}

export interface CallAnswer {
  readonly number: number;
  readonly outcome: CallOutcome;
}

/** Loading a WebRTC stack takes a busy machine seconds: that says nothing about a relay. */
const startWithinMs = 8000;

/** The process that plays WebRTC calls: `relay-call-process.ts`. */
export class WebRtcProcess {
  readonly #child: ChildProcess;
  readonly #isReady: Promise<boolean>;
  readonly #waiters = new Map<number, (outcome: CallOutcome) => void>();
  #last = 0;

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const file = new URL(`./relay-call-process.${extension}`, import.meta.url);
    // What werift has to say about a relay is said by the doctor, in its own words.
    this.#child = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#isReady = this.#waitUntilReady();
    this.#child.on('message', (message) => this.#take(message as CallAnswer | 'ready'));
    this.#child.on('error', (error) => this.#endAll(problemOf(error)));
    this.#child.on('exit', () => this.#endAll('the WebRTC stack ended'));
  }

  async #waitUntilReady(): Promise<boolean> {
    const signal = AbortSignal.timeout(startWithinMs);
    const child = this.#child;
    const isReady = once(child, 'message', { signal }).then(() => true);
    const hasEnded = once(child, 'exit', { signal }).then(() => false);
    return Promise.race([isReady, hasEnded]).catch(() => false);
  }

  /** Undefined when the process did not come up. */
  async call(order: CallOrder, timeoutMs: number): Promise<CallOutcome | undefined> {
    if (!(await this.#isReady)) return undefined;
    this.#last += 1;
    const number = this.#last;
    const outcome = await new Promise<CallOutcome>((resolve) => {
      this.#waiters.set(number, resolve);
      const why = `nothing came through within ${timeoutMs} ms`;
      const timer = setTimeout(() => resolve({ ok: false, why }), timeoutMs);
      timer.unref();
      // Not by its arguments: everybody on this machine reads those.
      this.#child.send({ number, order } satisfies CallRequest, () => {});
    });
    this.#waiters.delete(number);
    return outcome;
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  #take(message: CallAnswer | 'ready'): void {
    if (message !== 'ready') this.#waiters.get(message.number)?.(message.outcome);
  }

  #endAll(why: string): void {
    for (const end of [...this.#waiters.values()]) end({ ok: false, why });
  }
}
