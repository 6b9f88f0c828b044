import { settle } from '@apprtc/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnsweringServer, answer, type Logged, notedLogger } from './answering-server.fixture.ts';
import { OtherHalf, type Request } from './other-half.ts';

let server: AnsweringServer;
let nowMs: number;
let logged: Logged[];
const opened: OtherHalf[] = [];

beforeEach(async () => {
  server = await AnsweringServer.start();
  nowMs = 0;
  logged = [];
});

afterEach(async () => {
  for (const half of opened.splice(0)) half.close();
  await server.close();
});

function half(origin = server.origin, deadlineMs?: number): OtherHalf {
  const noted = notedLogger();
  logged = noted.logged;
  const made = new OtherHalf({
    origin,
    nowMs: () => nowMs,
    logger: noted.logger,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  opened.push(made);
  return made;
}

const get: Request = { method: 'GET', path: '/x' };
const post: Request = { method: 'POST', path: '/x', body: 'a message' };

/** Ends the connection without an answer at the second request, answers all others. */
function closeUnderTheSecond(): void {
  let requests = 0;
  server.handle = (response, asked, request) => {
    requests += 1;
    if (requests === 2) request.socket.destroy();
    else void answer(200)(response, asked, request);
  };
}

describe('what the other half answers', () => {
  it('is given as it is, status, headers and text', async () => {
    server.handle = answer(418, 'grüß dich', { 'X-Kind': 'teapot', Location: '/other' });
    const asked = half();
    const given = await asked.ask({ ...post, headers: { 'apprtc-half': 'collider' } });
    expect(given).toMatchObject({ kind: 'answered', status: 418, text: 'grüß dich' });
    expect(given.kind === 'answered' && given.headers.get('x-kind')).toBe('teapot');
    expect(server.asked).toMatchObject([
      { line: 'POST /x', body: 'a message', headers: { 'apprtc-half': 'collider' } },
    ]);
    expect(logged).toEqual([]);
  });

  it.each([200, 302, 404, 405, 500, 501])('[TW4] %i is an answer', async (status) => {
    server.handle = answer(status, '', { Location: '/elsewhere' });
    expect(await half().ask(get)).toMatchObject({ kind: 'answered', status });
    expect(server.lines).toEqual(['GET /x']);
  });

  it.each([429, 502, 503, 504])(
    '[TW11] %i is none: the request may have arrived',
    async (status) => {
      server.handle = answer(status);
      expect(await half().ask(get)).toMatchObject({ kind: 'unreachable', mayHaveArrived: true });
      expect(logged).toMatchObject([{ event: 'half.unreachable', why: `status ${status}` }]);
    },
  );

  it('[TW11] is bounded in length', async () => {
    const longest = 'x'.repeat(4 * 1024 * 1024);
    server.handle = answer(200, longest);
    const asked = half();
    const given = await asked.ask(get);
    expect(given.kind === 'answered' && given.text.length).toBe(longest.length);
    server.handle = answer(200, `${longest}x`);
    expect(await asked.ask(get)).toMatchObject({ kind: 'unreachable', mayHaveArrived: true });
  });
});

describe('where the other half does not answer', () => {
  it('[TW11] a refused connection: nothing has arrived', async () => {
    const given = await half(await AnsweringServer.nobody()).ask(post);
    expect(given).toMatchObject({ kind: 'unreachable', mayHaveArrived: false });
    expect(logged).toMatchObject([{ event: 'half.unreachable', why: 'ECONNREFUSED' }]);
  });

  it('[TW11] after the deadline it is given up, before or in the middle of the answer', async () => {
    server.handle = () => {};
    expect(await half(server.origin, 50).ask(post)).toMatchObject({
      kind: 'unreachable',
      mayHaveArrived: true,
    });
    expect(logged).toMatchObject([{ why: 'TimeoutError' }]);
    server.handle = (response) => void response.writeHead(200).write('half of it');
    expect(await half(server.origin, 50).ask(post)).toMatchObject({ kind: 'unreachable' });
    expect(server.lines).toHaveLength(2);
  });

  it('[TW11] [TW12] a repeatable request goes again at once where the connection closed under it', async () => {
    closeUnderTheSecond();
    const asked = half();
    await asked.ask(get);
    expect(await asked.ask({ ...post, isRepeatable: true })).toMatchObject({ status: 200 });
    expect(server.lines).toEqual(['GET /x', 'POST /x', 'POST /x']);
    expect(logged).toEqual([]);
  });

  it('[TW11] once, and another is not repeated at all', async () => {
    server.handle = (_response, _asked, request) => void request.socket.destroy();
    expect(await half().ask({ ...post, isRepeatable: true })).toMatchObject({
      kind: 'unreachable',
      mayHaveArrived: true,
    });
    expect(server.lines).toHaveLength(2);
    closeUnderTheSecond();
    const asked = half();
    await asked.ask(get);
    expect(await asked.ask(post)).toMatchObject({ kind: 'unreachable', mayHaveArrived: true });
    expect(server.lines).toHaveLength(4);
  });

  it('[TW11] is left alone for a while, then tried again', async () => {
    server.handle = answer(503);
    const asked = half();
    const first = await asked.ask(get);
    if (first.kind !== 'unreachable') throw new Error('it answered');
    expect(first.retryAfterMs).toBeGreaterThanOrEqual(125);
    expect(first.retryAfterMs).toBeLessThanOrEqual(250);
    nowMs = first.retryAfterMs - 1;
    expect(await asked.ask(get)).toEqual({
      kind: 'unreachable',
      retryAfterMs: 1,
      mayHaveArrived: false,
    });
    expect(server.lines).toHaveLength(1);
    nowMs += 1;
    server.handle = answer(200);
    expect(await asked.ask(get)).toMatchObject({ kind: 'answered' });
  });

  it('[TW11] for 5 s at the most', async () => {
    server.handle = answer(503);
    const asked = half();
    let longestMs = 0;
    for (let tries = 0; tries < 12; tries += 1) {
      const given = await asked.ask(get);
      if (given.kind !== 'unreachable') throw new Error('it answered');
      longestMs = Math.max(longestMs, given.retryAfterMs);
      nowMs += given.retryAfterMs;
    }
    expect(server.lines).toHaveLength(12);
    expect(longestMs).toBeGreaterThan(2_499);
    expect(longestMs).toBeLessThanOrEqual(5_000);
  });

  it('[TW11] the log says once that it is down, and once that it is back', async () => {
    server.handle = answer(503);
    const asked = half();
    for (const [status, times] of [
      [503, 3],
      [200, 2],
    ] as const) {
      server.handle = answer(status);
      for (let tries = 0; tries < times; tries += 1) {
        nowMs += 10_000;
        await asked.ask(get);
      }
    }
    expect(logged.map(({ event }) => event)).toEqual(['half.unreachable', 'half.reachable']);
    expect(logged[0]?.origin).toBe(server.origin);
  });

  it('close ends what is under way, and says nothing of it', async () => {
    server.handle = () => {};
    const asked = half();
    const given = asked.ask(get);
    while (server.asked.length === 0) await settle();
    asked.close();
    asked.close();
    expect(await given).toMatchObject({ kind: 'unreachable' });
    expect(logged).toEqual([]);
  });
});
