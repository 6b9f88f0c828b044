import { describe, expect, test } from 'vitest';
import { join, newRoom, type Params } from './client.ts';
import { ask, jsonOf } from './http.ts';
import { type Address, useProduct } from './product.ts';

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const chromeOnAndroid =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0';
const optionalHd = { mandatory: {}, optional: [{ minWidth: '1280' }, { minHeight: '720' }] };
const mandatoryHd = { mandatory: { minWidth: '1280', minHeight: '720' }, optional: [] };

const arrays = ['error_messages', 'warning_messages'];
const jsonTexts = [
  'is_loopback',
  'pc_config',
  'pc_constraints',
  'offer_options',
  'media_constraints',
  'bypass_join_confirmation',
  'version_info',
];
const texts = [
  'header_message',
  'ice_server_url',
  'ice_server_transports',
  'include_loopback_js',
  'wss_url',
  'wss_post_url',
];
const numbers = ['session_protocol'];
const general = [...arrays, ...jsonTexts, ...texts, ...numbers];

const product = useProduct();

async function paramsOf(query: string, agent?: string): Promise<Params> {
  const headers = agent === undefined ? {} : { 'User-Agent': agent };
  return (await join(product, newRoom(), query, headers)).params;
}

function decoded(params: Params, key: string): unknown {
  return JSON.parse(String(params[key]));
}

describe('which params there are', () => {
  test('[PR1] GET /params has the room-independent ones, all of them', async () => {
    const reply = await ask(product, 'GET', '/params');
    expect(reply.status).toBe(200);
    expect(Object.keys(jsonOf(reply)).sort()).toEqual([...general].sort());
  });

  test('[PR2] a join adds those of the seat', async () => {
    const seat = ['room_id', 'room_link', 'client_id', 'is_initiator', 'messages'];
    expect(Object.keys(await paramsOf('')).sort()).toEqual([...general, ...seat].sort());
  });

  test('[PR3] starred values are JSON in strings, two are arrays, one is a number, the rest strings', async () => {
    const params = await paramsOf('');
    for (const key of arrays) expect(params[key], key).toEqual([]);
    for (const key of texts) expect(typeof params[key], key).toBe('string');
    for (const key of numbers) expect(params[key], key).toBe(2);
    for (const key of [...jsonTexts, 'is_initiator']) {
      expect(typeof params[key], key).toBe('string');
      expect(() => decoded(params, key), key).not.toThrow();
    }
    expect(params['is_initiator']).toBe('true');
    expect(params['is_loopback']).toBe('false');
    expect(params['bypass_join_confirmation']).toBe('false');
    expect(params['messages']).toEqual([]);
  });
});

