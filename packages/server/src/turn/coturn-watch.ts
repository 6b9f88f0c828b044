import type { Logger } from 'pino';
import type { CoturnEnd, CoturnProcess } from './coturn-process.ts';
import { restartDelayMs, steadyMs } from './restart-delay.ts';

export interface CoturnWatchParts {
  /** Starts a coturn, which then may or may not live. */
  start(): Promise<CoturnProcess>;
  /** Whether it serves. Never rejects. */
  isServing(): Promise<boolean>;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly probeIntervalMs?: number;
}

const defaultProbeIntervalMs = 15_000;
/** So many probes in a row without an answer: it hangs. */
const maxSilentProbes = 3;
/** Of the 4.5 s in which the whole server stops. */
const stopGraceMs = 2000;

/** Keeps one coturn running: starts it again when it ends, ends it when it hangs. */
export class CoturnWatch {
  readonly #parts: CoturnWatchParts;
  #process: CoturnProcess | undefined;
  #startedAtMs = 0;
  #endsInARow = 0;
  #restart: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: CoturnWatchParts) {
    this.#parts = parts;
  }

  /** Starts the first one. */
  async open(): Promise<CoturnProcess> {
    return await this.#launch();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  /** Begins to start it again whenever it ends. */
  watch(process: CoturnProcess): void {
    process.ended
      .then((end) => this.#onEnd(process, end))
      .catch((error: unknown) => this.#fail(error));
    this.#probeLater(process, 0);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restart);
    clearTimeout(this.#probe);
    if (this.#process === undefined) return;
    await this.#process.stop(stopGraceMs);
    this.#parts.logger.info({ event: 'turn.stopped' });
  }

  async #launch(): Promise<CoturnProcess> {
    const process = await this.#parts.start();
    this.#process = process;
    this.#startedAtMs = this.#parts.nowMs();
    this.#parts.logger.info({ event: 'turn.started', coturnPid: process.pid });
    return process;
  }

  #onEnd(process: CoturnProcess, { code, signal }: CoturnEnd): void {
    clearTimeout(this.#probe);
    if (this.#closed !== undefined || process !== this.#process) return;
    this.#process = undefined;
    const { logger, nowMs, random } = this.#parts;
    const wasSteady = nowMs() - this.#startedAtMs >= steadyMs;
    this.#endsInARow = wasSteady ? 1 : this.#endsInARow + 1;
    const restartInMs = restartDelayMs(this.#endsInARow, random());
    logger.error(
      { event: 'turn.ended', code, signal, endsInARow: this.#endsInARow, restartInMs },
      'coturn ended: relayed calls are cut until it runs again',
    );
    this.#restartLater(restartInMs);
  }

  #restartLater(delayMs: number): void {
    this.#restart = setTimeout(() => {
      this.#startAgain().catch((error: unknown) => this.#fail(error));
    }, delayMs);
  }

  async #startAgain(): Promise<void> {
    const process = await this.#launch();
    if (this.#closed !== undefined) return await process.stop(stopGraceMs);
    this.watch(process);
  }

  /** The files could not be written, for one: as good as an end. */
  #fail(error: unknown): void {
    if (this.#closed !== undefined) return;
    this.#endsInARow += 1;
    const restartInMs = restartDelayMs(this.#endsInARow, this.#parts.random());
    this.#parts.logger.error({ event: 'turn.start-failed', err: error, restartInMs });
    this.#restartLater(restartInMs);
  }

  #probeLater(process: CoturnProcess, silent: number): void {
    this.#probe = setTimeout(() => {
      void this.#look(process, silent);
    }, this.#parts.probeIntervalMs ?? defaultProbeIntervalMs);
    this.#probe.unref();
  }

  async #look(process: CoturnProcess, silentBefore: number): Promise<void> {
    const silent = (await this.#parts.isServing()) ? 0 : silentBefore + 1;
    if (process !== this.#process || this.#closed !== undefined) return;
    if (silent < maxSilentProbes) return this.#probeLater(process, silent);
    this.#parts.logger.error(
      { event: 'turn.hangs', coturnPid: process.pid },
      'coturn answers nothing',
    );
    process.signal('SIGKILL');
  }
}
