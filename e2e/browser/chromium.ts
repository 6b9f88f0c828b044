import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

/** Debian's Chromium, headless, with a camera that shows a moving picture and a microphone that beeps. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
];

export interface BrowserOptions {
  /** Whether camera and microphone are granted without asking. Default: yes. */
  readonly grantsMedia?: boolean;
  readonly extraFlags?: readonly string[];
}

export function launchChromium(options: BrowserOptions = {}): Promise<Browser> {
  const granted = options.grantsMedia === false ? [] : ['--use-fake-ui-for-media-stream'];
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...flags, ...granted, ...(options.extraFlags ?? [])],
  });
}

/** One browser for all tests of a file. Each context in it is a person of its own. */
export function useChromium(options: BrowserOptions = {}): { readonly browser: Browser } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium(options);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });
  return {
    get browser() {
      if (browser === undefined) throw new Error('The browser is not started yet');
      return browser;
    },
  };
}
