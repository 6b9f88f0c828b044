import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { PassingReply, PassingRequest } from '../conformance/faulty-proxy.ts';
import { turnCredential } from './coturn.ts';
import type { Plan } from './deployment.ts';
import { examined, https } from './examined.ts';

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
