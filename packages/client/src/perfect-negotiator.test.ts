import { FakeMediaStream, FakePeerConnection, SeededRandom } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import { plainShape } from './connection-shape.ts';
import type { Role } from './fixed-roles-negotiator.ts';
import type { NegotiationMessage } from './negotiator.ts';
import { PerfectNegotiator } from './perfect-negotiator.ts';

function side(role: Role) {
  const pc = new FakePeerConnection();
  const sent: NegotiationMessage[] = [];
  const negotiator = new PerfectNegotiator({
    role,
    peerConnection: pc as unknown as RTCPeerConnection,
    tracks: { audio: null, video: null },
    localStream: new FakeMediaStream().asMediaStream(),
    remoteStream: new FakeMediaStream().asMediaStream(),
    shape: plainShape(),
    listeners: {
      send: (message) => sent.push(message),
      onPeerHere: () => {},
      onConnectionState: () => {},
      onRemoteStream: () => {},
    },
  });
  return { pc, sent, negotiator };
}

type Side = ReturnType<typeof side>;

/** The oldest message of one arrives at the other. */
async function deliver(from: Side, to: Side): Promise<void> {
  const message = from.sent.shift();
  if (message !== undefined) await to.negotiator.receive(message);
}

async function deliverAll(one: Side, other: Side): Promise<void> {
  while (one.sent.length + other.sent.length > 0) {
    await deliver(one, other);
    await deliver(other, one);
  }
}

async function agreed(): Promise<[Side, Side]> {
  const [impolite, polite] = [side('offerer'), side('answerer')];
  await impolite.negotiator.start();
  await polite.negotiator.start();
  await deliverAll(impolite, polite);
  return [impolite, polite];
}

/** Both are done, and each has the other's newest ICE credentials. */
function expectAgreement(one: Side, other: Side, seed = 0): void {
  const ufrag = (sdp = ''): string | undefined => /ice-ufrag:(.*)\r/.exec(sdp)?.[1];
  const states = [one.pc.signalingState, other.pc.signalingState];
  expect(states, `seed ${seed}`).toEqual(['stable', 'stable']);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const told = ufrag(to.pc.remoteDescription?.sdp);
    expect(told, `seed ${seed}`).toBe(ufrag(from.pc.localDescription?.sdp));
  }
}

test('the initiator offers first, and either side may restart ICE', async () => {
  const [impolite, polite] = await agreed();
  expectAgreement(impolite, polite);
  for (const [one, other] of [
    [impolite, polite],
    [polite, impolite],
  ] as const) {
    expect(await one.negotiator.restartIce()).toBe(true);
    expect(await one.negotiator.restartIce()).toBe(false);
    await deliverAll(impolite, polite);
    expect(one.pc.localDescription?.type).toBe('offer');
    expectAgreement(one, other);
  }
});

test('of two offers that cross, the polite side takes its own back', async () => {
  const [impolite, polite] = await agreed();
  await impolite.negotiator.restartIce();
  await polite.negotiator.restartIce();
  await deliver(polite, impolite);
  expect(impolite.pc.signalingState).toBe('have-local-offer');
  await deliverAll(impolite, polite);
  expect([impolite, polite].map(({ pc }) => pc.localDescription?.type)).toEqual([
    'offer',
    'answer',
  ]);
  expectAgreement(impolite, polite);
});

test('whoever restarts, and however messages cross, both agree in the end', async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = new SeededRandom(seed);
    const [impolite, polite] = await agreed();
    for (let step = 0; step < 20; step += 1) {
      const [one, other] = random.below(2) === 0 ? [impolite, polite] : [polite, impolite];
      if (random.below(3) === 0) await one.negotiator.restartIce();
      else await deliver(one, other);
    }
    await deliverAll(impolite, polite);
    expectAgreement(impolite, polite, seed);
  }
});
