import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { startProduct, useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const granting = useChromium();
const refusing = useChromium({ grantsMedia: false });

/** The whole test: connecting, measuring, and the words. */
const verdictWithinMs = 40_000;
/** Good, or slow where the machine is busy. */
const works = expect.stringMatching(/^(good|note)$/);
const people: Person[] = [];
let rooms = 0;

async function arrive(browser = granting.browser): Promise<Person> {
  const person = await Person.arrive(browser);
  people.push(person);
  return person;
}

function nextRoom(): string {
  rooms += 1;
  return `loopback-${rooms}`;
}

/** Begins the test in a room of its own. */
async function begin(person: Person, baseUrl = product.baseUrl): Promise<string> {
  const room = nextRoom();
  await person.joinRoom(baseUrl, `${room}?debug=loopback`);
  return room;
}

interface Line {
  readonly outcome: string;
  readonly seen: string;
  readonly advice: string;
}

/** The verdict's lines by their subject. */
async function verdict(page: Page): Promise<Readonly<Record<string, Line>>> {
  await page.waitForSelector('#verdict', { timeout: verdictWithinMs });
  const lines = await page.$$eval('#verdict li', (items) =>
    items.map((item) => [
      item.getAttribute('data-subject') ?? '',
      {
        outcome: item.getAttribute('data-outcome') ?? '',
        seen: item.querySelector('.verdict-seen')?.textContent ?? '',
        advice: item.querySelector('.verdict-advice')?.textContent ?? '',
      },
    ]),
  );
  return Object.fromEntries(lines) as Record<string, Line>;
}

async function resultOfMessage(room: string): Promise<unknown> {
  const url = `${product.baseUrl}/message/${room}/nobody`;
  return (await fetch(url, { method: 'POST', body: 'x' })).json();
}

async function isFreed(room: string): Promise<void> {
  await expect.poll(() => resultOfMessage(room)).toEqual({ result: 'UNKNOWN_ROOM' });
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

/** Resolves when a message has gone to the far end's socket and come back to the own one. */
function roundTrip(page: Page): Promise<void> {
  let received = 0;
  return new Promise((resolve) => {
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('customized')) received += 1;
        if (received === 2) resolve();
      });
    });
  });
}

