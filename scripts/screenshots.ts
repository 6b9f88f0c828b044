/**
 * Takes a picture of every screen, as on a desktop and as on a phone, into docs/images.
 *
 *   npm run screenshots                                  starts the product by itself
 *   npm run screenshots -- --url http://127.0.0.1:8080   uses a running one
 *   npm run screenshots -- --only call,full              takes some
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { giveSketchedCamera, sketches } from './sketched-camera.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}docs/images`;
const startTimeoutMs = 60_000;

const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

const forms = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  },
} as const satisfies Record<string, BrowserContextOptions>;

interface Studio {
  readonly browser: Browser;
  readonly url: string;
  readonly form: keyof typeof forms;
  /** A room that no other picture uses. */
  readonly room: string;
  readonly contexts: BrowserContext[];
}

type Scene = (studio: Studio) => Promise<Page>;

async function openPage(studio: Studio, path: string, allowed = true): Promise<Page> {
  const context = await studio.browser.newContext(forms[studio.form]);
  const sketch = sketches[studio.contexts.length % sketches.length];
  studio.contexts.push(context);
  if (allowed && sketch !== undefined) await giveSketchedCamera(context, sketch);
  if (!allowed) {
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    });
  }
  const page = await context.newPage();
  await page.goto(`${studio.url}${path}`);
  return page;
}

async function confirmJoin(page: Page): Promise<Page> {
  await page.locator('#preview-video.active').waitFor();
  await page.locator('#confirm-join-button').click();
  return page;
}

async function waiting(studio: Studio): Promise<Page> {
  const page = await confirmJoin(await openPage(studio, `/r/${studio.room}`));
  await page.locator('#local-video.active').waitFor();
  return page;
}

/** A page in a call with another one. */
async function connected(studio: Studio): Promise<Page> {
  const page = await waiting(studio);
  await confirmJoin(await openPage(studio, `/r/${studio.room}`));
  await page.locator('#remote-video.active').waitFor();
  return page;
}

const scenes: Readonly<Record<string, Scene>> = {
  home: async (studio) => {
    const page = await openPage(studio, '/');
    await page.evaluate(() => {
      localStorage.setItem('apprtc.recent-rooms', JSON.stringify(['tuesday-standup', '481516234']));
    });
    await page.reload();
    await page.locator('#room-id-input').fill('garden-party');
    return page;
  },
  confirm: async (studio) => {
    const page = await openPage(studio, `/r/${studio.room}`);
    await page.locator('#preview-video.active').waitFor();
    return page;
  },
  waiting,
  call: connected,
  info: async (studio) => {
    const page = await connected(studio);
    await page.keyboard.press('i');
    await page.locator('#info-div tr:nth-child(8)').waitFor();
    return page;
  },
  left: async (studio) => {
    const page = await waiting(studio);
    await page.keyboard.press('q');
    await page.locator('#rejoin-button').waitFor();
    return page;
  },
  full: async (studio) => {
    await connected(studio);
    const page = await openPage(studio, `/r/${studio.room}`);
    await page.locator('#new-room-button').waitFor();
    return page;
  },
  refused: async (studio) => {
    const page = await openPage(studio, `/r/${studio.room}`, false);
    await page.locator('.notice').waitFor();
    return page;
  },
  'self-test': async (studio) => {
    const page = await openPage(studio, `/r/${studio.room}?debug=loopback`);
    await page.locator('#confirm-join-button').click();
    await page.getByText('Please say something').waitFor();
    await page.waitForTimeout(4_000);
    return page;
  },
  verdict: async (studio) => {
    const page = await openPage(studio, `/r/${studio.room}?debug=loopback`);
    await page.locator('#confirm-join-button').click();
    await page.locator('#verdict').waitFor();
    return page;
  },
  unreachable: async (studio) => {
    const page = await openPage(studio, `/r/${studio.room}`);
    await page.locator('#preview-video.active').waitFor();
    await page.route('**/join/**', (route) => route.abort('connectionrefused'));
    await page.locator('#confirm-join-button').click();
    await page.locator('#new-room-button').waitFor();
    return page;
  },
};

async function shoot(browser: Browser, url: string, name: string, scene: Scene): Promise<void> {
  for (const form of ['desktop', 'phone'] as const) {
    const room = `garden-party-${Math.floor(1_000 + Math.random() * 9_000)}`;
    const studio: Studio = { browser, url, form, room, contexts: [] };
    try {
      const page = await scene(studio);
      // Let pictures fade in, and the fake camera's clock get on.
      await page.waitForTimeout(900);
      await page.screenshot({ path: `${folder}/${name}-${form}.png` });
      console.log(`docs/images/${name}-${form}.png`);
    } finally {
      await Promise.all(studio.contexts.map((context) => context.close()));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Resolves with the first address that the product prints. */
function printedAddress(product: ChildProcess, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`No address came:\n${text}`)), startTimeoutMs);
    product.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The product ended with code ${code}:\n${text}`));
    });
    product.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = new RegExp(`https?://[^\\s"/]+:${port}`).exec(text)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

async function startProduct(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const port = await freePort();
  const product = spawn('node', ['scripts/start.mjs', '--port', String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await printedAddress(product, port);
    return { url, stop: () => product.kill() };
  } catch (error) {
    product.kill();
    throw error;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, only: { type: 'string' } },
  });
  const wanted = values.only?.split(',') ?? Object.keys(scenes);
  const product =
    values.url === undefined ? await startProduct() : { url: values.url, stop: () => {} };
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: chromiumArgs,
  });
  try {
    await mkdir(folder, { recursive: true });
    for (const name of wanted) {
      const scene = scenes[name];
      if (scene === undefined) throw new Error(`No such screen: ${name}`);
      await shoot(browser, product.url, name, scene);
    }
  } finally {
    await browser.close();
    product.stop();
  }
}

await main();
