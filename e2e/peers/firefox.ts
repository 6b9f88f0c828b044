import { type Browser, launch, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Received, readReceived, recordPeerConnections } from '../browser/person.ts';
import { leastLoudness } from './foreign-peer.ts';

/** Debian's Firefox ESR, headless, with a camera that changes its colour and a microphone that hums. */
function launchFirefox(): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
    },
  });
}

/** Somebody at Firefox. */
export class FirefoxPerson {
  readonly page: Page;
  /** What the page's console complained of. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async arrive(browser: Browser): Promise<FirefoxPerson> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.evaluateOnNewDocument(recordPeerConnections);
    return new FirefoxPerson(page);
  }

  async joinRoom(baseUrl: string, room: string): Promise<void> {
    await this.page.goto(`${baseUrl}/r/${room}`);
    await this.click('#confirm-join-button');
  }

  async click(selector: string): Promise<void> {
    await this.page.waitForSelector(selector, { visible: true, timeout: 10_000 });
    await this.page.click(selector);
  }

  /** Alone in the room, own picture full size. */
  async waits(timeoutMs = 10_000): Promise<void> {
    await this.page.waitForSelector('#local-video.active', { timeout: timeoutMs });
    await this.page.waitForSelector('#sharing-div', { visible: true, timeout: timeoutMs });
  }

  /** Sees and hears the other: frames and sound go on arriving. */
  async seesAndHears(timeoutMs: number): Promise<Received> {
    await this.page.waitForSelector('#remote-video.active', { timeout: timeoutMs });
    const before = await this.received();
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const now = await this.received();
      const [energy, seconds] = [
        now.audioEnergy - before.audioEnergy,
        now.audioSeconds - before.audioSeconds,
      ];
      const isMore =
        now.framesDecoded > before.framesDecoded + 5 && energy > leastLoudness * seconds;
      if (isMore) return now;
      if (performance.now() > endMs) throw new Error(`Received ${JSON.stringify(now)}`);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  received(): Promise<Received> {
    return this.page.evaluate(readReceived);
  }

  leave(): Promise<void> {
    return this.page.browserContext().close();
  }
}

/** People at Firefox, who are gone after each test. One Firefox for all tests of a file. */
export function useFirefoxPeople(): () => Promise<FirefoxPerson> {
  let firefox: Browser | undefined;
  const people: FirefoxPerson[] = [];
  beforeAll(async () => {
    firefox = await launchFirefox();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(people.splice(0).map((person) => person.leave()));
  });
  afterAll(async () => {
    await firefox?.close();
  });
  return async () => {
    if (firefox === undefined) throw new Error('Firefox is not started yet');
    const person = await FirefoxPerson.arrive(firefox);
    people.push(person);
    return person;
  };
}
