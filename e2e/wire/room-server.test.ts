import { describe, expect, test } from 'vitest';
import { Caller, join, newRoom, pair } from './client.ts';
import { ask, jsonOf, postMessage } from './http.ts';
import { roomServerOf, useProduct } from './product.ts';

const product = useProduct();

describe('POST /join/:room', () => {
  test('[JN1] the first client is the initiator and gets no messages', async () => {
    const { reply, result, params } = await join(product, newRoom());
    expect(reply.status).toBe(200);
    expect(result).toBe('SUCCESS');
    expect(params).toMatchObject({ is_initiator: 'true', messages: [] });
    expect(Object.keys(jsonOf(reply)).sort()).toEqual(['params', 'result']);
  });

  test('[JN2] the third client is told FULL', async () => {
    const [first] = await pair(product);
    const { reply } = await join(product, first.roomId);
    expect(reply.status).toBe(200);
    expect(jsonOf(reply)).toEqual({ result: 'FULL', params: { messages: [] } });
  });

  test('[JN2] the third client is told FULL while nobody has registered yet', async () => {
    const roomId = newRoom();
    await Caller.join(product, roomId);
    await Caller.join(product, roomId);
    expect((await join(product, roomId)).result).toBe('FULL');
  });

  test('[JN1] [JN2] of ten that join at once two get in, one of them as initiator', async () => {
    const roomId = newRoom();
    const answers = await Promise.all(Array.from({ length: 10 }, () => join(product, roomId)));
    const seated = answers.filter((answer) => answer.result === 'SUCCESS');
    const roles = seated.map((answer) => answer.params['is_initiator']);
    expect(roles.sort()).toEqual(['false', 'true']);
  });

  test('[JN3] the second client gets what the first one said, oldest first', async () => {
    const first = await Caller.enter(product, newRoom());
    const said = ['{"type":"offer","sdp":"v=0"}', '{"type":"candidate","candidate":"c"}', 'x'];
    for (const message of said) expect(await first.post(message)).toBe('SUCCESS');
    const second = await Caller.join(product, first.roomId);
    expect(second.isInitiator).toBe('false');
    expect(second.joinMessages).toEqual(said);
  });

  test('[JN4] every join issues a new client id', async () => {
    const roomId = newRoom();
    const first = await Caller.join(product, roomId);
    const second = await Caller.join(product, roomId);
    const elsewhere = await Caller.join(product, newRoom());
    expect(new Set([first.clientId, second.clientId, elsewhere.clientId]).size).toBe(3);
  });

  test('[JN1] any query is taken', async () => {
    const query = '?a=%00&b=%zz&debug=&__proto__=x&video=%22&&=&constructor[x]=1';
    expect((await join(product, newRoom(), query)).result).toBe('SUCCESS');
  });

  test('[ID5] issued client ids are 22 base64url characters', async () => {
    const caller = await Caller.join(product, newRoom());
    expect(caller.clientId).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test('[ID7] the longest address of a 10-character room fits 127 characters', async () => {
    const caller = await Caller.join(product, newRoom());
    const base = 'b'.repeat(85);
    expect(caller.roomId).toHaveLength(10);
    const address = `${base}/message/${caller.roomId}/${caller.clientId}`;
    expect(address.length).toBeLessThanOrEqual(127);
  });

  test('[ID6] room_id comes back verbatim, and case makes another room', async () => {
    const lower = newRoom();
    const mixed = `${lower}-X_y`;
    const first = await Caller.join(product, mixed);
    expect(first.params['room_id']).toBe(mixed);
    const other = await Caller.join(product, mixed.toLowerCase());
    expect(other.isInitiator).toBe('true');
    expect(other.params['room_id']).toBe(mixed.toLowerCase());
  });

  test.each([
    'a.b',
    'a%20b',
    '%C3%A4bcde',
    'a~b',
    'room%0a',
    '%2e%2e',
    'a%2Fb',
    'a%00',
    '%zz',
    '%C3',
    '%',
  ])('[ID1] %s is no room name: 404', async (name) => {
    expect((await ask(product, 'POST', `/join/${name}`)).status).toBe(404);
  });

  test('[ID1] no room name at all: 404', async () => {
    expect((await ask(product, 'POST', '/join/')).status).toBe(404);
  });

  test('[ID2] 128 characters are a room, 129 are not', async () => {
    const name = newRoom().padEnd(128, 'x');
    expect((await ask(product, 'POST', `/join/${name}`)).status).toBe(200);
    for (const more of ['x', 'x'.repeat(5000)]) {
      expect((await ask(product, 'POST', `/join/${name}${more}`)).status).toBe(404);
    }
  });

  const reserved =
    'join leave message bye params v1alpha a r ws status healthz readyz metrics docs api js css images assets';
  test.each(reserved.split(' '))('[ID3] %s is reserved: 404', async (name) => {
    expect((await ask(product, 'POST', `/join/${name}`)).status).toBe(404);
    expect((await ask(product, 'GET', `/r/${name}`)).status).toBe(404);
  });
});

describe('POST /leave/:room/:client', () => {
  test('[LV1] a known client: 200 with an empty body', async () => {
    const caller = await Caller.join(product, newRoom());
    const reply = await caller.leave();
    expect([reply.status, reply.body.length]).toEqual([200, 0]);
  });

  test('[LV1] unknown client and unknown room: 200 with an empty body', async () => {
    const caller = await Caller.join(product, newRoom());
    for (const path of [`/leave/${caller.roomId}/nobody`, `/leave/${newRoom()}/nobody`]) {
      const reply = await ask(product, 'POST', path);
      expect([reply.status, reply.body.length]).toEqual([200, 0]);
    }
    expect((await Caller.join(product, caller.roomId)).isInitiator).toBe('false');
  });

  test('[LV2] the one who stays becomes initiator', async () => {
    const [first, second] = await pair(product);
    await first.sayBye();
    await first.leave();
    expect(await second.post('{"type":"offer","sdp":"v=0"}')).toBe('SUCCESS');
    const newcomer = await Caller.join(product, first.roomId);
    expect(newcomer.isInitiator).toBe('false');
    expect(newcomer.joinMessages).toEqual(['{"type":"offer","sdp":"v=0"}']);
  });
});

describe('POST /bye/:room/:client', () => {
  test('[BY1] known or not: 200 with an empty body', async () => {
    const caller = await Caller.join(product, newRoom());
    for (const clientId of [caller.clientId, caller.clientId, 'nobody']) {
      const reply = await ask(product, 'POST', `/bye/${caller.roomId}/${clientId}`);
      expect([reply.status, reply.body.length]).toEqual([200, 0]);
    }
  });

  test('[BY1] it does what /leave does', async () => {
    const [first, second] = await pair(product);
    await first.byeByCollider();
    expect(await postMessage(product, first.roomId, first.clientId, 'x')).toBe('UNKNOWN_CLIENT');
    const newcomer = await Caller.join(product, second.roomId);
    expect(newcomer.isInitiator).toBe('false');
  });
});

describe('the rest', () => {
  test('[AN1] [AN2] [AN3] call events are taken and counted by type, all else is refused', async () => {
    const tell = async (body: string) => {
      const reply = await ask(product, 'POST', '/a/', { body });
      return [reply.status, jsonOf(reply)['result']];
    };
    const event = { event_type: 17, event_time_ms: 1, room_id: 'x' };
    const told = JSON.stringify({ type: 'event', request_time_ms: 2, event });
    expect(await tell(told)).toEqual([200, 'SUCCESS']);
    expect(await tell(told)).toEqual([200, 'SUCCESS']);
    expect(await tell(JSON.stringify({ type: 'event', event }))).toEqual([200, 'INVALID_REQUEST']);
    expect(await tell('not JSON')).toEqual([200, 'INVALID_REQUEST']);
    const status = jsonOf(await ask(roomServerOf(product), 'GET', '/status'));
    expect(status['callevents']).toEqual({ 17: 2 });
  });

  test('[HM5] GET, HEAD and OPTIONS on the routes of a room change nothing', async () => {
    const first = await Caller.enter(product, newRoom());
    const room = first.roomId;
    const paths = ['join', 'leave', 'message', 'bye'].flatMap((route) =>
      route === 'join' ? [`/join/${room}`] : [`/${route}/${room}/${first.clientId}`],
    );
    for (const path of [...paths, `/r/${room}`, `/${room}/${first.clientId}`]) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) await ask(product, method, path);
    }
    const second = await Caller.join(product, room);
    expect([second.isInitiator, second.joinMessages]).toEqual(['false', []]);
    expect((await join(product, room)).result).toBe('FULL');
  });
});
