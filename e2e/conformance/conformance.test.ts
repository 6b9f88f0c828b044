import { allChecks, type Family, families, runChecks, targetAt } from '@apprtc/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { type FaultName, faults } from './faults.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { conformance } from './kit.ts';

/** Each of these says a thousand messages, which is slow through a proxy, and none tells more about a fault. */
const talkative = new Set(['LM3', 'SD5', 'CP3', 'MS8']);
const quickChecks = allChecks.filter(({ id, isSlow }) => !isSlow && !talkative.has(id));
const runMs = 90_000;

/** The ids of the rules that are broken there, and the families whose lives break. */
async function brokenAt(url: string) {
  const results = await runChecks(quickChecks, targetAt(url, { timeoutMs: 4000 }), {
    isStrict: true,
    atOnce: 12,
    onResult: () => {},
  });
  const broken = results.flatMap(({ check, outcome }) =>
    outcome.kind === 'failed' ? [check] : [],
  );
  const isLife = (id: string) => id.startsWith('CL');
  const ids = broken.flatMap(({ id }) => (isLife(id) ? [] : [id]));
  const lives = broken.flatMap((check) => (isLife(check.id) ? check.families : []));
  return { rules: [...new Set(ids)].sort(), lives: [...new Set(lives)].sort() };
}

describe('the product over HTTPS', () => {
  const product = useProduct({ flags: ['--tls', 'self-signed'] });

  test(
    '--insecure takes its certificate, and every rule holds',
    async () => {
      const url = `https://127.0.0.1:${product.port}`;
      const { code, out, err } = await conformance(url, '--strict', '--quick', '--insecure');
      expect(out.split('\n').filter((line) => /^[✗–]/.test(line))).toEqual([]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const refused = await conformance(url);
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('self-signed')]);
    },
    runMs,
  );
});

describe('the command line', () => {
  test('a server that does not answer: exit code 2', async () => {
    const { code, err } = await conformance('http://127.0.0.1:9');
    expect(code).toBe(2);
    expect(err).toMatch(/^apprtc conformance: http:\/\/127\.0\.0\.1:9 does not answer: .*\n$/);
  });

  test.each([
    [[], 'give one address'],
    [['ftp://x'], 'an address must be'],
    [['http://x', '--only', 'ZZ9'], 'no rule or family zz9'],
    [['http://x', '--timeout', 'soon'], '--timeout must be'],
    [['http://x', '--no-such'], "Unknown option '--no-such'"],
  ])('%j: exit code 2', async (args, problem) => {
    const { code, err } = await conformance(...args);
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });

  test('--help', async () => {
    const { code, out } = await conformance('--help');
    expect(code).toBe(0);
    expect(out).toContain('apprtc conformance <url>');
  });
});

const all = families;
const small: readonly Family[] = ['esp32', 'kvs'];
const iceAskers: readonly Family[] = ['web', 'android', 'ios', 'esp32', 'kvs', 'flutter'];

