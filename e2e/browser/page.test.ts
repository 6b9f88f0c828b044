import { afterEach, describe, expect, it } from 'vitest';
import { startProduct, useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const chromium = useChromium();
const people: Person[] = [];
let rooms = 0;

async function arrive(options = {}): Promise<Person> {
  const person = await Person.arrive(chromium.browser, options);
  people.push(person);
  return person;
}

function nextRoom(): string {
  rooms += 1;
  return `page-${rooms}`;
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe('home', () => {
  it('[PG1] [HM2] takes a name of five or more characters, and says why not', async () => {
    const { page } = await arrive();
    await page.goto(product.baseUrl);
    const join = page.locator('#join-button');
    expect(await page.inputValue('#room-id-input')).toMatch(/^\d{9}$/);
    expect(await join.isEnabled()).toBe(true);
    for (const name of ['four', 'has space', 'umläut', 'x'.repeat(129)]) {
      await page.fill('#room-id-input', name);
      expect(await join.isEnabled(), name).toBe(false);
      expect(await page.locator('#room-name-help.is-problem').textContent()).not.toBe('');
    }
    await page.fill('#room-id-input', 'five_');
    expect(await join.isEnabled()).toBe(true);
    await page.click('#random-button');
    expect(await page.inputValue('#room-id-input')).toMatch(/^\d{9}$/);
  });

  it('remembers rooms, and forgets them when asked', async () => {
    const room = nextRoom();
    const person = await arrive();
    await person.joinRoom(product.baseUrl, room);
    await person.waits();
    await person.page.click('#hangup');
    await person.page.click('#new-room-button');
    const recent = person.page.getByRole('link', { name: room });
    await recent.waitFor();
    await person.page.getByRole('button', { name: `Forget room ${room}` }).click();
    await recent.waitFor({ state: 'detached' });
    await person.page.reload();
    await person.page.waitForSelector('#room-id-input');
    expect(await recent.count()).toBe(0);
  });
});

describe('the way back', () => {
  it('leads home: the camera is off, and the title is no longer the room’s', async () => {
    const room = nextRoom();
    const person = await arrive();
    const { page } = person;
    await page.goto(product.baseUrl);
    await page.fill('#room-id-input', room);
    await page.click('#join-button');
    await person.waits();
    expect(await page.title()).toBe(`${room} · AppRTC`);
    await page.goBack();
    await page.waitForSelector('#room-id-input');
    expect(await page.title()).toBe('AppRTC');
    expect(await person.hasCameraOn()).toBe(false);
  });

  it('from a call to an address that is no room puts the camera out', async () => {
    const person = await arrive();
    const { page } = person;
    await page.goto(`${product.baseUrl}/r/no!room`);
    await page.click('#new-room-button');
    await page.fill('#room-id-input', nextRoom());
    await page.click('#join-button');
    await person.waits();
    await page.evaluate(() => history.go(-2));
    await page.waitForSelector('text=cannot be a room');
    expect(await person.hasCameraOn()).toBe(false);
  });
});

it('what was switched off before hanging up stays off after rejoining', async () => {
  const person = await arrive();
  const { page } = person;
  await person.joinRoom(product.baseUrl, nextRoom());
  await person.waits();
  await page.click('#mute-audio');
  await page.click('#mute-video');
  await page.click('#hangup');
  await page.click('#rejoin-button');
  await person.waits();
  expect(await page.getAttribute('#mute-audio', 'aria-pressed')).toBe('true');
  expect(await page.getAttribute('#mute-video', 'aria-pressed')).toBe('true');
  expect(await person.hasCameraOn()).toBe(false);
});

describe('a narrow window', () => {
  it('holds the longest room name without scrolling sideways', async () => {
    const person = await arrive({ viewport: { width: 320, height: 568 } });
    const { page } = person;
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await page.goto(`${product.baseUrl}/r/${'x'.repeat(128)}`);
    await page.waitForSelector('#confirm-join-button');
    expect(await overflow()).toBe(0);
    await page.click('#confirm-join-button');
    await person.waits();
    await page.click('#hangup');
    await page.waitForSelector('#rejoin-button');
    expect(await overflow()).toBe(0);
    await page.click('#new-room-button');
    await page.waitForSelector('#recent-title');
    expect(await overflow()).toBe(0);
  });
});

describe('the life of a call by keyboard alone', () => {
  it('[PG1] [PG4] from the room name to hanging up', async () => {
    const room = nextRoom();
    const [person, other] = [await arrive(), await arrive()];
    const { page } = person;
    await page.goto(product.baseUrl);
    await page.focus('#room-id-input');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(room);
    await page.keyboard.press('Enter');
    await person.waits();
    expect(
      await page.inputValue('#room-link-href').catch(() => page.textContent('#room-link-href')),
    ).toBe(`${product.baseUrl}/r/${room}`);
    await other.joinRoom(product.baseUrl, room);
    await person.seesAndHears(5_000);
    expect(await page.locator('#mini-video.active').count()).toBe(1);

    for (const key of ['m', ' ']) {
      await page.keyboard.press(key);
      await page.waitForSelector('#mute-audio[aria-pressed=true]');
      await page.keyboard.press(key);
      await page.waitForSelector('#mute-audio[aria-pressed=false]');
    }
    await page.keyboard.press('c');
    await page.waitForSelector('#mute-video[aria-pressed=true]');
    await page.keyboard.press('c');
    await page.waitForSelector('#mute-video[aria-pressed=false]');
    await page.keyboard.press('l');
    await page.waitForSelector('#mini-video:not(.active)', { state: 'attached' });
    await page.keyboard.press('l');
    await page.waitForSelector('#mini-video.active');
    await page.keyboard.press('i');
    await page.waitForSelector('#info-div', { state: 'visible' });
    await page.keyboard.press('i');
    await page.waitForSelector('#info-div', { state: 'hidden' });
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement === null);
    await page.keyboard.press('Control+q');
    expect(await page.locator('#status-div').textContent()).toBe('Connected');
    await page.keyboard.press('q');
    await page.waitForSelector('#rejoin-button');
    expect(await page.locator('#new-room-button').count()).toBe(1);
    await other.waits();
  });
});

describe('what can go wrong', () => {
  it('a server that was started anew: whoever waits is found by the next caller', async () => {
    const own = await startProduct();
    const [waiting, other] = [await arrive(), await arrive()];
    const room = nextRoom();
    await waiting.joinRoom(own.baseUrl, room);
    await waiting.waits();
    const seated = waiting.page.waitForResponse((reply) => reply.url().includes('/join/'));
    await own.stop();
    const back = await startProduct({ insteadOf: own });
    try {
      expect(await (await seated).json()).toMatchObject({ result: 'SUCCESS' });
      await other.joinRoom(own.baseUrl, room);
      await Promise.all([waiting.seesAndHears(8_000), other.seesAndHears(8_000)]);
    } finally {
      await back.stop();
    }
  });

  it('a seat that nobody sits in: the link is there to share', async () => {
    const room = nextRoom();
    await fetch(`${product.baseUrl}/join/${room}`, { method: 'POST' });
    const person = await arrive();
    await person.joinRoom(product.baseUrl, room);
    await person.page.waitForSelector('#status-div:has-text("Connecting")');
    await person.waits(15_000);
    expect(await person.page.locator('text=They left').count()).toBe(0);
  });

  it('[HM6] a name that is no room is explained', async () => {
    const { page } = await arrive();
    const reply = await page.goto(`${product.baseUrl}/r/no!room`);
    expect(reply?.status()).toBe(404);
    await page.waitForSelector('text=cannot be a room');
    await page.click('#new-room-button');
    await page.waitForSelector('#room-id-input');
  });

  it('a browser without WebRTC is told so', async () => {
    const person = await arrive();
    await person.context.addInitScript(() => {
      Reflect.deleteProperty(window, 'RTCPeerConnection');
    });
    await person.page.goto(`${product.baseUrl}/r/${nextRoom()}`);
    await person.page.waitForSelector('text=This browser cannot call');
  });

  it('a server that is away: the page says so, and joins by itself when it is back', async () => {
    const own = await startProduct();
    const person = await arrive();
    const room = nextRoom();
    await person.page.goto(`${own.baseUrl}/r/${room}`);
    await person.page.waitForSelector('#confirm-join-button');
    await own.stop();
    await person.page.click('#confirm-join-button');
    await person.page.waitForSelector('text=The server does not answer');
    const back = await startProduct({ insteadOf: own });
    try {
      await person.waits(20_000);
    } finally {
      await back.stop();
    }
  });
});
