import { describe, expect, test } from 'vitest';
import { FakePeerConnection } from './fake-peer-connection.ts';
import { peerConnectionContract } from './peer-connection-contract.ts';

describe('the fake peer connection keeps the contract', () => {
  for (const { name, run } of peerConnectionContract) {
    test(name, async () => {
      await run(() => new FakePeerConnection() as unknown as RTCPeerConnection);
    });
  }
});

test('the contract notices a fake that takes early candidates', async () => {
  class Lax extends FakePeerConnection {
    override async addIceCandidate(): Promise<void> {}
  }
  const strict = peerConnectionContract.find(({ name }) => name.includes('before the description'));
  await expect(strict?.run(() => new Lax() as unknown as RTCPeerConnection)).rejects.toThrow();
});

test('the hand-driven connection state reaches the handler', () => {
  const pc = new FakePeerConnection();
  const seen: string[] = [];
  pc.onconnectionstatechange = () => seen.push(pc.connectionState);
  pc.driveConnection('connected');
  pc.close();
  pc.driveConnection('failed');
  expect(seen).toEqual(['connected']);
});
