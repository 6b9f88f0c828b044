import { describe, expect, test } from 'vitest';
import { Caller, newRoom, pair } from './client.ts';
import { ask, jsonOf, postMessage } from './http.ts';
import { useProduct } from './product.ts';

const product = useProduct();
const heartbeat = '{"error":""}';

describe('POST /message/:room/:client', () => {
  test('[MS1] the reply is 200 with a result', async () => {
    const caller = await Caller.join(product, newRoom());
    const path = `/message/${caller.roomId}/${caller.clientId}`;
    const reply = await ask(product, 'POST', path, { body: 'x' });
    expect([reply.status, jsonOf(reply)]).toEqual([200, { result: 'SUCCESS' }]);
    const other = await ask(product, 'POST', `/message/${caller.roomId}/nobody`, { body: 'x' });
    expect([other.status, jsonOf(other)]).toEqual([200, { result: 'UNKNOWN_CLIENT' }]);
  });

  test('[MS2] alone, before and after its register: stored', async () => {
    const first = await Caller.join(product, newRoom());
    expect(await first.post('1')).toBe('SUCCESS');
    await first.register();
    expect(await first.post('2')).toBe('SUCCESS');
    expect(await first.messages()).toEqual([]);
    expect((await Caller.join(product, first.roomId)).joinMessages).toEqual(['1', '2']);
  });

  test('[MS3] two in the room: relayed in both roles', async () => {
    const [first, second] = await pair(product);
    expect(await first.post('to the second')).toBe('SUCCESS');
    expect(await second.post('to the first')).toBe('SUCCESS');
    expect(await second.messages()).toEqual(['to the second']);
    expect(await first.messages()).toEqual(['to the first']);
  });

  test('[MS4] nobody is seated: UNKNOWN_ROOM', async () => {
    expect(await postMessage(product, newRoom(), 'nobody', 'x')).toBe('UNKNOWN_ROOM');
    const gone = await Caller.join(product, newRoom());
    await gone.leave();
    expect(await gone.post('x')).toBe('UNKNOWN_ROOM');
  });

  test('[MS5] somebody else is seated: UNKNOWN_CLIENT', async () => {
    const [first, second] = await pair(product);
    expect(await postMessage(product, first.roomId, 'nobody', 'x')).toBe('UNKNOWN_CLIENT');
    expect(await first.messages()).toEqual([]);
    expect(await second.messages()).toEqual([]);
  });

  test('[MS6] an empty message: ERROR', async () => {
    const [first, second] = await pair(product);
    expect(await first.post('')).toBe('ERROR');
    expect(await second.messages()).toEqual([]);
    const alone = await Caller.join(product, newRoom());
    expect(await alone.post('')).toBe('ERROR');
    expect((await Caller.join(product, alone.roomId)).joinMessages).toEqual([]);
  });

  test.each([
    ['a lone continuation byte', [0x61, 0x80]],
    ['Latin-1', [0x67, 0x72, 0xfc, 0xdf, 0x65]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a sequence that is cut off', [0x61, 0xf0, 0x9f, 0x98]],
  ])('[MS7] bytes that are not UTF-8 (%s): ERROR', async (_name, bytes) => {
    const alone = await Caller.join(product, newRoom());
    expect(await alone.post(Uint8Array.from(bytes))).toBe('ERROR');
    const second = await Caller.enter(product, alone.roomId);
    expect(second.joinMessages).toEqual([]);
    expect(await alone.post(Uint8Array.from(bytes))).toBe('ERROR');
    expect(await second.messages()).toEqual([]);
  });

  test('[MS7] UTF-8 beyond ASCII is stored and relayed', async () => {
    const alone = await Caller.join(product, newRoom());
    expect(await alone.post('grüße 😀 \u2028')).toBe('SUCCESS');
    const second = await Caller.enter(product, alone.roomId);
    expect(second.joinMessages).toEqual(['grüße 😀 \u2028']);
    expect(await alone.post('日本語')).toBe('SUCCESS');
    expect(await second.messages()).toEqual(['日本語']);
  });

  test('[MS8] the queue is full: ERROR', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.say(...Array.from({ length: 1024 }, (_, index) => String(index)));
    expect(await first.post('one too many')).toBe('ERROR');
  });

  test('[HB1] the heartbeat is neither stored nor relayed', async () => {
    const first = await Caller.enter(product, newRoom());
    await first.say(heartbeat);
    await first.post(heartbeat);
    await first.colliderPost(heartbeat);
    const second = await Caller.enter(product, first.roomId);
    expect(second.joinMessages).toEqual([]);
    await first.say(heartbeat);
    await first.post(heartbeat);
    await first.colliderPost(heartbeat);
    expect(await second.messages()).toEqual([]);
    expect(await first.messages()).toEqual([]);
  });
});

const texts = [
  '{ "type" : "offer",\r\n\t"sdp":"v=0\\r\\n" }\n',
  '{"b":1,"a":2,"a":3}',
  '\ufeff{"type":"candidate"}',
  'not JSON at all',
  ' ',
  '\u0000\u0001',
  '{"type":"\\u006fffer","x":1e400}',
  '"\\ud800"',
  '<script>&amp;</script>',
  '😀\u2028\u2029',
  '{"__proto__":{"type":"bye"}}',
];

describe('messages stay what they are', () => {
  test('[IM8] byte for byte in a join, after POST /message', async () => {
    const first = await Caller.join(product, newRoom());
    for (const text of texts) expect(await first.post(text)).toBe('SUCCESS');
    expect((await Caller.join(product, first.roomId)).joinMessages).toEqual(texts);
  });

  test('[IM8] byte for byte over the socket, by each of three paths', async () => {
    const [first, second] = await pair(product);
    await first.say(...texts);
    expect(await second.messages()).toEqual(texts);
    for (const text of texts) await first.post(text);
    expect(await second.messages()).toEqual(texts);
    for (const text of texts) await first.colliderPost(text);
    expect(await second.messages()).toEqual(texts);
  });

  test('[IM7] a message of a type that nobody knows is relayed', async () => {
    const [first, second] = await pair(product);
    await first.say('{"type":"hold","until":1}', '{}', '[]');
    expect(await second.messages()).toEqual(['{"type":"hold","until":1}', '{}', '[]']);
  });
});
