import { describe, expect, test } from 'vitest';
import { bye, Caller, join, newRoom, pair } from './client.ts';
import { refusal } from './connection.ts';
import { eventually } from './http.ts';
import { useProduct } from './product.ts';

const product = useProduct();

describe('a late register', () => {
  test('[ST28] [ST31] it takes a free seat, and nobody is told a bye', async () => {
    const [first, second] = await pair(product);
    await second.leave();
    await second.connection.drop();
    await second.register();
    expect(await second.messages()).toEqual([]);
    await second.say('here again');
    expect(await first.messages()).toEqual(['here again']);
    expect((await join(product, first.roomId)).result).toBe('FULL');
  });

  test('[ST28] also in a room that is empty', async () => {
    const caller = await Caller.enter(product, newRoom());
    await caller.leave();
    await caller.connection.drop();
    await caller.register();
    expect(await caller.messages()).toEqual([]);
    expect((await Caller.join(product, caller.roomId)).isInitiator).toBe('false');
  });

  test('[ST30] [ST33] while the room is full it is refused and evicts nobody', async () => {
    const [first, second] = await pair(product);
    await second.connection.drop();
    const newcomer = await Caller.enter(product, first.roomId);
    await expect(second.register()).rejects.toThrow('Closed with 1000');
    expect(await second.connection.closed()).toEqual(refusal('roomFull'));
    expect(await first.messages()).toEqual([bye]);
    await newcomer.say('undisturbed');
    expect(await first.messages()).toEqual(['undisturbed']);
  });

  test('[ST30] it does not evict one whose connection has closed', async () => {
    const [first, second] = await pair(product);
    await second.connection.drop();
    const newcomer = await Caller.enter(product, first.roomId);
    await newcomer.connection.drop();
    await expect(second.register()).rejects.toThrow('Closed with 1000');
    expect(await second.connection.closed()).toEqual(refusal('roomFull'));
    await newcomer.register();
    expect(await newcomer.messages()).toEqual([]);
  });

  test('[ST31] the other is told the bye that it misses from a third', async () => {
    const [first, second] = await pair(product);
    await second.connection.drop();
    const third = await Caller.enter(product, first.roomId);
    expect(await first.messages()).toEqual([bye]);
    await third.leave();
    await second.register();
    expect(await first.messages()).toEqual([bye]);
    expect(await second.messages()).toEqual([]);
  });

  test('[ST29] it gets what waits in the room, as a newcomer would', async () => {
    const [first, second] = await pair(product);
    await second.sayBye();
    await first.post('{"type":"offer","sdp":"v=0"}');
    await first.say('a candidate');
    await second.connection.drop();
    await second.register();
    expect(await second.messages()).toEqual(['{"type":"offer","sdp":"v=0"}', 'a candidate']);
    expect(await first.messages()).toEqual([bye]);
  });

  test('[ST29] also if it left without a bye, and then the other is told none', async () => {
    const [first, second] = await pair(product);
    await second.leave();
    await first.say('1');
    await second.connection.drop();
    await second.register();
    expect(await second.messages()).toEqual(['1']);
    expect(await first.messages()).toEqual([]);
  });
});

describe('mail for a seat that expired', () => {
  const hasty = useProduct({ env: { APPRTC_GRACE_MS: '300' } });

  test('[ST18] [ST28] [ST29] what waited for an expired seat waits on for the same id', async () => {
    const [first, second] = await pair(hasty);
    await second.connection.drop();
    await first.say('1');
    await eventually(() => second.isSeated(), false);
    await second.register();
    expect(await second.messages()).toEqual(['1']);
    expect(await first.messages()).toEqual([]);
  });

  test('[ST18] it is gone once a newcomer has come', async () => {
    const [first, second] = await pair(hasty);
    await second.connection.drop();
    await first.say('1');
    await eventually(() => second.isSeated(), false);
    const newcomer = await Caller.enter(hasty, first.roomId);
    expect(newcomer.joinMessages).toEqual([]);
    expect(await newcomer.messages()).toEqual([]);
    await newcomer.sayBye();
    await second.register();
    expect(await second.messages()).toEqual([]);
    expect(await first.messages()).toEqual([bye, bye]);
  });

  test('[ST18] it is gone once a bye has come', async () => {
    const [first, second] = await pair(hasty);
    await second.connection.drop();
    await first.say('1');
    await eventually(() => second.isSeated(), false);
    await first.sayBye();
    await second.register();
    expect(await second.messages()).not.toContain('1');
  });

  test('[ST18] [ST29] what was said after the expiry comes behind it', async () => {
    const [first, second] = await pair(hasty);
    await second.connection.drop();
    await first.say('1');
    await eventually(() => second.isSeated(), false);
    await first.say('2');
    await second.register();
    expect(await second.messages()).toEqual(['1', '2']);
  });

  test('[ST16] [ST18] what was meant for a newcomer goes with its sender, the rest waits on', async () => {
    const [first, second] = await pair(hasty);
    await second.connection.drop();
    await first.say('1');
    await eventually(() => second.isSeated(), false);
    await first.say('2');
    await first.leave();
    await second.register();
    expect(await second.messages()).toEqual(['1']);
  });
});
