import { peerConnectionContract } from '@apprtc/testkit';
import type { Page } from 'playwright-core';
import { beforeAll, describe, it } from 'vitest';
import { useChromium } from './chromium.ts';

const chromium = useChromium();

/** Runs one case, sent as text, on the browser's own peer connections. */
function runCase(source: string): Promise<void> {
  const run = new Function(`return (${source})`)() as (
    createPc: () => RTCPeerConnection,
  ) => Promise<void>;
  return run(() => new RTCPeerConnection());
}

describe('Chromium keeps the contract of the fake peer connection', () => {
  let page: Page;
  beforeAll(async () => {
    page = await chromium.browser.newPage();
  });

  for (const { name, run } of peerConnectionContract) {
    it(name, () => page.evaluate(runCase, run.toString()));
  }
});
