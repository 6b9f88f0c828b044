import type { ClientId, RoomId } from '@apprtc/protocol';
import { describe, expect, it } from 'vitest';
import { ClientIds, clientDigest } from '../client-ids.ts';
import { IceKeys } from './ice-keys.ts';

const secret = 'a secret for this test';
const clientIds = new ClientIds(secret);
const keys = new IceKeys(secret, clientIds);
const roomId = 'Room-1' as RoomId;
const now = 1_700_000_000;
const address = '192.0.2.1';

/** The key with one character changed, at every place. */
function forgeries(key: string): readonly string[] {
  return [...key].map((letter, at) => {
    const other = letter === 'A' ? 'B' : 'A';
    return `${key.slice(0, at)}${other}${key.slice(at + 1)}`;
  });
}

describe('the key of a join', () => {
  const clientId = clientIds.issue(roomId);
  const key = keys.forSeat(roomId, clientId);

  it('[IC9] names its client and its room, for any address at any time', () => {
    const holder = { kind: 'seat', roomId, clientId };
    expect(keys.read(key, address, now)).toEqual(holder);
    expect(keys.read(key, '2001:db8::1', now + 1e8)).toEqual(holder);
  });

  it('[IC9] does not hold the id of its client', () => {
    expect(key).not.toContain(clientId);
    const [, text = ''] = key.split('.');
    const id = Buffer.from(clientId, 'base64url');
    expect(Buffer.from(text, 'base64url').includes(id.subarray(8))).toBe(false);
  });

  it('[IC8] is good as it is only', () => {
    for (const forged of forgeries(key)) expect(keys.read(forged, address, now)).toBeNull();
    for (const forged of [`${key}x`, key.slice(0, -1), key.toLowerCase(), ` ${key}`]) {
      expect(keys.read(forged, address, now)).toBeNull();
    }
  });

  it('[IC8] of another server is none', () => {
    const foreign = new IceKeys(`${secret}!`, clientIds).forSeat(roomId, clientId);
    expect(keys.read(foreign, address, now)).toBeNull();
  });

  it('fits small buffers', () => {
    expect(keys.forSeat('0123456789' as RoomId, clientId)).toHaveLength(45);
  });
});

describe('the key of /params', () => {
  const key = keys.forAddress(address, now);

  it('[IC10] names the address that asked, for five minutes', () => {
    expect(keys.read(key, address, now + 299)).toEqual({ kind: 'address', address });
    expect(keys.read(key, '::ffff:192.0.2.1', now)).not.toBeNull();
    expect(keys.read(key, address, now + 300)).toBeNull();
    expect(keys.read(key, '192.0.2.2', now)).toBeNull();
  });

  it('[IC10] names the /64 of an IPv6 address, which a phone changes within', () => {
    const sixth = keys.forAddress('2001:db8::1', now);
    expect(keys.read(sixth, '2001:db8::abcd', now)).not.toBeNull();
    expect(keys.read(sixth, '2001:db8:0:1::1', now)).toBeNull();
  });

  it('[IC8] is good as it is only', () => {
    for (const forged of forgeries(key)) expect(keys.read(forged, address, now)).toBeNull();
  });
});

describe('no key', () => {
  it.each([
    '',
    's',
    's..',
    'a.',
    'any',
    `s.${'A'.repeat(32)}.Room-1`,
    `a.${'_'.repeat(27)}`,
    'x'.repeat(1e5),
  ])('[IC8] is %s', (text) => {
    expect(keys.read(text, address, now)).toBeNull();
  });
});

describe('the owner of credentials', () => {
  it('[IC12] is the digest of a client id, the one in the logs', () => {
    const clientId = clientIds.issue(roomId);
    const owner = keys.ownerOf({ kind: 'seat', roomId, clientId });
    expect(owner).toBe(clientDigest(clientId));
    expect(owner).not.toContain(clientId.slice(0, 6));
  });

  it('[IC12] is the same for one address, and another for another', () => {
    const ownerOf = (from: string) => keys.ownerOf({ kind: 'address', address: from });
    expect(ownerOf(address)).toMatch(/^ip-[\w-]{10}$/);
    expect(ownerOf('::ffff:192.0.2.1')).toBe(ownerOf(address));
    expect(ownerOf('192.0.2.2')).not.toBe(ownerOf(address));
  });
});

describe('the random half of an id', () => {
  it('[IC9] makes the same id again in its room, and an issued one only', () => {
    const clientId = clientIds.issue(roomId);
    const nonce = clientIds.nonceOf(clientId);
    expect(clientIds.ofNonce(roomId, nonce)).toBe(clientId);
    expect(clientIds.ofNonce('other' as RoomId, nonce)).not.toBe(clientId);
    expect(clientIds.isIssued(roomId, nonce.toString('base64url') as ClientId)).toBe(false);
  });
});
