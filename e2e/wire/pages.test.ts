import { describe, expect, test } from 'vitest';
import { Caller, newRoom, pair } from './client.ts';
import { ask } from './http.ts';
import { useProduct } from './product.ts';

const product = useProduct();

/** A page with its room's name taken out, and what differs from load to load (nonces). */
async function page(roomId: string): Promise<string> {
  const { text } = await ask(product, 'GET', `/r/${roomId}`);
  return text.replaceAll(roomId, 'ROOM').replace(/nonce="[^"]*"/g, '');
}

describe('pages', () => {
  test('[HM1] GET / is the page', async () => {
    const reply = await ask(product, 'GET', '/');
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^text\/html/);
    expect(reply.text).toMatch(/<!doctype html>/i);
  });

  test('[HM1] any query is taken', async () => {
    const query = '?asbr=64&vsc=VP8&debug=loopback&x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E';
    for (const path of ['/', `/r/${newRoom()}`]) {
      const reply = await ask(product, 'GET', `${path}${query}`);
      expect(reply.status).toBe(200);
      expect(reply.text).not.toContain('<script>alert(1)');
    }
  });

  test('[HM3] GET /r/:room is the page', async () => {
    const reply = await ask(product, 'GET', `/r/${newRoom()}`);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^text\/html/);
  });

  test('[HM3] where a join would be FULL it is the full-room page, with 200', async () => {
    const usual = await page(newRoom());
    const [first] = await pair(product);
    const reply = await ask(product, 'GET', `/r/${first.roomId}`);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^text\/html/);
    expect(await page(first.roomId)).not.toBe(usual);
    await first.leave();
    expect(await page(first.roomId)).toBe(usual);
  });

  test('[HM3] [HM5] a closed connection makes room for a join, so the page is the usual one', async () => {
    const usual = await page(newRoom());
    const [first, second] = await pair(product);
    await first.connection.drop();
    expect(await page(first.roomId)).toBe(usual);
    expect(await first.isSeated()).toBe(true);
    await first.register();
    await first.say('not evicted by a look');
    expect(await second.messages()).toEqual(['not evicted by a look']);
  });

  test('[HM4] HEAD is GET without a body', async () => {
    const [first] = await pair(product);
    for (const path of ['/', `/r/${newRoom()}`, `/r/${first.roomId}`, '/params']) {
      const [head, get] = [await ask(product, 'HEAD', path), await ask(product, 'GET', path)];
      expect([head.status, head.body.length], path).toEqual([200, 0]);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
    }
  });

  test('[HM5] looking at the page of a room changes nothing', async () => {
    const roomId = newRoom();
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await ask(product, method, `/r/${roomId}`);
    expect((await Caller.join(product, roomId)).isInitiator).toBe('true');
  });

  test.each(['a.b', 'a%20b', '%3Cscript%3E', 'x'.repeat(129), 'leave', '%00', '%zz'])(
    '[HM6] /r/%s is 404',
    async (name) => {
      expect((await ask(product, 'GET', `/r/${name}`)).status).toBe(404);
    },
  );
});

describe('around the pages', () => {
  test.each(
    (
      't it tt ts apikey audio video hd firefox_fake_device minre maxre dtls dscp ipv6 debug wshpp wstls ' +
      'asbr asc arbr arc opusmaxpbr opusfec opusdtx stereo vsbr vsibr vsc vrbr vrc videofec'
    ).split(' '),
  )('[HM8] /params.html has a link that tries %s', async (key) => {
    const reply = await ask(product, 'GET', '/params.html');
    expect([reply.status, reply.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(reply.text).toMatch(new RegExp(`href="/\\?(?:[^"]*&amp;)?${key}=`));
    expect(reply.text).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|style=/);
  });

  test('[HM7] every page carries security headers', async () => {
    const [first] = await pair(product);
    for (const path of ['/', '/params.html', `/r/${newRoom()}`, `/r/${first.roomId}`]) {
      const { headers } = await ask(product, 'GET', path);
      const policy = String(headers['content-security-policy']);
      const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '*';
      expect(scripts, path).not.toMatch(/unsafe-inline|\*/);
      const permissions = String(headers['permissions-policy']);
      expect(permissions, path).toMatch(/camera=\(self\)/);
      expect(permissions, path).toMatch(/microphone=\(self\)/);
    }
  });

  test('[HE1] /healthz answers 200', async () => {
    expect((await ask(product, 'GET', '/healthz')).status).toBe(200);
  });
});
