import { afterEach, expect } from 'vitest';
import { useChromium } from '../browser/chromium.ts';
import { Person } from '../browser/person.ts';
import type { Address } from '../wire/product.ts';
import { type ForeignPeer, leastLoudness } from './foreign-peer.ts';

/** Within this time of joining both must see and hear each other. Foreign peers take their time to start. */
export const connectedWithinMs = 15_000;

/** For a test with two calls. Every wait in it has a bound of its own, which says more when it fails. */
export const testTimeoutMs = 60_000;

/** What every peer sends is brighter than this on the mean, of 255. */
const brightness = 30;

/** People at our page in Chromium, who are gone after each test. */
export function usePeople(): () => Promise<Person> {
  const chromium = useChromium();
  const people: Person[] = [];
  afterEach(async () => {
    await Promise.all(people.splice(0).map((person) => person.leave()));
  });
  return async () => {
    const person = await Person.arrive(chromium.browser);
    people.push(person);
    return person;
  };
}

/** The peer takes the first seat and is the initiator; then the person comes. */
export async function peerFirst(
  peer: ForeignPeer,
  person: Person,
  at: Address,
  room: string,
): Promise<void> {
  expect(await peer.joined()).toBe(true);
  await person.joinRoom(at.baseUrl, room);
  await bothSeeAndHear(peer, person);
}

/** The person waits; `newPeer` joins as the one who answers. */
export async function pageFirst(
  newPeer: () => ForeignPeer,
  person: Person,
  at: Address,
  room: string,
): Promise<ForeignPeer> {
  await person.joinRoom(at.baseUrl, room);
  await person.waits();
  const peer = newPeer();
  expect(await peer.joined()).toBe(false);
  await bothSeeAndHear(peer, person);
  return peer;
}

export async function bothSeeAndHear(peer: ForeignPeer, person: Person): Promise<void> {
  const outcomes = await Promise.allSettled([
    peer.seesAndHears(connectedWithinMs),
    person.seesAndHears(connectedWithinMs),
  ]);
  const problems = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [String(outcome.reason)] : [],
  );
  if (problems.length > 0) throw new Error([...problems, await situation(person)].join('\n'));
  const { audioEnergy, audioSeconds } = await person.received();
  expect(audioEnergy / audioSeconds).toBeGreaterThan(leastLoudness);
  await person.picture('brighter', brightness, connectedWithinMs);
  expect(person.complaints).toEqual([]);
}

/** What the page's peer connections know, to explain a failure: which paths were tried, and what went over them. */
function situation(person: Person): Promise<string> {
  return person.page.evaluate(async () => {
    const wanted = ['transport', 'candidate-pair', 'inbound-rtp', 'outbound-rtp'];
    const lines: string[] = [];
    for (const connection of window.madePeerConnections) {
      const { connectionState, iceConnectionState, signalingState } = connection;
      lines.push(`The page: ${connectionState}, ICE ${iceConnectionState}, ${signalingState}`);
      for (const report of (await connection.getStats()).values()) {
        if (wanted.includes(report.type)) lines.push(JSON.stringify(report));
      }
    }
    return lines.join('\n');
  });
}
