import { afterEach, expect } from 'vitest';
import { useChromium } from '../browser/chromium.ts';
import { Person } from '../browser/person.ts';
import type { Address } from '../wire/product.ts';
import type { ForeignPeer } from './foreign-peer.ts';

/** Within this time of joining both must see and hear each other. Foreign peers take their time to start. */
export const connectedWithinMs = 15_000;

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
  const [heard] = await Promise.all([
    peer.seesAndHears(connectedWithinMs),
    person.seesAndHears(connectedWithinMs),
  ]);
  const received = await person.received();
  console.log(
    `The page received ${received.framesDecoded} frames, energy ${received.audioEnergy.toFixed(4)};`,
    `the peer ${heard.videoFrames} frames, energy ${heard.audioEnergy.toFixed(4)}`,
  );
  expect(person.complaints).toEqual([]);
}
