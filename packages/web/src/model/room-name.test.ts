import { describe, expect, it } from 'vitest';
import { randomRoomName, roomNameProblem } from './room-name.ts';

describe('roomNameProblem', () => {
  it.each(['12345', 'garden-party', 'A_b-9'])('finds nothing wrong with %j', (name) => {
    expect(roomNameProblem(name)).toBeNull();
  });

  it.each([
    ['', 'Type a name'],
    ['abc', '2 more characters'],
    ['abcd', '1 more character,'],
    ['a b c', 'Spaces don’t'],
    ['café-noir', '“é” doesn’t'],
    ['party🎉', '“🎉” doesn’t'],
    ['x'.repeat(129), 'too long'],
    ['leave', 'kept for the service'],
  ])('says what is wrong with %j', (name, words) => {
    expect(roomNameProblem(name)).toContain(words);
  });
});

describe('randomRoomName', () => {
  it('is nine digits, and one that may be typed', () => {
    const name = randomRoomName((words) => {
      words.set([0, 11, 22, 33, 44, 55, 66, 77, 4_294_967_295]);
    });
    expect(name).toBe('012345675');
    expect(roomNameProblem(name)).toBeNull();
  });
});
