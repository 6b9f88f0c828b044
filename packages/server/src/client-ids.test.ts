import type { ClientId, RoomId } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import { ClientIds, clientDigest } from './client-ids.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const roomId = 'room' as RoomId;
const ids = new ClientIds('a secret of some length');

function isIssued(text: string, room: string = roomId): boolean {
  return ids.isIssued(room as RoomId, text as ClientId);
}

describe('client ids', () => {
  it('[ID5] are 22 base64url characters, and ours', () => {
    for (let count = 0; count < 100; count += 1) {
      const id = ids.issue(roomId);
      expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
      expect(isIssued(id)).toBe(true);
    }
  });

  it('[ID5] [JN4] never repeat', () => {
    const many = new Set(Array.from({ length: 10_000 }, () => ids.issue(roomId)));
    expect(many.size).toBe(10_000);
  });

  it('[ID5] [RG3] hold for their room only', () => {
    const id = ids.issue(roomId);
    for (const room of ['Room', 'rooms', 'roo', 'other'])
      expect(isIssued(id, room), room).toBe(false);
  });

  it('[ID5] [RG3] do not bear a change of any character', () => {
    const id = ids.issue(roomId);
    for (let at = 0; at < id.length; at += 1) {
      for (const character of alphabet) {
        if (character === id[at]) continue;
        const forged = id.slice(0, at) + character + id.slice(at + 1);
        expect(isIssued(forged), forged).toBe(false);
      }
    }
  });

  it('[ID5] have one spelling: the unused bits of the last character are zero', () => {
    const id = ids.issue(roomId);
    const last = alphabet.indexOf(id.at(-1) ?? '');
    expect(last % 16).toBe(0);
    for (const bits of [1, 7, 15]) {
      const same = id.slice(0, -1) + alphabet[last + bits];
      expect(Buffer.from(same, 'base64url')).toEqual(Buffer.from(id, 'base64url'));
      expect(isIssued(same)).toBe(false);
    }
    for (const variant of [`${id}==`, `${id} `, `${id}\n`, id.slice(0, -1), `${id}A`, '']) {
      expect(isIssued(variant), JSON.stringify(variant)).toBe(false);
    }
  });

  it('[ID5] hold for their secret only, in whichever process', () => {
    const id = ids.issue(roomId);
    expect(new ClientIds('another secret').isIssued(roomId, id)).toBe(false);
    expect(new ClientIds('a secret of some length').isIssued(roomId, id)).toBe(true);
  });
});

describe('the digest of a client id', () => {
  it('names it in logs without giving it away', () => {
    const [first, second] = [ids.issue(roomId), ids.issue(roomId)];
    expect(clientDigest(first)).toMatch(/^[A-Za-z0-9_-]{10}$/);
    expect(clientDigest(first)).toBe(clientDigest(first));
    expect(clientDigest(first)).not.toBe(clientDigest(second));
    expect(first).not.toContain(clientDigest(first));
  });
});
