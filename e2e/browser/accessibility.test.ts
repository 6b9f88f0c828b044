import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { startProduct, useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const granting = useChromium();
const refusing = useChromium({ grantsMedia: false });
const people: Person[] = [];
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

async function arrive(at = granting, options = {}): Promise<Person> {
  const person = await Person.arrive(at.browser, options);
  people.push(person);
  return person;
}

/** What axe finds wrong with a screen, each with the element that it is about. */
async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

for (const [name, options] of [
  ['desktop', {}],
  ['phone', phone],
] as const) {
  it(`axe finds nothing on the screens of a call, ${name}`, async () => {
    const { page, ...person } = await arrive(granting, options);
    const other = await arrive();
    await page.goto(product.baseUrl);
    await page.waitForSelector('h1');
    expect(await violations(page), 'home').toEqual([]);
    await page.goto(`${product.baseUrl}/r/axe-${name}`);
    await page.waitForSelector('#preview-video.active');
    expect(await violations(page), 'confirmation').toEqual([]);
    await page.click('#confirm-join-button');
    await page.waitForSelector('#local-video.active');
    await page.waitForSelector('#sharing-div', { state: 'visible' });
    expect(await violations(page), 'waiting').toEqual([]);
    await other.joinRoom(product.baseUrl, `axe-${name}`);
    await page.waitForSelector('#remote-video.active');
    await page.keyboard.press('i');
    await page.waitForSelector('#info-div', { state: 'visible' });
    expect(await violations(page), 'call').toEqual([]);
    const third = await arrive(granting, options);
    await third.page.goto(`${product.baseUrl}/r/axe-${name}`);
    await third.page.waitForSelector('#new-room-button');
    expect(await violations(third.page), 'full').toEqual([]);
    await page.keyboard.press('q');
    await page.waitForSelector('#rejoin-button');
    expect(await violations(page), 'left').toEqual([]);
    expect(person.complaints).toEqual([]);
  });
}

it('axe finds nothing where something went wrong', async () => {
  const own = await startProduct();
  const { page } = await arrive(refusing);
  await page.goto(`${own.baseUrl}/r/axe-trouble`);
  await page.waitForSelector('text=The browser may not use your microphone or camera.');
  expect(await violations(page), 'refused').toEqual([]);
  await own.stop();
  await page.click('#confirm-join-button');
  await page.waitForSelector('text=The server does not answer');
  expect(await violations(page), 'unreachable').toEqual([]);
  await page.goto(`${product.baseUrl}/r/no!room`);
  await page.waitForSelector('text=cannot be a room');
  expect(await violations(page), 'bad name').toEqual([]);
});