/** Each fault with exactly the rules and lives that it breaks. */
const reds: readonly (readonly [FaultName, rules: string, lives: readonly Family[]])[] = [
  ['messages left out of a join when there are none', 'JN1 JN2 PR2', all],
  ['an upgrade without Origin is refused', 'WS1', ['esp32', 'kvs', 'windows', 'flutter', 'cpp']],
  ['an upgrade with a foreign Origin is refused', 'WS1', ['android']],
  ['Upgrade matches in lower case only', 'WS2', ['android']],
  ['a heartbeat is relayed', 'HB1', []],
  ['a join is answered in chunks', 'HT1', small],
  ['a join is compressed', 'HT1', []],
  ['is_initiator is a boolean', 'PR3', all],
  ['iceServers is empty', 'IC5 IC6', iceAskers],
  ['urls is a string', 'IC4', iceAskers],
  ['a bad key for ICE servers is refused', 'IC11', []],
  ['a register is acknowledged', 'RG1', all],
  ['a key is added inside relayed candidates', 'IM2 IM3 IM8', all],
  ['a key type stands beside msg', 'FR9', all],
  ['form bodies are decoded', 'HT4', ['ios', 'windows']],
  ['500 without a User-Agent', 'HT7', ['windows', 'cpp']],
  ['//join is redirected', 'HT3', []],
  ['an unknown room is told as an unknown client', 'MS4', []],
  ['a leave is answered 404', 'HT2 LV1', []],
  [
    'connections are closed with 1012',
    'DL2 FR4 LB10 LB7 LM2 RG2 RG3 RG4 RG5 RG6 SD2 SD3 ST23 ST27 ST30 WS7',
    [],
  ],
  ['early messages are lost', 'IM8 JN3 MS2 MS7 ST14 ST15', all],
  ['early messages come in reverse', 'IM8 JN3 ST14', all],
  ['candidates come twice', 'IM2 IM3 IM8', all],
  ['a full room is not told', 'JN2 LB1 LB6 ST10 ST28', []],
  ['CORS is missing', 'CS1 IC3', []],
  ['JSON is text/html', 'HT8', []],
  ['a greeting comes before the register', 'RG1 WS5', all],
  ['an extension is answered that nobody offered', 'WS4', []],
  ['the head of the upgrade is long', 'WS3', small],
  ['room_id is in lower case', 'ID6', []],
  ['wss_post_url ends in a slash', 'PR11', []],
  ['a DELETE is answered 204', 'DL1 HT2', []],
  ['lost connections keep their seats', 'LB6 SD6 ST11 ST12 ST19 ST21 ST30 ST31 ST8 ST9', all],
];

describe('a server that does one thing wrong', () => {
  const product = useProduct();
  let proxy: FaultyProxy;
  beforeAll(async () => {
    proxy = await FaultyProxy.listen(product.port);
  });
  afterAll(() => proxy.close());

  test(
    'none: the proxy itself breaks nothing',
    async () => {
      proxy.fault = {};
      expect(await brokenAt(proxy.origin)).toEqual({ rules: [], lives: [] });
    },
    runMs,
  );

  test.each(reds)(
    '%s: red are %s',
    async (name, rules, lives) => {
      proxy.fault = faults[name];
      const expected = { rules: rules.split(' ').sort(), lives: [...lives].sort() };
      expect(await brokenAt(proxy.origin)).toEqual(expected);
    },
    runMs,
  );

  test('every fault has its row', () => {
    expect(reds.map(([name]) => name).sort()).toEqual(Object.keys(faults).sort());
  });

  test('a failure shows the request, the reply, the expected and the seen', async () => {
    proxy.fault = faults['an unknown room is told as an unknown client'];
    const { code, out } = await conformance(proxy.origin, '--only', 'MS4');
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ \[MS4\] nobody is seated: UNKNOWN_ROOM$/m);
    expect(out).toMatch(/^ {4}request {3}POST \/message\/\w+\/nobody HTTP\/1\.1$/m);
    expect(out).toMatch(/^ {4}reply {5}HTTP 200 \{"result":"UNKNOWN_CLIENT"\}$/m);
    expect(out).toMatch(/^ {4}expected {2}result "UNKNOWN_ROOM"$/m);
    expect(out).toMatch(/^ {4}seen {6}"UNKNOWN_CLIENT"$/m);
    expect(out).toMatch(/^✗ Web .* broken: \[MS4\]$/m);
  });

  test('an extra that is absent fails only with --strict', async () => {
    proxy.fault = faults['JSON is text/html'];
    const { code, out } = await conformance(proxy.origin, '--only', 'HT8');
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      '– [HT8] JSON is application/json; charset=utf-8 (extra, absent here)',
    ]);
    expect((await conformance(proxy.origin, '--only', 'HT8', '--strict')).code).toBe(1);
  });
});

describe('a Collider that admits strangers', () => {
  const product = useProduct({ env: { APPRTC_OPEN_COLLIDER: 'true' } });

  test(
    '--open-collider: red are RG3 and what rests on it',
    async () => {
      expect(await brokenAt(product.baseUrl)).toEqual({ rules: ['RG3'], lives: [] });
    },
    runMs,
  );
});
