import { type FakePeerConnection as Fake, FakePeerConnection } from '@apprtc/testkit';
import { describe, expect, it } from 'vitest';
import type { Call } from './api.ts';
import { audioAndVideo, CallWorld, type FakePage } from './call-world.fixture.ts';
import { LoopbackPeer } from './loopback-peer.ts';

/** A room with oneself: the owner's page, and another that only notes what the far end makes. */
async function loopbackCall() {
  const world = new CallWorld();
  const [owner, far] = [world.page(), world.page()];
  const media = audioAndVideo();
  const call = await owner.join(media, 'debug=loopback');
  const streams: (MediaStream | null)[] = [];
  const peer = new LoopbackPeer({
    room: call.room,
    url: call.loopbackUrl ?? '',
    configuration: () => ({ iceTransportPolicy: 'relay' }),
    onStream: (stream) => streams.push(stream),
    platform: far.platform(),
  });
  await world.pass();
  return { world, owner, far, call, peer, streams, media };
}

function connect(...pages: FakePage[]): void {
  for (const page of pages) page.pc().driveConnection('connected');
}

function heardBy(call: Call): string[] {
  const heard: string[] = [];
  call.on('customized', (data) => heard.push(data));
  return heard;
}

/** What a connection sends and what it receives, by kind. */
function tracksOf(pc: Fake) {
  return pc.getTransceivers().map(({ sender, receiver }) => ({
    sent: sender.track?.id,
    received: receiver.track.id,
  }));
}

describe('LoopbackPeer', () => {
  it('[LB1] [LB2] answers the owner’s offer through the server, over a socket of its own', async () => {
    const { world, owner, far, call } = await loopbackCall();
    expect(owner.pc().signalingState).toBe('stable');
    expect(far.pc().remoteDescription?.sdp).toBe(owner.pc().localDescription?.sdp);
    expect(owner.pc().remoteDescription?.sdp).toBe(far.pc().localDescription?.sdp);
    connect(owner, far);
    expect(call.state.name).toBe('connected');
    expect(world.server.log).toContain('ws loopback_client_id register');
    expect(world.server.log).toContain('POST /message/abc/C1 offer');
    expect(world.server.log).toContain('ws LOOPBACK_CLIENT_ID answer');
  });

  it('sends back the tracks that it receives', async () => {
    const { far, call, streams } = await loopbackCall();
    const tracks = tracksOf(far.pc());
    expect(tracks).toHaveLength(2);
    for (const { sent, received } of tracks) expect(sent).toBe(received);
    expect(streams.map((stream) => stream?.getTracks().length)).toEqual([2]);
    expect(call.remoteStream?.getTracks()).toHaveLength(2);
  });

  it('takes candidates, and tells its own', async () => {
    const { world, owner, far } = await loopbackCall();
    owner.pc().driveCandidate('candidate:1');
    far.pc().driveCandidate('candidate:2');
    await world.pass();
    expect(far.pc().remoteCandidates).toEqual(['candidate:1']);
    expect(owner.pc().remoteCandidates).toEqual(['candidate:2']);
  });

  it('echoes customized messages, so that the way there and back can be timed', async () => {
    const { world, call } = await loopbackCall();
    const heard = heardBy(call);
    call.sendCustomized('ping 1');
    await world.pass();
    expect(heard).toEqual(['ping 1']);
  });

  it('uses the configuration that it is given', async () => {
    const { far } = await loopbackCall();
    expect(far.pc().configuration).toEqual({ iceTransportPolicy: 'relay' });
  });

  it('begins anew with an offer of another connection', async () => {
    const { world, owner, far, streams } = await loopbackCall();
    const other = new FakePeerConnection();
    other.addTransceiver('audio');
    const { sdp } = await other.createOffer();
    world.server.say('LOOPBACK_CLIENT_ID', JSON.stringify({ type: 'offer', sdp }));
    await world.pass();
    expect(owner.connections).toHaveLength(1);
    expect(far.connections.map(({ signalingState }) => signalingState)).toEqual([
      'closed',
      'stable',
    ]);
    expect(streams.map((stream) => stream?.getTracks().length)).toEqual([2, undefined, 1]);
  });

  it('a bye, and what it does not know, end or disturb nothing but the connection', async () => {
    const { world, far, peer, streams } = await loopbackCall();
    for (const text of ['noise', '{"type":"new"}', '{"type":"answer","sdp":"v=0"}']) {
      world.server.say('LOOPBACK_CLIENT_ID', text);
    }
    await world.pass();
    expect(far.pc().signalingState).toBe('stable');
    world.server.say('LOOPBACK_CLIENT_ID', '{"type":"bye"}');
    expect(far.pc().signalingState).toBe('closed');
    expect(peer.peerConnection).toBeNull();
    expect(peer.signaling).toBe('open');
    expect(streams.at(-1)).toBeNull();
  });

  it('[LB7] goes with its owner', async () => {
    const { world, far, call, peer } = await loopbackCall();
    const left = call.hangUp();
    await world.pass();
    await left;
    expect(peer.signaling).toBe('closed');
    expect(far.pc().signalingState).toBe('closed');
    expect(world.server.members('abc')).toEqual([]);
  });

  it('comes back after a lost socket', async () => {
    const { world, peer, call } = await loopbackCall();
    const heard = heardBy(call);
    world.server.closeSocket('LOOPBACK_CLIENT_ID', 1006);
    expect(peer.signaling).toBe('reconnecting');
    call.sendCustomized('ping 1');
    await world.pass(3_000);
    expect(peer.signaling).toBe('open');
    expect(heard).toEqual(['ping 1']);
  });

  it('close ends its socket and its connection', async () => {
    const { world, far, peer } = await loopbackCall();
    const closed = Promise.all([peer.close(), peer.close()]);
    await world.pass();
    await closed;
    expect(peer.signaling).toBe('closed');
    expect(far.pc().signalingState).toBe('closed');
  });

  it('[LB4] an occupied room has no place for it', async () => {
    const world = new CallWorld();
    const first = await world.page().join();
    const second = await world.page().join(null, 'debug=loopback');
    expect([first.loopbackUrl, second.loopbackUrl]).toEqual([null, null]);
  });
});
