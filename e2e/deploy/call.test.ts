import { afterEach, describe, expect, it } from 'vitest';
import { useChromium } from '../browser/chromium.ts';
import { Person } from '../browser/person.ts';
import { startProxied } from './proxied-product.ts';
import { proxyKinds } from './proxy-kinds.ts';

const chromium = useChromium();
const people: Person[] = [];

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe.each(proxyKinds)('two people behind $name', (kind) => {
  it('see and hear each other', async () => {
    const proxied = await startProxied(kind);
    try {
      for (let count = 0; count < 2; count += 1) {
        const person = await Person.arrive(chromium.browser, { ignoreHTTPSErrors: true });
        people.push(person);
        await person.joinRoom(proxied.publicUrl, 'through-a-proxy');
        await person.page.waitForSelector('#status-div');
      }
      await Promise.all(people.map((person) => person.seesAndHears(8_000)));
      expect(people.flatMap(({ complaints }) => complaints)).toEqual([]);
    } finally {
      await proxied.stop();
    }
  });
});
