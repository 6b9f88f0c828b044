import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** What a person's newest peer connection has received so far. */
export interface Received {
  readonly framesDecoded: number;
  /** Sum of squared sample levels over time: rises only with sound. */
  readonly audioEnergy: number;
  /** Seconds of sound received, silent or not. */
  readonly audioSeconds: number;
}

/** Remembers the page's peer connections, so that a test can read their statistics without a word of ours. */
export function recordPeerConnections(): void {
  const made: RTCPeerConnection[] = [];
  Object.assign(window, { madePeerConnections: made });
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, args: [RTCConfiguration?]) {
      const connection = new target(...args);
      made.push(connection);
      return connection;
    },
  });
}

/** Remembers the tracks that camera and microphone gave, so that a test can see their light. */
function recordOpenedTracks(): void {
  const opened: MediaStreamTrack[] = [];
  Object.assign(window, { openedTracks: opened });
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    opened.push(...stream.getTracks());
    return stream;
  };
}

declare global {
  interface Window {
    readonly openedTracks: readonly MediaStreamTrack[];
    readonly madePeerConnections: readonly RTCPeerConnection[];
  }
}

export async function readReceived(): Promise<Received> {
  const connection = window.madePeerConnections.at(-1);
  const received = { framesDecoded: 0, audioEnergy: 0, audioSeconds: 0 };
  for (const report of (await connection?.getStats())?.values() ?? []) {
    if (report.type !== 'inbound-rtp') continue;
    received.framesDecoded += Number(report.framesDecoded ?? 0);
    received.audioEnergy += Number(report.totalAudioEnergy ?? 0);
    received.audioSeconds += Number(report.totalSamplesDuration ?? 0);
  }
  return received;
}

/** The mean brightness, 0 to 255, of what the remote video shows. */
function readBrightness(): number {
  const video = document.querySelector<HTMLVideoElement>('#remote-video');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 36];
  const context = canvas.getContext('2d');
  if (video === null || context === null) return -1;
  context.drawImage(video, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) {
    sum += ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3;
  }
  return sum / (data.length / 4);
}

/** Somebody at a browser: opens pages, presses buttons, sees and hears. */
export class Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page's console complained of. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async arrive(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext(options);
    await context.addInitScript(recordPeerConnections);
    await context.addInitScript(recordOpenedTracks);
    return new Person(context, await context.newPage());
  }

  /** Opens a room's page and joins. */
  async joinRoom(baseUrl: string, room: string): Promise<void> {
    await this.page.goto(`${baseUrl}/r/${room}`);
    await this.page.click('#confirm-join-button');
  }

  /** Sees and hears the other: frames and sound go on arriving. */
  async seesAndHears(timeoutMs: number): Promise<void> {
    await this.page.waitForSelector('#remote-video.active', { timeout: timeoutMs });
    const before = await this.received();
    await this.receivedMoreThan(
      {
        framesDecoded: before.framesDecoded + 5,
        audioEnergy: before.audioEnergy,
        audioSeconds: before.audioSeconds,
      },
      timeoutMs,
    );
  }

  received(): Promise<Received> {
    return this.page.evaluate(readReceived);
  }

  /** Waits until each figure is past the given one. */
  async receivedMoreThan(than: Received, timeoutMs: number): Promise<Received> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const now = await this.received();
      const isMore =
        now.framesDecoded > than.framesDecoded &&
        now.audioEnergy > than.audioEnergy &&
        now.audioSeconds > than.audioSeconds;
      if (isMore) return now;
      if (performance.now() > endMs) {
        throw new Error(`Received ${JSON.stringify(now)}, not more than ${JSON.stringify(than)}`);
      }
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  brightness(): Promise<number> {
    return this.page.evaluate(readBrightness);
  }

  /** Alone in the room, own picture full size. */
  async waits(timeoutMs = 10_000): Promise<void> {
    await this.page.waitForSelector('#local-video.active', { timeout: timeoutMs });
    await this.page.waitForSelector('#sharing-div', { state: 'visible', timeout: timeoutMs });
  }

  /** Waits until the sound that arrives is silence: time passes in it and no energy comes. */
  async hearsSilence(timeoutMs: number): Promise<void> {
    // The microphone beeps once a second: more than that without energy is silence.
    const quietSeconds = 1.5;
    const endMs = performance.now() + timeoutMs;
    let since = await this.received();
    for (;;) {
      const now = await this.received();
      if (now.audioEnergy > since.audioEnergy * (1 + 1e-6)) since = now;
      if (now.audioSeconds - since.audioSeconds > quietSeconds) return;
      if (performance.now() > endMs) throw new Error(`Still hears: ${JSON.stringify(now)}`);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** Waits until the remote picture is darker, or brighter, than a level from 0 to 255. */
  async picture(is: 'darker' | 'brighter', level: number, timeoutMs: number): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const brightness = await this.brightness();
      if (is === 'darker' ? brightness < level : brightness > level) return;
      if (performance.now() > endMs) throw new Error(`The picture's brightness is ${brightness}`);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** Tracks that the page holds of its camera and that are live: its light is on. */
  hasCameraOn(): Promise<boolean> {
    return this.page.evaluate(() =>
      window.openedTracks.some((track) => track.kind === 'video' && track.readyState === 'live'),
    );
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}
