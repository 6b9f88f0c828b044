import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { CoturnEnd, CoturnProcess } from './coturn-process.ts';
import { CoturnWatch, type CoturnWatchParts } from './coturn-watch.ts';

/** A process that lives until it is told to end. */
class FakeProcess implements CoturnProcess {
  readonly pid = 1;
  readonly ended: Promise<CoturnEnd>;
  #end: (end: CoturnEnd) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#end({ code: null, signal });
  }

  async stop(): Promise<void> {
    this.signal('SIGTERM');
  }
}

/** A watch over fake processes, and a way to wait for the nth of them. */
function watched(more: Partial<CoturnWatchParts> = {}) {
  const started: FakeProcess[] = [];
  const waiting = new Map<number, (process: FakeProcess) => void>();
  const watch = new CoturnWatch({
    async start() {
      const process = new FakeProcess();
      started.push(process);
      waiting.get(started.length)?.(process);
      return process;
    },
    isServing: async () => true,
    logger: pino({ level: 'silent' }),
    nowMs: () => 0,
    random: () => 0,
    ...more,
  });
  const nth = (count: number) => new Promise<FakeProcess>((resolve) => waiting.set(count, resolve));
  return { watch, started, nth };
}

describe('the watch over coturn', () => {
  it('starts it again when it ends', async () => {
    const { watch, nth } = watched();
    const first = await watch.open();
    watch.watch(first);
    const second = nth(2);
    first.signal('SIGSEGV');
    await second;
    await watch.close();
  });

  it('starts it again when a start fails', async () => {
    let fails = 1;
    const { watch, started } = watched();
    const flaky = watched({
      async start() {
        if (started.length > 0 && fails > 0) {
          fails -= 1;
          throw new Error('no space left');
        }
        const process = new FakeProcess();
        started.push(process);
        if (started.length === 2) resolveSecond();
        return process;
      },
    });
    let resolveSecond = () => {};
    const second = new Promise<void>((resolve) => {
      resolveSecond = resolve;
    });
    const first = await flaky.watch.open();
    flaky.watch.watch(first);
    first.signal('SIGKILL');
    await second;
    expect(fails).toBe(0);
    await flaky.watch.close();
    await watch.close();
  });

  it('kills one that answers nothing, three times in a row', async () => {
    const answers = [false, false, true, false, false, false];
    const { watch, nth } = watched({
      probeIntervalMs: 1,
      isServing: async () => answers.shift() ?? true,
    });
    const first = await watch.open();
    const second = nth(2);
    watch.watch(first);
    await expect(first.ended).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    expect(answers).toEqual([]);
    await second;
    await watch.close();
  });

  it('starts nothing after its close, which may be called again', async () => {
    const { watch, started } = watched();
    const first = await watch.open();
    watch.watch(first);
    await Promise.all([watch.close(), watch.close()]);
    await expect(first.ended).resolves.toEqual({ code: null, signal: 'SIGTERM' });
    expect(started).toHaveLength(1);
  });

  it('ends one that was starting while it closed', async () => {
    const { watch, nth } = watched();
    const first = await watch.open();
    watch.watch(first);
    const second = nth(2);
    first.signal('SIGKILL');
    const late = await second;
    await watch.close();
    await expect(late.ended).resolves.toEqual({ code: null, signal: 'SIGTERM' });
  });
});
