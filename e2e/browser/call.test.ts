import { afterEach, describe, expect, it } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const chromium = useChromium();

/** Within this time of joining both must see and hear each other. */
const connectedWithinMs = 5_000;
const people: Person[] = [];
let rooms = 0;

async function arrive(): Promise<Person> {
  const person = await Person.arrive(chromium.browser);
  people.push(person);
  return person;
}

function nextRoom(): string {
  rooms += 1;
  return `call-${rooms}`;
}

/** Two people in a call. */
async function inCall(room: string): Promise<[Person, Person]> {
  const [first, second] = [await arrive(), await arrive()];
  await first.joinRoom(product.baseUrl, room);
  await first.waits();
  await second.joinRoom(product.baseUrl, room);
  await Promise.all([
    first.seesAndHears(connectedWithinMs),
    second.seesAndHears(connectedWithinMs),
  ]);
  return [first, second];
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe('a call between two browsers', () => {
  it('[PG2] [PG3] both see moving pictures and hear sound within 5 s', async () => {
    const room = nextRoom();
    const [first, second] = await inCall(room);
    expect(new URL(first.page.url()).pathname).toBe(`/r/${room}`);
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });

  it('muting reaches the other as silence, and ends', async () => {
    const [first, second] = await inCall(nextRoom());
    await first.page.click('#mute-audio');
    await second.hearsSilence(10_000);
    const muted = await second.received();
    await first.page.click('#mute-audio');
    await second.receivedMoreThan(muted, 10_000);
  });

  it('camera off reaches the other as black and puts the light out; on again shows the picture', async () => {
    const [first, second] = await inCall(nextRoom());
    await second.picture('brighter', 40, 5_000);
    await first.page.click('#mute-video');
    await second.picture('darker', 8, 10_000);
    expect(await first.hasCameraOn()).toBe(false);
    await first.page.click('#mute-video');
    await second.picture('brighter', 40, 10_000);
    expect(await first.hasCameraOn()).toBe(true);
  });

  it('hanging up puts the other back to waiting, and a new caller can join it', async () => {
    const room = nextRoom();
    const [first, second] = await inCall(room);
    await first.page.click('#hangup');
    await first.page.waitForSelector('#rejoin-button');
    expect(await first.hasCameraOn()).toBe(false);
    await second.waits();
    const third = await arrive();
    await third.joinRoom(product.baseUrl, room);
    await Promise.all([
      second.seesAndHears(connectedWithinMs),
      third.seesAndHears(connectedWithinMs),
    ]);
  });

  it('[CL1] the one who hung up can rejoin', async () => {
    const [first, second] = await inCall(nextRoom());
    await first.page.click('#hangup');
    await second.waits();
    await first.page.click('#rejoin-button');
    await Promise.all([
      first.seesAndHears(connectedWithinMs),
      second.seesAndHears(connectedWithinMs),
    ]);
  });

  it('[HM3] a third person sees that the room is full, and can try again when it is not', async () => {
    const room = nextRoom();
    const [first, second] = await inCall(room);
    const third = await arrive();
    await third.page.goto(`${product.baseUrl}/r/${room}`);
    await third.page.waitForSelector('text=/full/i');
    expect(await third.page.locator('#confirm-join-button').count()).toBe(0);
    expect(await third.hasCameraOn()).toBe(false);
    const refused = third.page.waitForResponse((reply) => reply.url().includes('/join/'));
    await third.page.getByRole('button', { name: /try again/i }).click();
    expect(await (await refused).json()).toMatchObject({ result: 'FULL' });
    expect(await third.page.evaluate(() => window.openedTracks.length)).toBe(0);
    await third.page.waitForSelector('text=/full/i');
    await first.page.keyboard.press('q');
    await first.page.waitForSelector('#rejoin-button');
    await third.page.getByRole('button', { name: /try again/i }).click();
    await third.seesAndHears(connectedWithinMs * 2);
    await second.seesAndHears(connectedWithinMs);
    await second.picture('brighter', 40, 5_000);
  });

  for (const who of ['first', 'second'] as const) {
    it(`a reload of the ${who} comes back into the same call, without asking`, async () => {
      const [first, second] = await inCall(nextRoom());
      await (who === 'first' ? first : second).page.reload();
      await Promise.all([
        first.seesAndHears(connectedWithinMs * 2),
        second.seesAndHears(connectedWithinMs * 2),
      ]);
    });
  }

  it('[V37] closing a tab frees its seat at once for the next', async () => {
    const room = nextRoom();
    const [first, second] = await inCall(room);
    const closedAtMs = performance.now();
    await first.page.close();
    const third = await arrive();
    await third.joinRoom(product.baseUrl, room);
    await third.seesAndHears(connectedWithinMs);
    // Well before the 10 s for which the one who left could have come back.
    expect(performance.now() - closedAtMs).toBeLessThan(8_000);
    await second.seesAndHears(connectedWithinMs);
  });

  it('[V37] who has closed a tab may come back for 10 s; then the other waits for the next', async () => {
    const [first, second] = await inCall(nextRoom());
    await first.page.close();
    await second.waits(14_000);
  });

  it('[V37] closing the tab of one who waits empties the room after 10 s', async () => {
    const room = nextRoom();
    const first = await arrive();
    await first.joinRoom(product.baseUrl, room);
    await first.waits();
    await first.page.close();
    await expect
      .poll(
        async () => {
          const url = `${product.baseUrl}/message/${room}/nobody`;
          return (await fetch(url, { method: 'POST', body: 'x' })).json();
        },
        { timeout: 14_000 },
      )
      .toEqual({ result: 'UNKNOWN_ROOM' });
  });
});
