import { afterEach, describe, expect, it } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const granting = useChromium();
const refusing = useChromium({ grantsMedia: false });
/**
 * A browser that plays no sound before the person has touched the page: play() rejects as the HTML
 * standard has it. Every script that a test runs in a page counts as a touch, so that Chromium's own
 * policy can't be met here.
 */
function blockSoundUntilTouched(): void {
  let isTouched = false;
  window.addEventListener('pointerup', () => {
    isTouched = true;
  });
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    if (this.muted || isTouched) return play.call(this);
    return Promise.reject(new DOMException('No sound before a gesture', 'NotAllowedError'));
  };
}

const people: Person[] = [];

async function arriveIn(browser: typeof granting): Promise<Person> {
  const person = await Person.arrive(browser.browser);
  people.push(person);
  return person;
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe('camera and microphone refused', () => {
  it('one joins with what there is, is told so, and still sees and hears the other', async () => {
    const [refused, other] = [await arriveIn(refusing), await arriveIn(granting)];
    await refused.joinRoom(product.baseUrl, 'refused-1');
    await refused.page.waitForSelector('#status-div');
    await refused.page.waitForSelector('text=The browser may not use your microphone or camera.');
    await other.joinRoom(product.baseUrl, 'refused-1');
    await refused.seesAndHears(8_000);
    await other.page.waitForSelector('#remote-video.active');
    expect(refused.complaints).toEqual([]);
  });

  it('the microphone alone: one is heard, not seen', async () => {
    const [heard, other] = [await arriveIn(refusing), await arriveIn(granting)];
    await heard.context.grantPermissions(['microphone']);
    await heard.joinRoom(product.baseUrl, 'refused-2');
    await heard.page.waitForSelector('text=You can be heard, but not seen.');
    await other.joinRoom(product.baseUrl, 'refused-2');
    const before = await other.received();
    await other.page.waitForSelector('#remote-video.active');
    await other.receivedMoreThan({ ...before, framesDecoded: -1 }, 8_000);
  });

  it('sound that the browser blocks waits for a tap', async () => {
    const [blocked, other] = [await arriveIn(granting), await arriveIn(granting)];
    await blocked.context.addInitScript(blockSoundUntilTouched);
    await blocked.page.goto(`${product.baseUrl}/r/refused-3`);
    await blocked.page.focus('#confirm-join-button');
    await blocked.page.keyboard.press('Enter');
    await blocked.waits();
    await other.joinRoom(product.baseUrl, 'refused-3');
    await blocked.page.waitForSelector('#remote-video.active');
    const button = blocked.page.getByRole('button', { name: 'Tap to hear them' });
    await button.waitFor();
    const isMuted = () =>
      blocked.page.$eval('#remote-video', (video) => (video as HTMLVideoElement).muted);
    expect(await isMuted()).toBe(true);
    await button.click();
    await button.waitFor({ state: 'detached' });
    expect(await isMuted()).toBe(false);
  });

  it('nothing asks for a tap when there is nobody to hear any more', async () => {
    const [blocked, other] = [await arriveIn(granting), await arriveIn(granting)];
    await blocked.context.addInitScript(blockSoundUntilTouched);
    await blocked.page.goto(`${product.baseUrl}/r/refused-4`);
    await blocked.page.focus('#confirm-join-button');
    await blocked.page.keyboard.press('Enter');
    await blocked.waits();
    await other.joinRoom(product.baseUrl, 'refused-4');
    const button = blocked.page.getByRole('button', { name: 'Tap to hear them' });
    await button.waitFor();
    await other.page.close();
    // So long the other one could have come back.
    await blocked.waits(14_000);
    await button.waitFor({ state: 'detached' });
  });
});
