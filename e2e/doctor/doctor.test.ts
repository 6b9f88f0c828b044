import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PassingReply, PassingRequest } from '../conformance/faulty-proxy.ts';
import { turnCredential } from './coturn.ts';
import { type Deployment, deploy, type Plan, runDoctor } from './deployment.ts';
import { cutQuietOnes, redirectTo, silentUdp } from './strange-servers.ts';

interface Report {
  readonly url: string;
  readonly ok: boolean;
  readonly tookMs: number;
  readonly findings: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly tried: string;
    readonly seen: string;
    readonly advice?: string;
  }[];
}

async function deployed(plan: Plan): Promise<Deployment> {
  const deployment = await deploy(plan);
  onTestFinished(() => deployment.close());
  return deployment;
}

async function examined(plan: Plan) {
  const deployment = await deployed(plan);
  const { code, out, err } = await deployment.doctor('--json');
  expect(err).toBe('');
  const report = JSON.parse(out) as Report;
  const checksWith = (verdict: string) => [
    ...new Set(report.findings.filter((one) => one.verdict === verdict).map(({ check }) => check)),
  ];
  return {
    deployment,
    code,
    out,
    report,
    problems: checksWith('problem'),
    warnings: checksWith('warning'),
    unjudged: checksWith('unjudged'),
    seenIn: (check: string) =>
      report.findings
        .filter((one) => one.check === check && one.verdict !== 'fine')
        .map(({ seen }) => seen)
        .join('\n'),
  };
}

const https: Plan = { https: {}, turnCertificate: {} };

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
    expect(report.tookMs).toBeLessThan(15_000);
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

  test('it leaves its seats: who comes next is the first', async () => {
    const rooms: string[] = [];
    const request = (passing: PassingRequest) => {
      const room = /^\/join\/([\w-]+)/.exec(passing.path)?.[1];
      if (room !== undefined) rooms.push(room);
      return passing;
    };
    const deployment = await deployed({ fault: { request } });
    expect((await deployment.doctor()).code).toBe(0);
    expect([rooms.length, new Set(rooms).size]).toEqual([2, 1]);
    const reply = await fetch(`${deployment.url}/join/${rooms[0]}`, { method: 'POST' });
    expect(await reply.json()).toMatchObject({
      result: 'SUCCESS',
      params: { is_initiator: 'true', messages: [] },
    });
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
    const { code, problems, seenIn, report } = await examined({
      ice: (right) =>
        JSON.stringify({
          ...right,
          iceServers: [{ ...right.iceServers[0], urls: [`stun:${host}:${port}`] }],
        }),
    });
    expect({ code, problems }).toEqual({ code: 1, problems: ['stun-answer'] });
    expect(seenIn('stun-answer')).toBe('no answer within 2500 ms');
    expect(report.tookMs).toBeLessThan(15_000);
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
    const { code, out } = await deployment.doctor('--timeout', '2000');
    expect(code).toBe(1);
    expect(out).toMatch(/^✓ \[websocket\]/m);
    expect(out).toMatch(/^✗ \[deadline\] looking at everything within 2 s: not done/m);
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

function isJoin({ path }: PassingRequest): boolean {
  return path.startsWith('/join/');
}

/** Changes replies that hold addresses. */
function renamed(from: RegExp, to: string) {
  return (reply: PassingReply, { path }: PassingRequest) =>
    /^\/(join|params)/.test(path)
      ? { ...reply, body: String(reply.body).replaceAll(from, to) }
      : reply;
}

function withDate(offMs: number) {
  return (reply: PassingReply) => {
    const date = new Date(Date.now() + offMs).toUTCString();
    return { ...reply, headers: { ...reply.headers, date } };
  };
}

const someServer = {
  answer: () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<h1>It works!</h1>',
  }),
};

type Row = readonly [name: string, plan: Plan, red: readonly string[], words: RegExp];

