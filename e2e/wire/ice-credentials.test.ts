import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { ask, eventually } from './http.ts';
import { askIce, generalParams, hasRelay, serversOf } from './ice-request.ts';
import { type RunningProduct, startProduct, useProduct } from './product.ts';

const secret = 'the-secret-of-turn';
const turnUrls =
  'turn:t.test:3478?transport=udp,turn:t.test:3478?transport=tcp,turns:t.test:443?transport=tcp';
const turn = { flags: ['--turn-urls', turnUrls], env: { APPRTC_TURN_SECRET: secret } };
const stunOnly = {
  urls: ['stun:t.test:3478'],
  username: expect.stringMatching(/^\d{10}:apprtc$/),
  credential: 'none',
};

function digestOf(clientId: string): string {
  return createHash('sha256').update(clientId).digest('base64url').slice(0, 10);
}

/** The seconds that the first server's credential has left. */
function secondsLeft(username: string | undefined): number {
  return Number.parseInt(username ?? '', 10) - Date.now() / 1000;
}

describe('TURN servers with a shared secret', () => {
  let product: RunningProduct;
  beforeAll(async () => {
    product = await startProduct({
      ...turn,
      env: { ...turn.env, APPRTC_LOG_LEVEL: 'trace', APPRTC_GRACE_MS: '300' },
    });
  });
  afterAll(() => product.stop());

  test('[IC12] [IC5] a join has a credential for ten minutes, with the digest of its client', async () => {
    const caller = await Caller.join(product, newRoom());
    const [first, second] = serversOf(await askIce(product, caller.params));
    expect(first?.urls).toEqual(turnUrls.split(','));
    const [expiry, owner] = first?.username?.split(':') ?? [];
    expect(Math.abs(secondsLeft(expiry) - 600)).toBeLessThan(5);
    expect(owner).toBe(digestOf(caller.clientId));
    const password = createHmac('sha1', secret).update(`${expiry}:${owner}`).digest('base64');
    expect(first?.credential).toBe(password);
    expect(second).toEqual({ urls: ['stun:t.test:3478'] });
  });

  test('[IC9] a key is good while its seat is held, connected or not, and no longer', async () => {
    const caller = await Caller.enter(product, newRoom());
    expect(hasRelay(await askIce(product, caller.params))).toBe(true);
    await caller.connection.close();
    await eventually(async () => hasRelay(await askIce(product, caller.params)), false);
    expect(serversOf(await askIce(product, caller.params))).toEqual([stunOnly]);
    await caller.register();
    expect(hasRelay(await askIce(product, caller.params))).toBe(true);
    await caller.leave();
    expect(serversOf(await askIce(product, caller.params))).toEqual([stunOnly]);
  });

  test('[IC9] a key names one client: the seat of the other is none of its own', async () => {
    const room = newRoom();
    const [one, other] = [await Caller.join(product, room), await Caller.join(product, room)];
    await one.leave();
    expect(hasRelay(await askIce(product, one.params))).toBe(false);
    expect(hasRelay(await askIce(product, other.params))).toBe(true);
    expect(String(other.params['ice_server_url'])).not.toContain(other.clientId);
  });

  test('[IC10] /params has a key for the address that asked; its credential is shorter', async () => {
    const reply = await askIce(product, await generalParams(product));
    const [first] = serversOf(reply);
    expect(first?.username).toMatch(/^\d{10}:ip-[\w-]{10}$/);
    expect(Math.abs(secondsLeft(first?.username) - 120)).toBeLessThan(5);
    expect(reply.text).toContain('"lifetimeDuration":"120s"');
  });

  test.each(['', '?key=', '?key=any', '?key=a.x&key=s.x', `?key=s.${'A'.repeat(32)}.room`])(
    '[IC11] [IC8] without a good key (%s) it is STUN only, in the same shape',
    async (query) => {
      for (const method of ['GET', 'POST']) {
        const reply = await ask(product, method, `/v1alpha/iceconfig${query}`);
        expect(reply.status).toBe(200);
        expect(serversOf(reply)).toEqual([stunOnly]);
      }
    },
  );

  test('[IC8] a key that is changed is no good key', async () => {
    const { params } = await Caller.join(product, newRoom());
    const url = String(params['ice_server_url']);
    for (const changed of [url.slice(0, -1), `${url}x`, url.replace('key=s.', 'key=s.A')]) {
      expect(serversOf(await askIce(product, { ice_server_url: changed }))).toEqual([stunOnly]);
    }
  });

  test('[IC12] neither replies nor logs hold the secret, or a credential', async () => {
    const caller = await Caller.join(product, newRoom());
    const [first] = serversOf(await askIce(product, caller.params));
    const { text } = await ask(product, 'GET', '/status');
    const said = [text, JSON.stringify(caller.params), ...product.said].join('\n');
    expect(said).toContain('"event":"ice.given"');
    expect(said).toContain(digestOf(caller.clientId));
    for (const word of [secret, String(first?.credential)]) expect(said).not.toContain(word);
    const key = new URL(String(caller.params['ice_server_url'])).searchParams.get('key');
    expect(product.said.join('\n')).not.toContain(key);
  });
});

