import { describe, expect, it } from 'vitest';
import { roomPath, routeOf } from './route.ts';

describe('routeOf', () => {
  it.each(['/', '', '/elsewhere', '/r', '/r/a/b'])('shows home at %j', (path) => {
    expect(routeOf(path)).toEqual({ name: 'home' });
  });

  it.each(['abc', '481516234', 'Tuesday_stand-up'])('opens the room %j', (room) => {
    expect(routeOf(`/r/${room}`)).toEqual({ name: 'room', room });
    expect(routeOf(`${roomPath(room)}/`)).toEqual({ name: 'room', room });
  });

  it.each([
    ['/r/a%20b', 'a b'],
    ['/r/', ''],
    ['/r/leave', 'leave'],
    ['/r/%E0%A4%A', '%E0%A4%A'],
    [`/r/${'x'.repeat(129)}`, 'x'.repeat(129)],
  ])('refuses %j', (path, text) => {
    expect(routeOf(path)).toEqual({ name: 'bad-room', text });
  });
});