describe('connections and media', () => {
  test('[PR4] pc_config is the text of the original, iceServers empty', async () => {
    expect((await paramsOf(''))['pc_config']).toBe(
      '{"iceServers": [], "bundlePolicy": "max-bundle", "rtcpMuxPolicy": "require"}',
    );
  });

  test('[PR4] it= adds iceTransports', async () => {
    expect(decoded(await paramsOf('?it=relay'), 'pc_config')).toEqual({
      iceServers: [],
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      iceTransports: 'relay',
    });
  });

  test('[PR5] pc_constraints are empty, or what dtls, dscp and ipv6 say', async () => {
    expect((await paramsOf(''))['pc_constraints']).toBe('{"optional": []}');
    const params = await paramsOf('?dtls=false&dscp=true&ipv6=FALSE');
    expect(decoded(params, 'pc_constraints')).toEqual({
      optional: [{ DtlsSrtpKeyAgreement: false }, { googDscp: true }, { googIPv6: false }],
    });
    expect(decoded(await paramsOf('?dtls=maybe'), 'pc_constraints')).toEqual({ optional: [] });
  });

  test.each([
    ['a desktop Chrome', chrome, optionalHd],
    ['Chrome on Android', chromeOnAndroid, true],
    ['Firefox', firefox, true],
    ['no agent', undefined, true],
  ])('[PR6] media_constraints for %s', async (_name, agent, video) => {
    expect(decoded(await paramsOf('', agent), 'media_constraints')).toEqual({ audio: true, video });
  });

  test('[PR6] hd or video in the query ends the default of a desktop Chrome', async () => {
    for (const query of ['?hd=false', '?video=true']) {
      const media = decoded(await paramsOf(query, chrome), 'media_constraints');
      expect(media, query).toEqual({ audio: true, video: true });
    }
  });

  test('[PR7] audio and video are true, false or lists', async () => {
    const media = async (query: string) => decoded(await paramsOf(query), 'media_constraints');
    expect(await media('?audio=false&video=true')).toEqual({ audio: false, video: true });
    expect(await media('?video=false')).toEqual({ audio: true, video: false });
    expect(
      await media('?audio=googEchoCancellation=false&video=minWidth=640,optional:minHeight=480'),
    ).toEqual({
      audio: { mandatory: {}, optional: [{ googEchoCancellation: 'false' }] },
      video: { mandatory: { minWidth: '640' }, optional: [{ minHeight: '480' }] },
    });
    expect(await media('?video=mandatory:googNoiseReduction=true')).toEqual({
      audio: true,
      video: { mandatory: { googNoiseReduction: 'true' }, optional: [] },
    });
  });

  test('[PR8] hd=true is mandatory and wins over video with a warning', async () => {
    const plain = await paramsOf('?hd=true');
    expect(decoded(plain, 'media_constraints')).toEqual({ audio: true, video: mandatoryHd });
    expect(plain['warning_messages']).toEqual([]);
    const both = await paramsOf('?hd=true&video=false');
    expect(decoded(both, 'media_constraints')).toEqual({ audio: true, video: mandatoryHd });
    expect(both['warning_messages']).toHaveLength(1);
  });

  test('[PR9] firefox_fake_device asks for a fake, minre and maxre leave a warning', async () => {
    const params = await paramsOf('?firefox_fake_device=1');
    expect(decoded(params, 'media_constraints')).toEqual({ audio: true, video: true, fake: true });
    for (const query of ['?minre=480', '?maxre=720']) {
      expect((await paramsOf(query))['warning_messages'], query).toHaveLength(1);
    }
  });
});

describe('addresses', () => {
  test("[PR10] room_link is origin, /r/ROOM and the join's query", async () => {
    const room = newRoom();
    const { params } = await join(product, room, '?hd=true&asbr=64&x=');
    expect(params['room_link']).toBe(`${product.baseUrl}/r/${room}?hd=true&asbr=64&x=`);
    const other = newRoom();
    const plain = await join(product, other);
    expect(plain.params['room_link']).toBe(`${product.baseUrl}/r/${other}`);
  });

  test('[PR10] a query with markup or a foreign host stays in the query', async () => {
    const room = newRoom();
    const { params } = await join(product, room, '?x=%22%3E%3Cscript%3E&y=//evil.test/');
    const link = new URL(String(params['room_link']));
    expect([link.origin, link.pathname]).toEqual([product.baseUrl, `/r/${room}`]);
    expect(link.href).not.toContain('<');
    expect(link.searchParams.get('x')).toBe('"><script>');
  });

  test('[PR11] wss_url ends in /ws, wss_post_url has no path', async () => {
    const params = await paramsOf('');
    expect(params['wss_url']).toBe(`ws://127.0.0.1:${product.colliderPort}/ws`);
    expect(params['wss_post_url']).toBe(`http://127.0.0.1:${product.colliderPort}`);
  });

  test('[PR12] wshpp and wstls leave a warning, the addresses stay our own', async () => {
    const params = await paramsOf('?wshpp=collider.test:8089&wstls=false');
    expect(params['wss_url']).toBe(`ws://127.0.0.1:${product.colliderPort}/ws`);
    expect(params['wss_post_url']).toBe(`http://127.0.0.1:${product.colliderPort}`);
    expect(params['warning_messages']).toEqual([
      'The "wshpp" parameter is not used: this server names its own.',
      'The "wstls" parameter is not used: this server names its own.',
    ]);
  });

  test('[PR13] ice_server_url is ours with our key, ts leaves a warning, tt is passed on', async () => {
    const own = await paramsOf('');
    const params = await paramsOf('?ts=https://ice.test&apikey=KEY&tt=tcp');
    for (const { ice_server_url: url, room_id: room } of [own, params]) {
      const [at, key] = String(url).split('?key=');
      expect(at).toBe(`${product.baseUrl}/v1alpha/iceconfig`);
      expect(key).toMatch(new RegExp(`^s\\.[\\w-]{32}\\.${room}$`));
    }
    expect(params['ice_server_transports']).toBe('tcp');
    expect(params['warning_messages']).toEqual([
      'The "ts" parameter is not used: this server names its own.',
    ]);
  });

  test('[PR13] GET /params has ice_server_url before any join', async () => {
    const params = jsonOf(await ask(product, 'GET', '/params'));
    const url = new URL(String(params['ice_server_url']));
    const reply = await ask(product, 'POST', `${url.pathname}${url.search}`);
    expect([url.origin, reply.status]).toEqual([product.baseUrl, 200]);
  });
});

