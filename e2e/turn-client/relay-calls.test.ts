import { describe, expect, it } from 'vitest';
import type { Person } from '../browser/person.ts';
import { RelayRoom } from './relay-room.ts';

const relay = new RelayRoom();

/** The protocol by which the newest peer connection's own selected candidate reaches its relay; null when it has none. */
async function readRelayProtocol(): Promise<string | null> {
  const reports = [...((await window.madePeerConnections.at(-1)?.getStats())?.values() ?? [])];
  const transport = reports.find(({ type }) => type === 'transport');
  const pair = reports.find(({ id }) => id === transport?.selectedCandidatePairId);
  const local = reports.find(({ id }) => id === pair?.localCandidateId);
  return local?.candidateType === 'relay' ? local.relayProtocol : null;
}

function relayProtocol({ page }: Person): Promise<string | null> {
  return page.evaluate(readRelayProtocol);
}

/** What the details say of the path. */
async function pathFact({ page }: Person): Promise<string> {
  await page.keyboard.press('i');
  const cell = page.locator('#info-div tr', { hasText: 'Path' }).locator('td');
  await cell.filter({ hasText: 'relay' }).waitFor();
  const text = (await cell.textContent()) ?? '';
  await page.keyboard.press('i');
  return text;
}

/** Usernames of the TURN servers that the newest peer connection is configured with. */
function usernames({ page }: Person): Promise<(string | undefined)[]> {
  return page.evaluate(() =>
    (window.madePeerConnections.at(-1)?.getConfiguration().iceServers ?? []).map(
      ({ username }) => username,
    ),
  );
}

/** Decodes pictures that were not there before. */
async function seesMore(person: Person, timeoutMs: number): Promise<void> {
  const { framesDecoded } = await person.received();
  const nothing = { audioEnergy: -1, audioSeconds: -1 };
  await person.receivedMoreThan({ framesDecoded: framesDecoded + 15, ...nothing }, timeoutMs);
}

describe('a call over a relay', () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    it(`it=relay tt=${transport}: media goes over the relay's ${transport}, and the page says so`, async () => {
      relay.offerRelay();
      const people = await relay.inCall(`it=relay&tt=${transport}`);
      for (const person of people) {
        expect(await relayProtocol(person)).toBe(transport);
        await person.page.locator('.top-bar', { hasText: 'via relay' }).waitFor();
        expect(await pathFact(person)).toMatch(
          new RegExp(`relay to .*, over ${transport.toUpperCase()}`),
        );
      }
    });
  }

  it('a direct call says nothing of a relay', async () => {
    relay.offerRelay();
    const [first] = await relay.inCall('');
    expect(await relayProtocol(first)).toBeNull();
    expect(await first.page.locator('.top-bar').textContent()).not.toContain('relay');
    expect(await first.page.locator('#relay-notice').count()).toBe(0);
  });

  it('it lives longer than its credential, whose successors are there before it ends', async () => {
    relay.offerRelay({ lifeSeconds: 15 });
    const [first, second] = await relay.inCall('it=relay&tt=udp');
    const before = await usernames(first);
    const expiry = Number(before[0]?.split(':')[0]) * 1_000;
    await expect.poll(() => usernames(first), { timeout: 20_000 }).not.toEqual(before);
    expect(Date.now()).toBeLessThan(expiry);
    await expect.poll(() => Date.now(), { timeout: 20_000 }).toBeGreaterThan(expiry + 3_000);
    await Promise.all([seesMore(first, 5_000), seesMore(second, 5_000)]);
    expect(await relayProtocol(first)).toBe('udp');
  });
});

describe('a relay that is killed in the middle of a call', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    it(`${transport}: the page says that it does not answer, and once it is back the call is`, async () => {
      relay.offerRelay();
      const [first, second] = await relay.inCall(`it=relay&tt=${transport}`);
      const connections = () => first.page.evaluate(() => window.madePeerConnections.length);
      const made = await connections();
      const [before] = await usernames(first);
      // Servers that were had less than 5 s ago are used again.
      const heard = await first.received();
      await first.receivedMoreThan({ ...heard, audioSeconds: heard.audioSeconds + 6 }, 20_000);
      await relay.coturn.kill();
      await first.page.locator('#status-div.is-reconnecting').waitFor({ timeout: 30_000 });
      for (const { page } of [first, second]) {
        const notice = page.locator('#relay-notice', { hasText: 'does not answer' });
        await notice.waitFor({ timeout: 60_000 });
      }
      await relay.coturn.revive();
      for (const { page } of [first, second]) {
        await page.locator('#status-div.is-connected').waitFor({ timeout: 40_000 });
      }
      await Promise.all([seesMore(first, 10_000), seesMore(second, 10_000)]);
      expect(await first.page.locator('#relay-notice').count()).toBe(0);
      // The same connection, with servers that were asked for anew.
      expect(await connections()).toBe(made);
      expect(await usernames(first)).not.toEqual([before]);
      expect(await relayProtocol(first)).toBe(transport);
    }, 180_000);
  }
});

describe('a relay that can’t be had, where nothing else is allowed', () => {
  async function notice(query: string): Promise<string> {
    const { page } = await relay.join(`${relay.nextRoom()}?${query}`);
    const shown = page.locator('#relay-notice');
    await shown.waitFor({ timeout: 20_000 });
    return (await shown.textContent()) ?? '';
  }

  it('a forged credential: the page says that it was refused', async () => {
    relay.offerRelay({ secret: 'another secret' });
    expect(await notice('it=relay')).toContain('refused');
  });

  it('an expired credential: the page says that it was refused', async () => {
    relay.offerRelay({ lifeSeconds: -60 });
    expect(await notice('it=relay')).toContain('refused');
  });

  it('nobody there: the page says that it does not answer', async () => {
    relay.offerRelay({ urls: ['turn:127.0.0.1:9?transport=udp'] });
    expect(await notice('it=relay')).toContain('does not answer');
  });

  it('none configured: the page says so', async () => {
    relay.ice = null;
    expect(await notice('it=relay')).toContain('has no relay');
  });

  it('none of the transport that is asked for: the page says so', async () => {
    relay.offerRelay({ urls: [`turn:127.0.0.1:${relay.coturn.port}`] });
    expect(await notice('it=relay&tt=tls')).toContain('of the kind that this address asks for');
  });
});

it('tt on the real peer connection: only the TURN addresses of that transport', async () => {
  const urls = ['stun:127.0.0.1:9', 'turn:127.0.0.1:9?transport=udp'];
  urls.push('turn:127.0.0.1:9?transport=tcp', 'turns:127.0.0.1:9?transport=tcp');
  relay.offerRelay({ urls });
  const expected = { udp: urls[1], tcp: urls[2], tls: urls[3] };
  for (const [transport, url] of Object.entries(expected)) {
    const { page } = await relay.join(`${relay.nextRoom()}?it=relay&tt=${transport}`);
    await page.waitForFunction(() => window.madePeerConnections.length > 0);
    const used = await page.evaluate(() => window.madePeerConnections.at(-1)?.getConfiguration());
    expect(used?.iceTransportPolicy).toBe('relay');
    expect(used?.iceServers?.flatMap((server) => server.urls)).toEqual([urls[0], url]);
  }
});
