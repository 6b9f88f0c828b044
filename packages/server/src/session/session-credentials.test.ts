import type { ClientId, Credential, InstanceId, RoomId } from '@apprtc/protocol';
import type { SeatProof } from '@apprtc/signaling';
import { describe, expect, it } from 'vitest';
import { SessionCredentials } from './session-credentials.ts';

const room = 'room' as RoomId;
const credentials = new SessionCredentials('a secret of some length');
const proof: SeatProof = {
  clientId: 'client' as ClientId,
  slot: 1,
  isInitiator: false,
  epoch: 1_790_000_000_000,
  instance: 'instance-1' as InstanceId,
};

/** With one character of it changed. */
function changed(credential: Credential, at: number): Credential {
  const other = credential[at] === 'A' ? 'B' : 'A';
  return `${credential.slice(0, at)}${other}${credential.slice(at + 1)}` as Credential;
}

describe('the credential of a seat', () => {
  it('[V9] says what it proves to whoever has the secret', () => {
    const credential = credentials.make(room, proof);
    const another = new SessionCredentials('a secret of some length');
    expect(another.read(room, credential)).toEqual(proof);
    const first: SeatProof = { ...proof, slot: 0, isInitiator: true, epoch: 0 };
    expect(credentials.read(room, credentials.make(room, first))).toEqual(first);
  });

  it('[V9] is worth nothing in another room, under another secret, or changed anywhere', () => {
    const credential = credentials.make(room, proof);
    expect(credentials.read('other' as RoomId, credential)).toBeNull();
    expect(new SessionCredentials('another secret, as long').read(room, credential)).toBeNull();
    for (let at = 0; at < credential.length; at += 7) {
      expect(credentials.read(room, changed(credential, at)), String(at)).toBeNull();
    }
    for (const text of ['x', '.', `${credential}.x`, credential.slice(0, -1)]) {
      expect(credentials.read(room, text as Credential), text).toBeNull();
    }
  });
});
