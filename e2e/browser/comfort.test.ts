import type { BrowserContextOptions } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const chromium = useChromium();
const people: Person[] = [];
let rooms = 0;

async function arrive(options: BrowserContextOptions = {}): Promise<Person> {
  const person = await Person.arrive(chromium.browser, options);
  people.push(person);
  return person;
}

function nextRoom(): string {
  rooms += 1;
  return `comfort-${rooms}`;
}

/** A network that lets requests through and no WebSocket: it never opens. */
function blockWebSockets(): void {
  class Unopened extends EventTarget {
    readonly readyState = 0;
    send(): void {}
    close(): void {}
  }
  Object.assign(window, { WebSocket: Unopened });
}

/** The person allows camera and microphone in the very moment in which the seat is won. */
function allowWhileJoining(): void {
  let allow = () => {};
  const allowed = new Promise<void>((resolve) => {
    allow = resolve;
  });
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    await allowed;
    const stream = await open(constraints);
    setTimeout(() => Object.assign(window, { isAllowed: true }));
    return stream;
  };
  const ask = window.fetch;
  window.fetch = async (input, init) => {
    const reply = await ask(input, init);
    if (!String(input).includes('/join/')) return reply;
    allow();
    while (Reflect.get(window, 'isAllowed') !== true) await new Promise(requestAnimationFrame);
    return reply;
  };
}

/** What has the focus: its tag, and its text where that is short. */
function focused(): string {
  const { tagName = '', textContent = '' } = document.activeElement ?? {};
  return tagName === 'H1' ? `${tagName} ${textContent}` : tagName;
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe('while waiting', () => {
  it('a network without WebSockets is spoken of', async () => {
    const person = await arrive();
    await person.context.addInitScript(blockWebSockets);
    await person.joinRoom(product.baseUrl, nextRoom());
    await person.page.waitForSelector('#status-div:has-text("Reaching the server…")');
    const card = await person.page.textContent('#sharing-div');
    expect(card).toContain('nobody can come in');
    expect(card).not.toContain('Waiting for someone');
  });

  it('a click on the link copies it, and stays', async () => {
    const room = nextRoom();
    const person = await arrive({ permissions: ['clipboard-read', 'clipboard-write'] });
    await person.joinRoom(product.baseUrl, room);
    await person.waits();
    const link = `${product.baseUrl}/r/${room}`;
    expect(await person.page.getAttribute('#room-link-href', 'href')).toBe(link);
    await person.page.click('#room-link-href');
    await person.page.waitForSelector('text=Copied');
    expect(await person.page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    expect(await person.page.textContent('#status-div')).toBe('Waiting');
    const opened = person.context.waitForEvent('page');
    await person.page.click('#room-link-href', { modifiers: ['ControlOrMeta'] });
    await (await opened).close();
    expect(await person.page.textContent('#status-div')).toBe('Waiting');
  });

  for (const [width, height] of [
    [568, 320],
    [667, 375],
    [844, 390],
    [320, 568],
  ] as const) {
    it(`the card leaves the status and the controls free at ${width} × ${height}`, async () => {
      const person = await arrive({ viewport: { width, height } });
      await person.joinRoom(product.baseUrl, nextRoom());
      await person.waits();
      const [bar, card, controls] = await Promise.all(
        ['.top-bar', '#sharing-div', '.controls'].map((part) =>
          person.page.locator(part).boundingBox(),
        ),
      );
      if (!bar || !card || !controls) throw new Error('Something is not shown');
      expect(bar.y + bar.height).toBeLessThanOrEqual(card.y);
      expect(card.y + card.height).toBeLessThanOrEqual(controls.y);
    });
  }
});

describe('the focus', () => {
  it('is on what is new, without a ring, and the status is read from a region that was there', async () => {
    const [person, other] = [await arrive(), await arrive()];
    const { page } = person;
    const room = nextRoom();
    await page.goto(`${product.baseUrl}/r/${room}`);
    await page.waitForSelector('#confirm-join-button');
    expect(await page.evaluate(focused)).toBe('H1 Ready to join?');
    await page.$eval('#announcer', (region) => Object.assign(window, { region }));
    await page.click('#confirm-join-button');
    await person.waits();
    await page.waitForFunction(() => document.activeElement?.tagName === 'MAIN');
    expect(await page.$eval('main', (main) => getComputedStyle(main).outlineStyle)).toBe('none');
    expect(
      await page.$eval('#announcer', (region) => [
        region.textContent,
        region === Reflect.get(window, 'region'),
      ]),
    ).toEqual(['Waiting', true]);
    await page.getByRole('button', { name: 'Copy link' }).focus();
    await other.joinRoom(product.baseUrl, room);
    await person.seesAndHears(5_000);
    expect(await page.evaluate(focused)).toBe('MAIN');
    expect(await page.textContent('#announcer')).toBe('Connected');
    await page.click('#hangup');
    await page.click('#new-room-button');
    await page.waitForSelector('#room-id-input');
    expect(await page.evaluate(focused)).toBe('H1 A room for two.');
    expect(await page.textContent('#announcer')).toBe('');
  });
});

it('buttons that have faded still take a click', async () => {
  const [person, other] = [await arrive(), await arrive()];
  const room = nextRoom();
  await person.joinRoom(product.baseUrl, room);
  await person.waits();
  await other.joinRoom(product.baseUrl, room);
  await person.seesAndHears(5_000);
  await person.page.waitForSelector('.stage.is-idle');
  await person.page.click('#hangup', { timeout: 2_000 });
  await person.page.waitForSelector('#rejoin-button');
});

it('a touch that brings faded buttons back presses none', async () => {
  const [person, other] = [await arrive({ hasTouch: true, isMobile: true }), await arrive()];
  const room = nextRoom();
  await person.joinRoom(product.baseUrl, room);
  await person.waits();
  await other.joinRoom(product.baseUrl, room);
  await person.seesAndHears(5_000);
  const button = await person.page.locator('#hangup').boundingBox();
  if (button === null) throw new Error('There is no button to hang up');
  await person.page.waitForSelector('.stage.is-idle');
  await person.page.touchscreen.tap(button.x + 30, button.y + 30);
  await person.page.waitForSelector('.stage:not(.is-idle)');
  expect(await person.page.textContent('#status-div')).toBe('Connected');
});

it('a camera and microphone that are allowed while joining reach the other', async () => {
  const [early, other] = [await arrive(), await arrive()];
  const room = nextRoom();
  await early.context.addInitScript(allowWhileJoining);
  await early.joinRoom(product.baseUrl, room);
  await early.waits();
  await other.joinRoom(product.baseUrl, room);
  await Promise.all([early.seesAndHears(8_000), other.seesAndHears(8_000)]);
  await other.picture('brighter', 40, 5_000);
});

it('back from the browser’s cache without storage, one is asked before joining', async () => {
  const person = await arrive();
  await person.context.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get: () => {
        throw new DOMException('Switched off', 'SecurityError');
      },
    });
  });
  await person.joinRoom(product.baseUrl, nextRoom());
  await person.waits();
  await person.page.evaluate(() => {
    for (const name of ['pagehide', 'pageshow']) {
      dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
    }
  });
  await person.page.waitForSelector('#confirm-join-button');
});
