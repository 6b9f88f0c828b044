import type { ConnectionId } from '@apprtc/signaling';
import { NotedConnection } from '@apprtc/testkit';
import { expect, it } from 'vitest';
import { Connections } from './connections.ts';

it('connections are found by their ids while they are open', () => {
  const connections = new Connections();
  const [first, second] = [new NotedConnection('1', []), new NotedConnection('2', [])];
  connections.add(first);
  connections.add(second);
  expect([connections.size, connections.get(first.id)]).toEqual([2, first]);
  connections.remove(first.id);
  connections.remove('3' as ConnectionId);
  expect([connections.size, connections.get(first.id)]).toEqual([1, undefined]);
});
