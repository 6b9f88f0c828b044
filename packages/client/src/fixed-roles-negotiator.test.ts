import { FakeMediaStream, FakePeerConnection } from '@apprtc/testkit';
import { describe, expect, test } from 'vitest';
import { parseCallParameters } from './call-parameters.ts';
import { ConnectionShape } from './connection-shape.ts';
import { FixedRolesNegotiator, type Role } from './fixed-roles-negotiator.ts';
import type { NegotiationMessage } from './negotiator.ts';

function side(role: Role, query = '') {
  const pc = new FakePeerConnection();
  const sent: NegotiationMessage[] = [];
  const shown: MediaStream[] = [];
  const negotiator = new FixedRolesNegotiator({
    role,
    peerConnection: pc as unknown as RTCPeerConnection,
    tracks: { audio: null, video: null },
    localStream: new FakeMediaStream().asMediaStream(),
    remoteStream: new FakeMediaStream().asMediaStream(),
    shape: new ConnectionShape(parseCallParameters(new URLSearchParams(query)), () => []),
    listeners: {
      send: (message) => sent.push(message),
      onPeerHere: () => {},
      onConnectionState: () => {},
      onRemoteStream: (stream) => shown.push(stream),
    },
  });
  const kinds = (): string[] => sent.map(({ type }) => type);
  return { pc, sent, shown, negotiator, kinds };
}

/** Finds candidates as soon as the local description is set, before its promise says so. */
function findsCandidatesEarly(pc: FakePeerConnection): void {
  const original = pc.setLocalDescription.bind(pc);
  pc.setLocalDescription = async (description) => {
    await original(description);
    pc.driveCandidate(`candidate:${description.type}`);
  };
}

async function deliver(from: NegotiationMessage[], to: FixedRolesNegotiator): Promise<void> {
  for (const message of from.splice(0)) await to.receive(message);
}

async function exchange() {
  const offerer = side('offerer');
  const answerer = side('answerer');
  findsCandidatesEarly(offerer.pc);
  findsCandidatesEarly(answerer.pc);
  await offerer.negotiator.start();
  await answerer.negotiator.start();
  return { offerer, answerer };
}

describe('fixed roles', () => {
  test('each description goes out before its candidates, also at an ICE restart', async () => {
    const { offerer, answerer } = await exchange();
    expect(offerer.kinds()).toEqual(['offer', 'candidate']);
    await deliver(offerer.sent, answerer.negotiator);
    expect(answerer.kinds()).toEqual(['answer', 'candidate']);
    await deliver(answerer.sent, offerer.negotiator);
    expect(await offerer.negotiator.restartIce()).toBe(true);
    expect(offerer.kinds()).toEqual(['offer', 'candidate']);
    await deliver(offerer.sent, answerer.negotiator);
    expect(answerer.kinds()).toEqual(['answer', 'candidate']);
    expect(answerer.pc.getTransceivers()).toHaveLength(2);
  });

  test('an offer that nobody has answered is said again as it is, and either answer fits', async () => {
    const { offerer, answerer } = await exchange();
    await deliver(offerer.sent, answerer.negotiator);
    await deliver(answerer.sent, offerer.negotiator);
    expect(await offerer.negotiator.restartIce()).toBe(true);
    expect(await offerer.negotiator.restartIce()).toBe(true);
    const offers = offerer.sent.filter(({ type }) => type === 'offer');
    expect(offers).toHaveLength(2);
    expect(offers[1]).toEqual(offers[0]);
    await deliver(offerer.sent, answerer.negotiator);
    await deliver(answerer.sent, offerer.negotiator);
    expect([offerer.pc.signalingState, answerer.pc.signalingState]).toEqual(['stable', 'stable']);
    await offerer.negotiator.restartIce();
    expect(offerer.sent[0]).not.toEqual(offers[0]);
  });

  test('candidates that come before the offer wait for it, in order', async () => {
    const { offerer, answerer } = await exchange();
    const [offer] = offerer.sent;
    await answerer.negotiator.receive({ type: 'candidate', candidate: 'candidate:a', id: '0' });
    await answerer.negotiator.receive({ type: 'candidate', candidate: '' });
    await answerer.negotiator.receive({ type: 'candidate', candidate: 'candidate:b', label: 1 });
    expect(answerer.pc.remoteCandidates).toEqual([]);
    if (offer !== undefined) await answerer.negotiator.receive(offer);
    expect(answerer.pc.remoteCandidates).toEqual(['candidate:a', 'candidate:b']);
  });

  test('the stream is shown once for a peer, however often is negotiated', async () => {
    const { offerer, answerer } = await exchange();
    await deliver(offerer.sent, answerer.negotiator);
    await deliver(answerer.sent, offerer.negotiator);
    await offerer.negotiator.restartIce();
    await deliver(offerer.sent, answerer.negotiator);
    await deliver(answerer.sent, offerer.negotiator);
    expect([offerer.shown.length, answerer.shown.length]).toEqual([1, 1]);
  });

  test('the answerer never offers, and a stray answer changes nothing', async () => {
    const { offerer, answerer } = await exchange();
    await deliver(offerer.sent, answerer.negotiator);
    const [answer] = answerer.sent;
    expect(await answerer.negotiator.restartIce()).toBe(false);
    if (answer === undefined) throw new Error('no answer');
    await answerer.negotiator.receive(answer);
    await offerer.negotiator.receive(answer);
    await offerer.negotiator.receive(answer);
    expect([offerer.pc.signalingState, answerer.pc.signalingState]).toEqual(['stable', 'stable']);
  });

  test('our media belongs to one stream on every m-line, as older clients need', async () => {
    const { offerer, answerer } = await exchange();
    await deliver(offerer.sent, answerer.negotiator);
    for (const { pc } of [offerer, answerer]) {
      const ids = pc.getTransceivers().map(({ sender }) => sender.streams.map(({ id }) => id));
      expect(ids).toHaveLength(2);
      expect(ids[0]).toHaveLength(1);
      expect(ids[0]).toEqual(ids[1]);
    }
  });

  test('closed, it says nothing more', async () => {
    const { offerer } = await exchange();
    offerer.negotiator.close();
    offerer.pc.driveCandidate('candidate:late');
    expect(offerer.kinds()).toEqual(['offer', 'candidate']);
    expect(await offerer.negotiator.restartIce()).toBe(false);
  });
});

describe('descriptions shaped by the query', () => {
  test('ours is set and sent with what we want to receive', async () => {
    const { pc, sent, negotiator } = side('offerer', 'arbr=32');
    await negotiator.start();
    expect(sent[0]).toMatchObject({ type: 'offer', sdp: pc.localDescription?.sdp });
    expect(pc.localDescription?.sdp.match(/^b=.*$/gm)).toEqual(['b=AS:32']);
  });

  test('a browser that refuses the edit keeps its own and sends the shaped one', async () => {
    const { pc, sent, negotiator } = side('offerer', 'arbr=32');
    const original = pc.setLocalDescription.bind(pc);
    pc.setLocalDescription = async (description) => {
      if (description.sdp.includes('b=AS')) throw new DOMException('', 'InvalidModificationError');
      await original(description);
    };
    await negotiator.start();
    expect(pc.localDescription?.sdp).not.toContain('b=AS');
    expect(sent).toMatchObject([{ type: 'offer', sdp: expect.stringContaining('b=AS:32') }]);
  });
});
