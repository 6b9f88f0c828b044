import { describe, expect, it } from 'vitest';
import { parseRecentRooms, withoutRoom, withRoom } from './recent-rooms.ts';

describe('recent rooms', () => {
  it('holds each room once, the newest first', () => {
    expect(withRoom(['one', 'two'], 'two')).toEqual(['two', 'one']);
  });

  it('forgets the oldest beyond six', () => {
    expect(withRoom(['a', 'b', 'c', 'd', 'e', 'f'], 'g')).toEqual(['g', 'a', 'b', 'c', 'd', 'e']);
  });

  it('forgets a room on demand', () => {
    expect(withoutRoom(['one', 'two'], 'one')).toEqual(['two']);
  });

  it.each([
    [null, []],
    ['{', []],
    ['{"a":1}', []],
    ['["one",2,"two"]', ['one', 'two']],
  ])('reads %j tolerantly', (text, rooms) => {
    expect(parseRecentRooms(text)).toEqual(rooms);
  });
});
