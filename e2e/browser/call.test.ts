import { afterEach, describe, expect, it } from 'vitest';
import { useProduct } from '../wire/product.ts';
import { useChromium } from './chromium.ts';
import { Person } from './person.ts';

const product = useProduct();
const chromium = useChromium();

/** Within this time of joining both must see and hear each other. */
const connectedWithinMs = 5_000;
const people: Person[] = [];
let rooms = 0;

async function arrive(): Promise<Person> {
  const person = await Person.arrive(chromium.browser);
  people.push(person);
  return person;
}

function nextRoom(): string {
  rooms += 1;
  return `call-${rooms}`;
}

/** Two people in a call. */
async function inCall(room: string): Promise<[Person, Person]> {
  const [first, second] = [await arrive(), await arrive()];
  await first.joinRoom(product.baseUrl, room);
  await first.waits();
  await second.joinRoom(product.baseUrl, room);
  await Promise.all([
    first.seesAndHears(connectedWithinMs),
    second.seesAndHears(connectedWithinMs),
  ]);
  return [first, second];
}

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.leave()));
});

describe('a call between two browsers', () => {
  it('[PG2] [PG3] both see moving pictures and hear sound within 5 s', async () => {
    const room = nextRoom();
    const [first, second] = await inCall(room);
    expect(new URL(first.page.url()).pathname).toBe(`/r/${room}`);
    expect([...first.complaints, ...second.complaints]).toEqual([]);
  });
});
