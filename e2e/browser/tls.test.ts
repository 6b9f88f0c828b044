import { afterEach, describe, expect, it } from 'vitest';
import { startProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const chromium = useChromium();
const people: Person[] = [];

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe('a trial on a LAN', () => {
  it('[PR11] [HM7] two people call each other over HTTPS with a self-signed certificate', async () => {
    const product = await startProduct({ flags: ['--tls', 'self-signed'] });
    try {
      const baseUrl = product.baseUrl.replace('http:', 'https:');
      for (let count = 0; count < 2; count += 1) {
        const person = await Person.arrive(chromium.browser, { ignoreHTTPSErrors: true });
        people.push(person);
        const reply = await person.page.goto(`${baseUrl}/r/over-tls`);
        expect(reply?.headers()['strict-transport-security']).toMatch(/^max-age=/);
        await person.page.click('#confirm-join-button');
        await person.page.waitForSelector('#status-div');
      }
      await Promise.all(people.map((person) => person.seesAndHears(8_000)));
      const [first] = people;
      expect(await first?.page.evaluate(() => window.isSecureContext)).toBe(true);
    } finally {
      await product.stop();
    }
  });
});
