import { describe, expect, test } from 'vitest';
import type { PassingReply, PassingRequest } from '../conformance/faulty-proxy.ts';
import { type Plan, runDoctor } from './deployment.ts';
import { deployed, examined, https, type Report } from './examined.ts';
import { cutQuietOnes, redirectTo, silentUdp, slowDown } from './strange-servers.ts';

interface Joined {
  readonly params?: { readonly room_id: string; readonly client_id: string };
}

describe('a good deployment', () => {
  test('over HTTP on this machine, with a relay over UDP and TCP: nothing is wrong', async () => {
    const { code, problems, warnings, unjudged, report } = await examined({});
    expect({ code, problems, warnings, unjudged }).toEqual({
      code: 0,
      problems: [],
      warnings: [],
      unjudged: [],
    });
    expect(report.ok).toBe(true);
    const calls = report.findings.filter(({ check }) => check === 'relay-call');
    expect(calls.map(({ tried }) => tried)).toEqual([
      expect.stringMatching(/transport=udp alone$/),
      expect.stringMatching(/transport=tcp alone$/),
    ]);
  });

  test('over HTTPS behind a proxy, with turns: too; no secret is told', async () => {
    const { deployment, code, problems, warnings, unjudged, out, report } = await examined(https);
    expect({ code, problems, warnings, unjudged }).toEqual({
      code: 0,
      problems: [],
      warnings: [],
      unjudged: [],
    });
    expect(report.findings.filter(({ check }) => check === 'relay-call')).toHaveLength(3);
    for (const secret of deployment.secrets) expect(out).not.toContain(secret);
    expect(out).not.toMatch(/key=|\d{10}:/);
  });

  test('a person reads a line each, and at the end what it comes to', async () => {
    const deployment = await deployed({});
    const { code, out } = await deployment.doctor();
    expect(code).toBe(0);
    const [title, empty, ...lines] = out.trimEnd().split('\n');
    expect([title, empty]).toEqual([`apprtc doctor ${deployment.url}`, '']);
    expect(lines.slice(0, -2).filter((line) => !/^✓ \[[\w-]+\] .+: .+/.test(line))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^\d+ fine, 0 wrong, 0 warnings, 0 not judged \(\d+\.\d s\)$/);
    for (const secret of deployment.secrets) expect(out).not.toContain(secret);
  });

  test('it gives its allocations back: a relay that lets a user have eight serves it twice', async () => {
    const deployment = await deployed({ turn: { userQuota: 8 } });
    for (const run of [1, 2]) {
      const { code } = await deployment.doctor('--json');
      expect([run, code]).toEqual([run, 0]);
    }
  });

  test('it leaves its seats: each that was taken is given back', async () => {
    const taken: string[] = [];
    const left: string[] = [];
    const reply = (passing: PassingReply, { path }: PassingRequest) => {
      const body = JSON.parse(path.startsWith('/join/') ? String(passing.body) : '{}') as Joined;
      if (body.params) taken.push(`${body.params.room_id}/${body.params.client_id}`);
      if (path.startsWith('/leave/') && passing.status === 200) left.push(path.slice(7));
      return passing;
    };
    const deployment = await deployed({ fault: { reply } });
    expect((await deployment.doctor()).code).toBe(0);
    expect(taken).toHaveLength(2);
    expect(left.sort()).toEqual(taken.sort());
  });
});

describe('a deployment without a relay', () => {
  const plan: Plan = {
    ice: (right, { host, port }) =>
      JSON.stringify({
        ...right,
        iceServers: [{ ...right.iceServers[0], urls: [`stun:${host}:${port}`] }],
      }),
  };

  test('is warned in words; that fails with --strict only', async () => {
    const { deployment, code, problems, warnings, seenIn } = await examined(plan);
    expect({ code, problems, warnings }).toEqual({
      code: 0,
      problems: [],
      warnings: ['relay-configured'],
    });
    expect(seenIn('relay-configured')).toMatch(/about one call in five/);
    expect((await deployment.doctor('--strict', '--json')).code).toBe(1);
  });
});

describe('what stands in front', () => {
  test('a plain address that redirects is followed to the secure one', async () => {
    const deployment = await deployed(https);
    const { url } = await redirectTo(deployment.url);
    const { code, out } = await deployment.doctorAt(url, '--json');
    const report = JSON.parse(out) as Report;
    expect(code).toBe(0);
    const checks = report.findings.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(['plain-http', 'certificate', 'relay-call']));
  });

  test('a proxy that cuts quiet connections is red at idle-socket', async () => {
    const deployment = await deployed({});
    const { url } = await cutQuietOnes(deployment.url, 800);
    const { code, out } = await deployment.doctorAt(url, '--json');
    const report = JSON.parse(out) as Report;
    const red = report.findings.filter(({ verdict }) => verdict === 'problem');
    expect([code, red.map(({ check }) => check)]).toEqual([1, ['idle-socket']]);
    expect(red[0]?.seen).toMatch(/closed \(1006\) after [01]\.\d s/);
  });
});

describe('who does not answer', () => {
  test('a STUN server that is silent is red at stun-answer, after a wait that ends', async () => {
    const { host, port } = await silentUdp();
    const { code, problems, seenIn } = await examined({
      ice: (right) =>
        JSON.stringify({
          ...right,
          iceServers: [{ ...right.iceServers[0], urls: [`stun:${host}:${port}`] }],
        }),
    });
    expect({ code, problems }).toEqual({ code: 1, problems: ['stun-answer'] });
    expect(seenIn('stun-answer')).toBe('no answer within 6000 ms');
  });

  test('time ends, and what was seen by then is told', async () => {
    const { host, port } = await silentUdp();
    const deployment = await deployed({
      ice: (right) =>
        JSON.stringify({
          ...right,
          iceServers: [{ ...right.iceServers[0], urls: [`stun:${host}:${port}`] }],
        }),
    });
    // A fifth of the time for each answer: none takes too long, and all together do.
    const { url } = await slowDown(deployment.url, 1700);
    const { code, out } = await deployment.doctorAt(url, '--timeout', '10000');
    expect(code).toBe(1);
    expect(out).toMatch(/^✓ \[apprtc\]/m);
    expect(out).toMatch(/^✗ \[deadline\] looking at everything within 10 s: not done/m);
  });

  test.each([
    [
      'http://127.0.0.1:9',
      /^✗ \[reach\] a connection to http:\/\/127\.0\.0\.1:9: nothing listens/m,
    ],
    ['http://no-such-name.invalid', /^✗ \[reach\] .*DNS/m],
  ])('%s: one line, red', async (url, words) => {
    const { code, out } = await runDoctor([url]);
    expect(code).toBe(1);
    expect(out).toMatch(words);
    expect(out).toContain('0 fine, 1 wrong');
  });
});

describe('the command line', () => {
  test.each([
    [['ftp://x'], 'an address must be'],
    [['http://x', '--no-such'], "Unknown option '--no-such'"],
  ])('%j: exit code 2', async (args, problem) => {
    const { code, out, err } = await runDoctor(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(problem);
  });

  test('--help', async () => {
    const { code, out } = await runDoctor(['--help']);
    expect([code, out.split('\n')[0]]).toEqual([0, 'Usage: apprtc doctor [url] [options]']);
  });
});
