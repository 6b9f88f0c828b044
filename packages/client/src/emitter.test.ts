import { expect, test } from 'vitest';
import { Emitter } from './emitter.ts';

interface Events {
  readonly count: number;
}

function quietly(action: () => void): unknown[] {
  const shown: unknown[] = [];
  const original = console.error;
  console.error = (...values: unknown[]) => shown.push(...values);
  try {
    action();
  } finally {
    console.error = original;
  }
  return shown;
}

test('a listener that throws is reported and the others still hear', () => {
  const emitter = new Emitter<Events>();
  const heard: number[] = [];
  emitter.on('count', () => {
    throw new Error('mine');
  });
  emitter.on('count', (value) => heard.push(value));
  const shown = quietly(() => emitter.emit('count', 1));
  expect(heard).toEqual([1]);
  expect(String(shown[0])).toContain('mine');
});

test('unsubscribing undoes one subscription, also from within a listener', () => {
  const emitter = new Emitter<Events>();
  const heard: string[] = [];
  const off = emitter.on('count', () => {
    heard.push('once');
    off();
  });
  emitter.on('count', () => heard.push('always'));
  emitter.emit('count', 1);
  emitter.emit('count', 2);
  expect(heard).toEqual(['once', 'always', 'always']);
});