describe('a call with oneself', () => {
  it('[LB1] [LB2] [PG2] one sees oneself, and it ends in a verdict; no relay is a word, not a failure', async () => {
    const person = await arrive();
    const { page } = person;
    await page.goto(product.baseUrl);
    await page.click('text=Test your camera, microphone and network');
    await page.waitForURL(/\/r\/\d+\?debug=loopback$/);
    const room = new URL(page.url()).pathname.slice(3);
    await page.click('#confirm-join-button');
    await page.waitForSelector('#remote-video.active');
    await person.picture('brighter', 40, 8_000);
    expect(await resultOfMessage(room)).toEqual({ result: 'UNKNOWN_CLIENT' });
    const sdps = await page.evaluate(() =>
      window.madePeerConnections.map((pc) => pc.remoteDescription?.sdp ?? ''),
    );
    expect(sdps).toHaveLength(2);
    for (const sdp of sdps) expect(sdp).toContain('a=fingerprint:');

    const lines = await verdict(page);
    expect(lines).toMatchObject({
      camera: { outcome: 'good', seen: expect.stringMatching(/\d+ pictures taken, \d+ came back/) },
      microphone: { outcome: 'good', seen: expect.stringContaining('on its way back') },
      signaling: { outcome: works, seen: expect.stringMatching(/took \d+ ms/) },
      'direct path': { outcome: 'good', seen: expect.stringContaining('host') },
      'relay path': { outcome: 'note', seen: expect.stringMatching(/^No relay is configured: /) },
      'round trip': { outcome: works, seen: expect.stringMatching(/ms\.$/) },
      loss: { outcome: works, seen: expect.stringMatching(/^\d+ of \d+ packets lost/) },
    });
    expect(await page.textContent('h1')).toBe('You can call');
    expect(await person.hasCameraOn()).toBe(false);
    await isFreed(room);
    expect(person.complaints).toEqual([]);
  });

  it('the server stopped in the middle: media goes on, signaling is said to be lost', async () => {
    const own = await startProduct();
    try {
      const person = await arrive();
      const timed = roundTrip(person.page);
      await begin(person, own.baseUrl);
      await person.page.waitForSelector('text=Please say something');
      await person.picture('brighter', 40, 8_000);
      await timed;
      await own.stop();
      const lines = await verdict(person.page);
      expect(lines['signaling']).toMatchObject({ outcome: 'bad' });
      expect(lines['signaling']?.seen).toMatch(
        /^A message took \d+ ms\. Then the connection to the server was lost\.$/,
      );
      expect(lines['signaling']?.advice).toMatch(/Check your network/);
      expect(lines['camera']?.outcome).toBe('good');
      expect(lines['direct path']?.outcome).toBe('good');
    } finally {
      await own.stop();
    }
  });

  it('the server away from the start: everything that needs it is said to be untried', async () => {
    const person = await arrive();
    await person.page.route('**/join/**', (route) => route.abort('connectionrefused'));
    await begin(person);
    const lines = await verdict(person.page);
    expect(lines['signaling']).toMatchObject({
      outcome: 'bad',
      seen: 'The server did not answer.',
    });
    for (const subject of ['camera', 'microphone', 'direct path', 'relay path', 'loss']) {
      expect(lines[subject]?.outcome, subject).toBe('skipped');
    }
    expect(await person.hasCameraOn()).toBe(false);
  });

  it('the microphone refused: says so, and what to do; the rest is tested', async () => {
    const person = await arrive(refusing.browser);
    await person.context.grantPermissions(['camera']);
    await begin(person);
    const lines = await verdict(person.page);
    expect(lines['microphone']).toMatchObject({
      outcome: 'bad',
      seen: 'The browser may not use your microphone.',
      advice: expect.stringContaining('Allow it'),
    });
    expect(lines['camera']?.outcome).toBe('good');
    expect(lines['signaling']?.outcome).toEqual(works);
    expect(await person.page.textContent('h1')).toBe('Something needs your attention');
  });

  it('a microphone that gives silence is told apart from a refused one', async () => {
    const person = await arrive();
    await person.context.addInitScript(() => {
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await open(constraints);
        for (const track of stream.getAudioTracks()) track.enabled = false;
        return stream;
      };
    });
    await begin(person);
    const lines = await verdict(person.page);
    expect(lines['microphone']).toMatchObject({
      outcome: 'note',
      seen: expect.stringContaining('only silence'),
      advice: expect.stringContaining('say something'),
    });
  });

  it('a relay that does not answer is tried, and said to have failed', async () => {
    const person = await arrive();
    const iceServers = [
      { urls: ['turn:127.0.0.1:9?transport=udp'], username: 'a', credential: 'b' },
    ];
    await person.page.route('**/v1alpha/iceconfig*', (route) =>
      route.fulfill({ json: { lifetimeDuration: '60s', iceServers } }),
    );
    await begin(person);
    const lines = await verdict(person.page);
    expect(lines['relay path']).toMatchObject({ outcome: 'bad', advice: /./ });
    expect(lines['direct path']?.outcome).toBe('good');
  });
});

describe('the way out of a test', () => {
  it('stopping puts the camera out and frees the seat', async () => {
    const person = await arrive();
    const room = await begin(person);
    await person.page.waitForSelector('#remote-video.active');
    await person.page.click('#hangup');
    await person.page.waitForSelector('#room-id-input');
    expect(new URL(person.page.url()).search).toBe('');
    expect(await person.hasCameraOn()).toBe(false);
    await isFreed(room);
  });

  it('so does the way back, in the same page', async () => {
    const person = await arrive();
    const { page } = person;
    await page.goto(`${product.baseUrl}/?debug=loopback`);
    const room = nextRoom();
    await page.fill('#room-id-input', room);
    await page.click('#join-button');
    await page.click('#confirm-join-button');
    await page.waitForSelector('#remote-video.active');
    await page.goBack();
    await page.waitForSelector('#room-id-input');
    await expect.poll(() => person.hasCameraOn()).toBe(false);
    await isFreed(room);
  });

  it('after a reload, and after a verdict, it can be begun again by keyboard', async () => {
    const person = await arrive();
    const { page } = person;
    await begin(person);
    await page.waitForSelector('#remote-video.active');
    await page.reload();
    await page.focus('#confirm-join-button');
    await page.keyboard.press('Enter');
    expect((await verdict(page))['signaling']?.outcome).toEqual(works);
    await page.focus('#rejoin-button');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#remote-video.active');
    expect(await person.hasCameraOn()).toBe(true);
  });

  it('[LB4] in somebody’s room nothing is sent, and another room is offered', async () => {
    const [first, person] = [await arrive(), await arrive()];
    const room = nextRoom();
    await first.joinRoom(product.baseUrl, room);
    await first.waits();
    await person.joinRoom(product.baseUrl, `${room}?debug=loopback`);
    await person.page.waitForSelector('text=Somebody is in this room');
    expect(await person.hasCameraOn()).toBe(false);
    await first.waits();
    await person.page.click('text=Test in another room');
    await person.page.waitForSelector('#confirm-join-button');
    expect(person.page.url()).not.toContain(room);
  });
});
