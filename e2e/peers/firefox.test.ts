import { describe, expect, it } from 'vitest';
import type { Person } from '../browser/person.ts';
import { newRoom } from '../wire/client.ts';
import { useProduct } from '../wire/product.ts';
import { type FirefoxPerson, useFirefoxPeople } from './firefox.ts';
import { connectedWithinMs, testTimeoutMs, usePeople } from './page-with-peer.ts';

const product = useProduct();
const arriveInChromium = usePeople();
const arriveInFirefox = useFirefoxPeople();

type AnyPerson = Person | FirefoxPerson;

/** Both join, one after the other, and are in a call. */
async function inCall(first: AnyPerson, second: AnyPerson, room: string): Promise<void> {
  await first.joinRoom(product.baseUrl, room);
  await first.waits();
  await second.joinRoom(product.baseUrl, room);
  await inTouch(first, second);
  expect([...first.complaints, ...second.complaints]).toEqual([]);
}

async function inTouch(one: AnyPerson, other: AnyPerson): Promise<void> {
  await Promise.all([one.seesAndHears(connectedWithinMs), other.seesAndHears(connectedWithinMs)]);
}

describe('a call between the page in Chromium and the page in Firefox', {
  timeout: testTimeoutMs,
}, () => {
  it('Firefox calls first, hangs up, and can rejoin', async () => {
    const room = newRoom();
    const [firefox, chromium] = [await arriveInFirefox(), await arriveInChromium()];
    await inCall(firefox, chromium, room);
    await firefox.click('#hangup');
    await firefox.page.waitForSelector('#rejoin-button');
    await chromium.waits();
    await firefox.click('#rejoin-button');
    await inTouch(firefox, chromium);
  });

  it('Chromium calls first, hangs up, and Firefox goes back to waiting for the next one', async () => {
    const room = newRoom();
    const [firefox, chromium] = [await arriveInFirefox(), await arriveInChromium()];
    await inCall(chromium, firefox, room);
    await chromium.page.click('#hangup');
    await firefox.waits();
    const next = await arriveInChromium();
    await next.joinRoom(product.baseUrl, room);
    await inTouch(firefox, next);
  });

  it('[V37] closing the Firefox tab puts Chromium back to waiting, when it has not come back for 10 s', async () => {
    const room = newRoom();
    const [firefox, chromium] = [await arriveInFirefox(), await arriveInChromium()];
    await inCall(chromium, firefox, room);
    await firefox.page.close();
    await chromium.waits(14_000);
  });
});
