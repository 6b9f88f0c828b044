import { describe, expect, it } from 'vitest';
import { newRoom } from '../wire/client.ts';
import { useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const chromium = useChromium();

/**
 * Camera and microphone come exactly while the seat is being asked for: they are given only once `/join` is under
 * way, and `/join` goes on only once the page has them.
 */
function giveDevicesDuringTheJoin(): void {
  let join = (): void => {};
  let give = (): void => {};
  const joining = new Promise<void>((resolve) => {
    join = resolve;
  });
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    await joining;
    const stream = await open(constraints);
    // A task of its own: by then the page has taken the stream.
    setTimeout(give, 0);
    return stream;
  };
  const ask = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    if (String(input).includes('/join/')) {
      join();
      await given;
    }
    return ask(input, init);
  };
}

describe('devices that come while the seat is being asked for', () => {
  it('are sent: the other one sees and hears', async () => {
    const room = newRoom();
    const [early, late] = [
      await Person.arrive(chromium.browser),
      await Person.arrive(chromium.browser),
    ];
    await late.context.addInitScript(giveDevicesDuringTheJoin);
    await early.joinRoom(product.baseUrl, room);
    await early.waits();
    await late.joinRoom(product.baseUrl, room);
    await Promise.all([early.seesAndHears(10_000), late.seesAndHears(10_000)]);
    await early.picture('brighter', 40, 10_000);
    expect([...early.complaints, ...late.complaints]).toEqual([]);
    await Promise.all([early.leave(), late.leave()]);
  });
});
