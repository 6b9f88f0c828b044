import { describe, expect, test } from 'vitest';
import { Caller, newRoom, pair } from './client.ts';
import { Connection } from './connection.ts';
import { ask, jsonOf } from './http.ts';
import { useProduct } from './product.ts';

const product = useProduct();

describe('POST /:room/:client', () => {
  test('[CP1] 200 OK, and the message goes the way of a send', async () => {
    const [first, second] = await pair(product);
    const reply = await first.colliderPost('{"type":"candidate","candidate":"c"}');
    expect([reply.status, reply.text]).toEqual([200, 'OK\n']);
    expect(await second.messages()).toEqual(['{"type":"candidate","candidate":"c"}']);
    expect((await second.colliderPost('back')).text).toBe('OK\n');
    expect(await first.messages()).toEqual(['back']);
  });

  test('[CP1] it serves a client whose own connection is down', async () => {
    const [first, second] = await pair(product);
    await first.connection.drop();
    expect((await first.colliderPost('x')).status).toBe(200);
    expect(await second.messages()).toEqual(['x']);
  });

  test('[DL1] [LV1] a client id of any length is unknown, not an error', async () => {
    const path = `${newRoom()}/${'c'.repeat(5000)}`;
    expect((await ask(product, 'DELETE', `/${path}`)).text).toBe('OK\n');
    expect((await ask(product, 'POST', `/leave/${path}`)).status).toBe(200);
  });

  test('[CP2] an empty body: 500', async () => {
    const [first, second] = await pair(product);
    const reply = await first.colliderPost('');
    expect([reply.status, reply.text]).toEqual([500, 'Empty request body\n']);
    expect(await second.messages()).toEqual([]);
  });

  test('[CP3] [SD5] the queue is full: 500', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.say(...Array.from({ length: 1024 }, (_, index) => String(index)));
    const reply = await first.colliderPost('one too many');
    expect([reply.status, reply.text]).toEqual([
      500,
      'Failed to send the message: Too many messages queued for the client\n',
    ]);
  });

  test('[CP4] a client without a seat: 500, and nothing is relayed', async () => {
    const [first, second] = await pair(product);
    for (const path of [`/${first.roomId}/nobody`, `/${newRoom()}/nobody`]) {
      const reply = await ask(product, 'POST', path, { body: 'x' });
      expect([reply.status, reply.text]).toEqual([
        500,
        'Failed to send the message: Unknown client\n',
      ]);
    }
    expect(await first.messages()).toEqual([]);
    expect(await second.messages()).toEqual([]);
  });

  test('[CP5] bytes that are not UTF-8: 500', async () => {
    const [first, second] = await pair(product);
    const reply = await first.colliderPost(Uint8Array.from([0x61, 0xff]));
    expect([reply.status, reply.text]).toEqual([500, 'Failed to send the message: Not UTF-8\n']);
    expect(await second.messages()).toEqual([]);
  });
});

describe('DELETE /:room/:client', () => {
  test('[DL1] 200 OK, known or not', async () => {
    const caller = await Caller.enter(product, newRoom());
    for (const path of [
      `/${caller.roomId}/nobody`,
      `/${newRoom()}/nobody`,
      `/${caller.roomId}/${caller.clientId}`,
      `/${caller.roomId}/${caller.clientId}`,
    ]) {
      const reply = await ask(product, 'DELETE', path);
      expect([reply.status, reply.text], path).toEqual([200, 'OK\n']);
    }
  });

  test('[DL2] it closes that connection with 1000', async () => {
    const [first] = await pair(product);
    await first.delete();
    expect(await first.connection.closed()).toEqual({ code: 1000, frames: [] });
  });

  test('[DL3] the peer is told nothing', async () => {
    const [first, second] = await pair(product);
    await first.delete();
    await first.connection.closed();
    expect(await second.connection.received()).toEqual([]);
  });
});

describe('GET /status', () => {
  test('[SU1] five numbers', async () => {
    const reply = await ask(product, 'GET', '/status');
    const status = jsonOf(reply);
    expect(reply.status).toBe(200);
    for (const key of ['upsec', 'openws', 'totalws', 'wserrors', 'httperrors']) {
      expect(typeof status[key], key).toBe('number');
    }
  });

  test('[SU1] they count', async () => {
    const before = jsonOf(await ask(product, 'GET', '/status'));
    const caller = await Caller.enter(product, newRoom());
    const wrong = await Connection.open(product);
    wrong.send('not JSON');
    await wrong.closed();
    await caller.colliderPost('');
    const after = jsonOf(await ask(product, 'GET', '/status'));
    const grown = (key: string) => Number(after[key]) - Number(before[key]);
    expect(grown('upsec')).toBeGreaterThanOrEqual(0);
    expect(grown('totalws')).toBeGreaterThanOrEqual(1);
    expect(grown('wserrors')).toBeGreaterThanOrEqual(1);
    expect(grown('httperrors')).toBeGreaterThanOrEqual(1);
    expect(Number(after['openws'])).toBeGreaterThanOrEqual(1);
  });
});

describe('CORS', () => {
  const origin = { Origin: 'https://appr.tc' };

  test('[CS1] POST and DELETE allow every origin', async () => {
    const [first] = await pair(product);
    const path = `/${first.roomId}/${first.clientId}`;
    const posted = await ask(product, 'POST', path, { body: 'x', headers: origin });
    const empty = await ask(product, 'POST', path, { headers: origin });
    const deleted = await ask(product, 'DELETE', path, { headers: origin });
    for (const reply of [posted, empty, deleted]) {
      expect(reply.headers['access-control-allow-origin']).toBe('*');
    }
  });

  test('[CS1] OPTIONS is answered 2xx and names methods and header', async () => {
    const [first, second] = await pair(product);
    for (const method of ['POST', 'DELETE']) {
      const reply = await ask(product, 'OPTIONS', `/${first.roomId}/${first.clientId}`, {
        headers: {
          ...origin,
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'content-type',
        },
      });
      expect(Math.floor(reply.status / 100)).toBe(2);
      expect(reply.headers['access-control-allow-origin']).toBe('*');
      expect(String(reply.headers['access-control-allow-methods'])).toMatch(/POST.*DELETE/);
      expect(String(reply.headers['access-control-allow-headers']).toLowerCase()).toContain(
        'content-type',
      );
    }
    await first.say('still seated');
    expect(await second.messages()).toEqual(['still seated']);
  });
});