/** Each broken deployment with exactly what is red there, and what the line says. */
const broken: readonly Row[] = [
  ['the relay has another secret', { turn: { secret: 'another' } }, ['relay-allocation'], /401/],
  ['the relay does not run', { isTurnDown: true }, ['stun-answer'], /nothing listens/],
  [
    'the relay takes anybody',
    { turn: { isOpen: true } },
    ['relay-allocation', 'relay-forged', 'relay-altered'],
    /without any credential/,
  ],
  [
    'the relay has no deny list',
    { turn: { denyList: 'none' } },
    ['relay-deny-list', 'relay-deny-list-ipv6'],
    /127\.0\.0\.1, .*10\.0\.0\.1/,
  ],
  [
    'the deny list of the relay knows no IPv6',
    { turn: { denyList: 'ipv4' } },
    ['relay-deny-list-ipv6'],
    /::ffff:127\.0\.0\.1/,
  ],
  [
    'two callers of the relay can’t meet',
    { turn: { refusesItself: true } },
    ['relay-call'],
    /refuses its own address/,
  ],
  [
    'turn: over TCP is closed while UDP works',
    { turn: { isWithoutTcp: true } },
    ['stun-answer'],
    /nothing listens/,
  ],
  [
    'turns: has a certificate for another name',
    { ...https, turnCertificate: { names: ['turn.example'] } },
    ['relay-certificate'],
    /for turn\.example, not for/,
  ],
  [
    'turns: has an expired certificate',
    { ...https, turnCertificate: { daysLeft: -5 } },
    ['relay-certificate'],
    /expired 4 days ago/,
  ],
  [
    'the proxy knows no upgrade',
    { fault: { refuseUpgrade: () => 426 } },
    ['websocket'],
    /HTTP 426/,
  ],
  [
    'http params behind https',
    { ...https, isProxyUntrusted: true },
    ['addresses'],
    /wss_url is ws:.*a page over HTTPS may not use it/,
  ],
  [
    'the params name another host',
    { fault: { reply: renamed(/127\.0\.0\.1:\d+/g, 'inner.example:8080') } },
    ['addresses'],
    /room_link is http:\/\/inner\.example:8080/,
  ],
  [
    'the certificate has expired',
    { ...https, https: { daysLeft: -5 } },
    ['certificate'],
    /expired/,
  ],
  [
    'the certificate is for another name',
    { ...https, https: { names: ['other.example'] } },
    ['certificate'],
    /other\.example, not for 127/,
  ],
  [
    'nobody vouches for the certificate',
    { ...https, https: { isUntrusted: true } },
    ['certificate'],
    /nobody that is trusted here/,
  ],
  [
    'the clock is an hour off',
    { fault: { reply: withDate(-3_600_000) } },
    ['clock'],
    /60 min slow/,
  ],
  [
    'iceconfig is empty',
    { ice: (right) => JSON.stringify({ ...right, iceServers: [] }) },
    ['ice-config'],
    /no server in it/,
  ],
  ['iceconfig is not JSON', { ice: () => '<html>' }, ['ice-config'], /not-json/],
  [
    'urls is a text',
    {
      ice: (right, { host }) =>
        JSON.stringify({
          ...right,
          iceServers: [{ ...right.iceServers[0], urls: `stun:${host}` }],
        }),
    },
    ['ice-config'],
    /not a list of texts/,
  ],
  [
    'iceconfig hands out a credential that has expired',
    {
      ice: (right) => {
        const iceServers = right.iceServers.map((one) => ({ ...one, ...turnCredential(-60) }));
        return JSON.stringify({ ...right, iceServers });
      },
    },
    ['ice-credential'],
    /ended/,
  ],
  [
    'a join is answered in chunks',
    {
      fault: {
        reply: (reply, request) => (isJoin(request) ? { ...reply, isChunked: true } : reply),
      },
    },
    ['plain-replies'],
    /\/join has no Content-Length/,
  ],
  [
    'a join is compressed',
    {
      fault: {
        reply: (reply, request) =>
          isJoin(request)
            ? {
                ...reply,
                headers: { ...reply.headers, 'content-encoding': 'gzip' },
                body: gzipSync(reply.body),
              }
            : reply,
      },
    },
    ['plain-replies'],
    /\/join is compressed \(gzip\)/,
  ],
  [
    'frames are lost on the way',
    { fault: { toClient: () => [] } },
    ['message-websocket'],
    /no word of it came/,
  ],
  ['it is no AppRTC server at all', { fault: someServer }, ['apprtc'], /that is not AppRTC/],
];

describe('a deployment with one thing broken', () => {
  const rows = broken.map(([name, plan, red, words]) => ({ name, plan, red, words }));

  test.each(rows)('$name: red are $red', async ({ plan, red, words }) => {
    const { code, problems, seenIn, deployment, out } = await examined(plan);
    expect({ code, problems: [...problems].sort() }).toEqual({
      code: 1,
      problems: [...red].sort(),
    });
    expect(seenIn(red[0] ?? '')).toMatch(words);
    for (const secret of deployment.secrets) expect(out).not.toContain(secret);
  });
});
