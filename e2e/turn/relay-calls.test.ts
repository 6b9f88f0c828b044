import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../browser/person.ts';
import { type FirefoxPerson, useFirefoxPeople } from '../peers/firefox.ts';
import { usePeople } from '../peers/page-with-peer.ts';
import { newRoom } from '../wire/client.ts';
import { readCandidateErrors, readSelectedPath, type SelectedPath } from './selected-path.ts';
import { credentialOf } from './turn-client.ts';
import { saidLine, startTurnProduct, type TurnProduct, useRelayAddresses } from './turn-product.ts';

const addresses = useRelayAddresses();
const arriveInChromium = usePeople();
const arriveInFirefox = useFirefoxPeople();
const connectedWithinMs = 20_000;
/** The shortest that can be configured. */
const credentialLifeMs = 60_000;
let product: TurnProduct;

beforeAll(async () => {
  product = await startTurnProduct(addresses, {
    flags: ['--ice-credential-life-ms', String(credentialLifeMs)],
  });
});
afterAll(() => product.stop());

type AnyPerson = Person | FirefoxPerson;

async function callOver(query: string, first: AnyPerson, second: AnyPerson): Promise<void> {
  const room = `${newRoom()}?${query}`;
  await first.joinRoom(product.baseUrl, room);
  await first.waits();
  await second.joinRoom(product.baseUrl, room);
  await inTouch(first, second);
}

async function inTouch(...people: readonly AnyPerson[]): Promise<void> {
  await Promise.all(people.map((person) => person.seesAndHears(connectedWithinMs)));
}

/** Playwright's page and Puppeteer's have the method in common, and no type. */
function inPage<Value>({ page }: AnyPerson, read: () => Value): Promise<Awaited<Value>> {
  const evaluate: (read: () => Value) => Promise<Awaited<Value>> = page.evaluate.bind(page);
  return evaluate(read);
}

/**
 * Where a packet comes before the candidate is told, the browser calls the other's relay address peer-reflexive
 * (RFC 8445 section 7.3.1.3). Media goes over a relay either way.
 */
const relayed = { local: 'relay', remote: expect.stringMatching(/^(relay|prflx)$/) };

function pathOf(person: AnyPerson): Promise<SelectedPath | null> {
  return inPage(person, readSelectedPath);
}

/** How many connections the page has made, and what names the newest one's ICE session (RFC 8839 section 5.4). */
function readIceSession(): { readonly connections: number; readonly session: string } {
  const made = window.madePeerConnections;
  const sdp = made.at(-1)?.localDescription?.sdp ?? '';
  return { connections: made.length, session: /^a=ice-ufrag:(.*)$/m.exec(sdp)?.[1] ?? '' };
}

describe('a relay-only call through the coturn beside the server', { timeout: 90_000 }, () => {
  it.each(['udp', 'tcp'])('between two Chromiums over %s', async (transport) => {
    const [first, second] = [await arriveInChromium(), await arriveInChromium()];
    await callOver(`it=relay&tt=${transport}`, first, second);
    for (const person of [first, second]) {
      expect(await pathOf(person)).toEqual({
        ...relayed,
        relayProtocol: transport,
      });
    }
  });

  it.each(['Chromium', 'Firefox'])('between Chromium and Firefox, %s first', async (who) => {
    const [chromium, firefox] = [await arriveInChromium(), await arriveInFirefox()];
    const [first, second] = who === 'Chromium' ? [chromium, firefox] : [firefox, chromium];
    await callOver('it=relay', first, second);
    for (const person of [first, second]) {
      expect(await pathOf(person)).toMatchObject(relayed);
    }
  });
});

describe('credentials that are not good', { timeout: 60_000 }, () => {
  it('forged and expired ones are refused with 401, good ones are not', async () => {
    const { page } = await arriveInChromium();
    await page.goto(product.baseUrl);
    const urls = [`turn:${product.v4.address}:${product.v4.port}?transport=udp`];
    const gather = async (username: string, credential: string) =>
      await page.evaluate(readCandidateErrors, [{ urls, username, credential }]);
    const good = product.credential();
    const expired = credentialOf(product.secret(), -1);
    const gathered = await gather(good.username, good.password);
    expect(gathered.relays).toBeGreaterThan(0);
    for (const [username, password] of [
      [good.username, 'forged'],
      [`${good.username}x`, good.password],
      [expired.username, expired.password],
    ] as const) {
      const refused = await gather(username, password);
      expect(refused.codes).toContain(401);
      expect(refused.relays).toBe(0);
    }
  });
});

describe('a relayed call goes on', { timeout: 180_000 }, () => {
  it('when its credential has expired', async () => {
    const [first, second] = [await arriveInChromium(), await arriveInChromium()];
    const startMs = Date.now();
    await callOver('it=relay&tt=udp', first, second);
    // Frames until the credential is over, and then more of them.
    while (Date.now() < startMs + credentialLifeMs + 5_000) await inTouch(first, second);
    await inTouch(first, second);
    expect(await pathOf(first)).toMatchObject(relayed);
  });

  it('when coturn was killed, over the next one, by an ICE restart of the same connection', async () => {
    const [first, second] = [await arriveInChromium(), await arriveInChromium()];
    await callOver('it=relay&tt=udp', first, second);
    const before = await inPage(first, readIceSession);
    const from = product.said.length;
    process.kill(product.coturnPid(), 'SIGKILL');
    await saidLine(product, /"event":"turn.started"/, from);
    // A browser takes a path for lost only after many unanswered checks.
    await Promise.all([first, second].map((person) => person.seesAndHears(90_000)));
    const after = await inPage(first, readIceSession);
    expect(after.connections).toBe(before.connections);
    expect(after.session).not.toBe(before.session);
    expect(await pathOf(first)).toMatchObject(relayed);
  });
});
