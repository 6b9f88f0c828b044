import { describe, expect, it } from 'vitest';
import { type KeyPress, keyAction } from './key-action.ts';

const press: KeyPress = {
  key: 'm',
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  targetTag: 'BODY',
  isEditable: false,
};

describe('keyAction', () => {
  it.each([
    [' ', 'mic'],
    ['m', 'mic'],
    ['M', 'mic'],
    ['c', 'camera'],
    ['f', 'fullscreen'],
    ['i', 'info'],
    ['q', 'hang-up'],
    ['l', 'own-picture'],
    ['x', null],
    ['Escape', null],
    ['constructor', null],
  ])('%j asks for %j', (key, action) => {
    expect(keyAction({ ...press, key })).toBe(action);
  });

  it.each([
    { ctrlKey: true },
    { altKey: true },
    { metaKey: true },
    { repeat: true },
    { targetTag: 'INPUT' },
    { targetTag: 'TEXTAREA' },
    { isEditable: true },
    { key: ' ', targetTag: 'BUTTON' },
    { key: ' ', targetTag: 'A' },
  ])('leaves the key alone with %j', (change) => {
    expect(keyAction({ ...press, ...change })).toBeNull();
  });

  it('still mutes with m while a button has the focus', () => {
    expect(keyAction({ ...press, targetTag: 'BUTTON' })).toBe('mic');
  });
});