describe('with a public URL', () => {
  const published = useProduct({ flags: ['--public-url', 'https://call.example.org:443'] });

  test('[PR14] [PR16] the addresses of the room server are its', async () => {
    const room = newRoom();
    const { params } = await join(published, room, '?x=1');
    expect(params['room_link']).toBe(`https://call.example.org/r/${room}?x=1`);
    expect(String(params['ice_server_url'])).toMatch(
      /^https:\/\/call\.example\.org\/v1alpha\/iceconfig\?key=/,
    );
  });
});

describe('where the operator lets links name other servers', () => {
  const open = useProduct({ env: { APPRTC_ALLOW_SIGNALING_OVERRIDE: 'true' } });
  const asked = '?wshpp=collider.test:8089&wstls=false&ts=https://ice.test&apikey=KEY';

  test('[PR19] they are in params and at a join, with warnings', async () => {
    const joined = (await join(open, newRoom(), asked)).params;
    for (const params of [jsonOf(await ask(open, 'GET', `/params${asked}`)), joined]) {
      expect(params).toMatchObject({
        wss_url: 'ws://collider.test:8089/ws',
        wss_post_url: 'http://collider.test:8089',
        ice_server_url: 'https://ice.test/v1alpha/iceconfig?key=KEY',
      });
      expect(params['warning_messages']).toEqual([
        expect.stringMatching(/"wshpp".*another server: collider\.test:8089/),
        expect.stringMatching(/"ts".*another server: ice\.test/),
      ]);
    }
    // [V1] Of a foreign Collider nothing is known.
    const own = Object.keys(await paramsOf('')).filter((key) => !numbers.includes(key));
    expect(Object.keys(joined).sort()).toEqual(own.sort());
  });

  test('[PR19] the page of that address may connect there, no other page may', async () => {
    const sources = async (at: Address, path: string) => {
      const { headers } = await ask(at, 'GET', path);
      return /connect-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]?.trim();
    };
    // [TW14] Where the Collider has an origin of its own, every page may connect there.
    const apart = (at: Address) =>
      at.port === at.colliderPort
        ? ''
        : ` ws://127.0.0.1:${at.colliderPort} http://127.0.0.1:${at.colliderPort}`;
    const foreign = 'ws://collider.test:8089 http://collider.test:8089 https://ice.test';
    expect(await sources(open, `/r/${newRoom()}${asked}`)).toBe(`'self'${apart(open)} ${foreign}`);
    expect(await sources(open, `/${asked}`)).toBe(`'self'${apart(open)} ${foreign}`);
    const own = `'self'${apart(open)}`;
    expect(await sources(open, `/r/${newRoom()}`)).toBe(own);
    expect(await sources(open, "/?wshpp=x;script-src%20'unsafe-inline'")).toBe(own);
    expect(await sources(product, `/r/${newRoom()}${asked}`)).toBe(`'self'${apart(product)}`);
  });

  test('[PR19] what names no server leaves a warning, and our own address', async () => {
    const params = jsonOf(await ask(open, 'GET', '/params?wshpp=a/b&ts=ftp://ice.test'));
    expect(params).toMatchObject({ wss_url: `ws://127.0.0.1:${open.colliderPort}/ws` });
    expect(String(params['ice_server_url'])).toMatch(
      new RegExp(`^${open.baseUrl}/v1alpha/iceconfig\\?key=a\\.`),
    );
    expect(params['warning_messages']).toHaveLength(2);
  });
});