describe('how many credentials', () => {
  const bounded = useProduct({
    ...turn,
    flags: [
      ...turn.flags,
      ...['--trust-proxy', 'true', '--max-requests-per-second', '1', '--max-requests-burst', '6'],
      ...['--max-ice-credentials-per-client', '2', '--max-ice-credentials-per-address', '5'],
    ],
  });
  const from = (address: string) => ({ 'X-Forwarded-For': address });

  test('[IC13] a client has so many, wherever it asks from', async () => {
    const { params } = await Caller.join(bounded, newRoom());
    const relays: boolean[] = [];
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      relays.push(hasRelay(await askIce(bounded, params, from(address))));
    }
    expect(relays).toEqual([true, true, false]);
  });

  test('[IC13] [LM12] an address has so many, and is never refused', async () => {
    const headers = from('198.51.100.1');
    const params = await generalParams(bounded, headers);
    const relays: boolean[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      relays.push(hasRelay(await askIce(bounded, params, headers)));
    }
    expect(relays.filter((relay) => relay)).toHaveLength(5);
    expect(relays.slice(0, 5)).not.toContain(false);
    expect((await ask(bounded, 'GET', '/params', { headers })).status).toBe(429);
  });

  test("[IC10] an address's key is of no use elsewhere", async () => {
    const params = await generalParams(bounded, from('198.51.100.2'));
    expect(hasRelay(await askIce(bounded, params, from('198.51.100.3')))).toBe(false);
    expect(hasRelay(await askIce(bounded, params, from('198.51.100.2')))).toBe(true);
  });
});

describe('with --open-ice', () => {
  const open = useProduct({ ...turn, flags: [...turn.flags, '--open-ice'] });

  test('[IC16] anyone has a credential for the whole time', async () => {
    const [first] = serversOf(await ask(open, 'POST', '/v1alpha/iceconfig'));
    expect(first?.username).toMatch(/^\d{10}:ip-/);
    expect(Math.abs(secondsLeft(first?.username) - 600)).toBeLessThan(5);
  });
});

describe('a fixed list', () => {
  const relay = { urls: ['turns:t.test:443?transport=tcp'], username: 'bob', credential: 'hush' };
  const APPRTC_ICE_SERVERS = JSON.stringify([{ urls: 'stun:s.test' }, relay]);
  const listed = useProduct({ env: { APPRTC_ICE_SERVERS } });

  test('[IC14] [IC5] is given as it is, a relay first; without a key its STUN', async () => {
    const { params } = await Caller.join(listed, newRoom());
    expect(serversOf(await askIce(listed, params))).toEqual([relay, { urls: ['stun:s.test'] }]);
    const [first, ...rest] = serversOf(await ask(listed, 'POST', '/v1alpha/iceconfig'));
    expect(first).toEqual({ ...stunOnly, urls: ['stun:s.test'] });
    expect(rest).toEqual([]);
  });

  test('[IC14] comes from a file as well; a file that is no list stops the start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'apprtc-ice-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'servers.json');
    await writeFile(path, APPRTC_ICE_SERVERS);
    const product = await startProduct({ flags: ['--ice-servers-file', path] });
    onTestFinished(() => product.stop());
    const { params } = await Caller.join(product, newRoom());
    expect(serversOf(await askIce(product, params))[0]).toEqual(relay);
    await writeFile(path, '[{"urls":"stun:s.test","credential":"hush"}]');
    const failing = startProduct({ flags: ['--ice-servers-file', path] });
    await expect(failing).rejects.toThrow(/servers\.json has a mistake in entry 1: "username"/);
  });
});

test('[IC14] two sources at once stop the start, in one clear line', async () => {
  const failing = startProduct({ ...turn, flags: [...turn.flags, '--ice-servers-file', '/none'] });
  await expect(failing).rejects.toThrow(
    'apprtc: --ice-servers-file and --turn-urls exclude each other: ICE servers have one source',
  );
});
