import type { RoomId } from '@apprtc/protocol';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ClientIds, clientDigest } from '../client-ids.ts';
import { CredentialAllowance } from './credential-allowance.ts';
import { IceKeys } from './ice-keys.ts';
import { IceService, type IceServiceParts } from './ice-service.ts';
import { turnCredential, turnSource } from './turn-source.ts';

const secret = 'a secret for this test';
const now = 1_700_000_000;
const roomId = 'Room-1' as RoomId;
const clientIds = new ClientIds(secret);
const clientId = clientIds.issue(roomId);
const address = '192.0.2.1';
const turnUrls = ['turn:t.test:3478?transport=udp'];
const stunOnly = {
  urls: ['stun:t.test:3478'],
  username: `${now + 600}:apprtc`,
  credential: 'none',
};

function serviceWith(rest: Partial<IceServiceParts> = {}): IceService {
  const allowance = new CredentialAllowance({
    maxIceCredentialsPerClient: 2,
    maxIceCredentialsPerAddress: 5,
    trustProxy: false,
  });
  return new IceService({
    keys: new IceKeys(secret, clientIds),
    seats: { isSeated: (room, client) => room === roomId && client === clientId },
    allowance,
    source: turnSource({ urls: turnUrls, secret: 'north' }),
    responder: null,
    isOpen: false,
    lifeSeconds: 600,
    logger: pino({ level: 'silent' }),
    nowMs: () => now * 1000 + 1,
    ...rest,
  });
}

async function answered(service: IceService, key: string, from = address) {
  const { iceServers, lifetimeDuration } = await service.answer({
    key,
    address: from,
    hostName: 'calls.test',
  });
  return { first: iceServers[0], lifetimeDuration, iceServers };
}

const theClients = turnCredential('north', clientDigest(clientId), now + 600);

describe('who is given a relay', () => {
  it('[IC9] [IC12] a client with a seat, in its own name', async () => {
    const service = serviceWith();
    const { first, lifetimeDuration } = await answered(service, service.seatKey(roomId, clientId));
    expect(first).toEqual({ urls: turnUrls, ...theClients });
    expect(lifetimeDuration).toBe('600s');
  });

  it('[IC9] not one whose seat is gone', async () => {
    for (const isSeated of [() => false, async () => false]) {
      const service = serviceWith({ seats: { isSeated } });
      const key = service.seatKey(roomId, clientId);
      expect((await answered(service, key)).iceServers).toEqual([stunOnly]);
    }
  });

  it('[IC10] an address with the key of /params, for two minutes', async () => {
    const service = serviceWith();
    const { first, lifetimeDuration } = await answered(service, service.addressKey(address));
    expect(first?.username).toMatch(new RegExp(`^${now + 120}:ip-[\\w-]{10}$`));
    expect(lifetimeDuration).toBe('120s');
    const elsewhere = await answered(service, service.addressKey(address), '192.0.2.2');
    expect(elsewhere.first).toEqual(stunOnly);
  });

  it('[IC11] nobody without a good key', async () => {
    const service = serviceWith();
    for (const key of ['', 'any', `${service.seatKey(roomId, clientId)}x`]) {
      expect((await answered(service, key)).iceServers).toEqual([stunOnly]);
    }
  });

  it('[IC16] anybody where it is open, for the whole time and in their own name', async () => {
    const service = serviceWith({ isOpen: true, seats: { isSeated: () => false } });
    const { first } = await answered(service, 'any');
    expect(first?.username).toMatch(new RegExp(`^${now + 600}:ip-`));
    const withKey = await answered(service, service.seatKey(roomId, clientId));
    expect(withKey.first).toMatchObject(theClients);
  });

  it('[IC13] nobody beyond the bounds', async () => {
    const service = serviceWith();
    const key = service.seatKey(roomId, clientId);
    const relays = async (count: number, ofKey: string) => {
      let given = 0;
      for (let turn = 0; turn < count; turn += 1) {
        const { first } = await answered(service, ofKey);
        if (first?.urls === turnUrls) given += 1;
      }
      return given;
    };
    expect(await relays(4, key)).toBe(2);
    expect(await relays(4, service.addressKey(address))).toBe(1);
    const bounded = await answered(service, key);
    expect(bounded.iceServers).toEqual([stunOnly]);
  });
});

describe('where a relay can not be had', () => {
  it('[IC11] it is STUN, whatever fails', async () => {
    const failing = {
      grant: () => Promise.reject(new Error('The provider is a bug')),
      stunUrls: () => [],
      close() {},
    };
    const deaf = { isSeated: () => Promise.reject(new Error('The Collider is away')) };
    for (const service of [serviceWith({ source: failing }), serviceWith({ seats: deaf })]) {
      const { first } = await answered(service, service.seatKey(roomId, clientId));
      expect(first?.urls).toEqual([expect.stringMatching(/^stun:/)]);
      expect(first?.username).toBe(`${now + 600}:apprtc`);
    }
  });

  it('[IC6] it is STUN of our own host where nobody else has any', async () => {
    const service = serviceWith({ source: null });
    const { iceServers, lifetimeDuration } = await answered(service, '');
    expect(iceServers).toEqual([
      { urls: ['stun:calls.test:3478'], username: `${now + 86_400}:apprtc`, credential: 'none' },
    ]);
    expect(lifetimeDuration).toBe('86400s');
  });
});
