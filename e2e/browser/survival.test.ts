import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from '../wire/server-process.ts';
import { useChromium } from './chromium.ts';
import { CuttableProxy } from './cuttable-proxy.ts';
import { Person } from './person.ts';

const chromium = useChromium();
const connectedWithinMs = 8_000;
/** A picture comes every 50 ms or so; a busy machine makes some wait. */
const noOutageMs = 2_000;
const outageMs = 20_000;
const people: Person[] = [];
let dataDir = '';
let server: ServerProcess;
let proxy: CuttableProxy;
let rooms = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'apprtc-survival-'));
  server = await startServer('serve', { dataDir });
  proxy = await CuttableProxy.listen(() => server.port);
});

afterAll(async () => {
  await proxy.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

/** Notes the longest time in which no picture came. */
function watchPictures(): void {
  let [frames, atMs, longestMs] = [0, performance.now(), 0];
  const look = async (): Promise<void> => {
    for (const report of (await window.madePeerConnections.at(-1)?.getStats())?.values() ?? []) {
      if (report.type !== 'inbound-rtp' || report.kind !== 'video') continue;
      if (report.framesDecoded === frames) continue;
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - atMs);
      [frames, atMs] = [report.framesDecoded, nowMs];
    }
  };
  const timer = setInterval(() => void look(), 100);
  Object.assign(window, {
    longestStillMs: () => {
      clearInterval(timer);
      return Math.max(longestMs, performance.now() - atMs);
    },
  });
}

function longestStillMs(): number {
  return (window as unknown as { longestStillMs(): number }).longestStillMs();
}

async function arrive(room: string): Promise<Person> {
  const person = await Person.arrive(chromium.browser);
  people.push(person);
  await person.joinRoom(proxy.baseUrl, room);
  return person;
}

async function inCall(): Promise<[Person, Person]> {
  rooms += 1;
  const room = `survival-${rooms}`;
  const first = await arrive(room);
  await first.waits();
  const second = await arrive(room);
  for (const person of [first, second]) await person.seesAndHears(connectedWithinMs);
  return [first, second];
}

function status({ page }: Person, words: string, timeoutMs: number): Promise<unknown> {
  return page.waitForSelector(`#status-div:text-is("${words}")`, { timeout: timeoutMs });
}

/** What a person's ICE calls itself; another one after each restart. */
function ufrag({ page }: Person): Promise<string | undefined> {
  return page.evaluate(() => {
    const pc = window.madePeerConnections.at(-1);
    // Of what both have agreed upon.
    return /a=ice-ufrag:(.*)/.exec(pc?.currentLocalDescription?.sdp ?? '')?.[1];
  });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Through an outage of signaling: pictures go on, by the same peer connections, and the server is found again. */
async function survives(call: readonly Person[], outage: () => Promise<void>): Promise<void> {
  for (const { page } of call) await page.evaluate(watchPictures);
  await outage();
  for (const person of call) await status(person, 'Connected', 8_000);
  for (const { page } of call) {
    expect(await page.evaluate(longestStillMs)).toBeLessThan(noOutageMs);
    expect(await page.evaluate(() => window.madePeerConnections.length)).toBe(1);
  }
}

/** That one hangs up is news that only signaling can bring. */
async function hangsUp([first, second]: readonly [Person, Person]): Promise<void> {
  await second.page.click('#hangup');
  await first.waits();
}

describe('a call between two who speak sessions', () => {
  it('[V25] [V26] keeps its media while both sockets are away for 20 s, and is then told of what happens', async () => {
    const call = await inCall();
    await survives(call, async () => {
      proxy.cut();
      await Promise.all(call.map((person) => status(person, 'Connected (server away)', 5_000)));
      await pause(outageMs);
      proxy.mend();
    });
    await hangsUp(call);
  });

  it('[V45] keeps its media while the server is frozen for 20 s', async () => {
    const call = await inCall();
    await survives(call, async () => {
      process.kill(server.pid, 'SIGSTOP');
      await pause(outageMs);
      process.kill(server.pid, 'SIGCONT');
    });
    await hangsUp(call);
  });

  it('[V36] keeps its media while the server is killed and started anew with an empty memory', async () => {
    const call = await inCall();
    await survives(call, async () => {
      await server.kill();
      await Promise.all(call.map((person) => status(person, 'Connected (server away)', 5_000)));
      server = await startServer('serve', { dataDir });
    });
    await hangsUp(call);
  });

  it('[V46] keeps its media while the server is stopped in an orderly way and started anew', async () => {
    const call = await inCall();
    await survives(call, async () => {
      await server.stop();
      server = await startServer('serve', { dataDir });
    });
    await hangsUp(call);
  });

  it('restarts ICE on another network, also when both have one at once', async () => {
    const call = await inCall();
    for (const changed of [[call[0]], [call[1]], call]) {
      const before = await Promise.all(call.map(ufrag));
      await survives(call, async () => {
        await Promise.all(
          changed.map(({ page }) => page.evaluate(() => window.dispatchEvent(new Event('online')))),
        );
        for (const [index, person] of call.entries()) {
          await expect.poll(() => ufrag(person), { timeout: 8_000 }).not.toBe(before[index]);
        }
      });
    }
    await hangsUp(call);
  });

  it('[V35] [V37] comes back after a reload of one side, without a click', async () => {
    const [first, second] = await inCall();
    const asked: string[] = [];
    second.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await second.page.reload();
    await Promise.all([
      first.seesAndHears(connectedWithinMs),
      second.seesAndHears(connectedWithinMs),
    ]);
    expect(await first.page.evaluate(() => window.madePeerConnections.length)).toBe(2);
    expect(asked.filter((path) => path.startsWith('/join/'))).toEqual([]);
    await hangsUp([first, second]);
  });

  it('is not taken from its tab by a duplicate of that', async () => {
    const [first, second] = await inCall();
    // Opened by the page itself, a tab begins with a copy of its storage.
    const [copy] = await Promise.all([
      second.context.waitForEvent('page'),
      second.page.evaluate(() => window.open(location.href)),
    ]);
    await copy.waitForSelector('text=this room is full');
    const refusal = copy.waitForResponse((response) => response.url().includes('/join/'));
    await copy.click('text=Try again');
    expect(await (await refusal).json()).toMatchObject({ result: 'FULL' });
    await first.seesAndHears(connectedWithinMs);
    expect(await first.page.evaluate(() => window.madePeerConnections.length)).toBe(1);
  });
});
