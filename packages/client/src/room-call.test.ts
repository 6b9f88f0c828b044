import { FakeMediaStream, FakeTrack, fakePeerConnectionClass } from '@apprtc/testkit';
import { describe, expect, test } from 'vitest';
import { CallError } from './call-error.ts';
import { audioAndVideo, CallWorld, type FakePage } from './call-world.fixture.ts';
import { open } from './open.ts';

describe('entering', () => {
  test('the first waits with its offer posted before its candidates', async () => {
    const it = new CallWorld();
    const { server } = it;
    const alice = it.page();
    const call = await alice.join();
    expect(call.state).toEqual({ name: 'waiting' });
    expect(call.roomLink).toBe('http://fake/r/abc');
    await it.pass();
    alice.pc().driveCandidate('candidate:1');
    await it.pass();
    expect(server.log).toContain('ws C1 register');
    expect(server.log.filter((line) => line.startsWith('POST'))).toEqual([
      'POST /join/abc',
      'POST /ice',
      'POST /message/abc/C1 offer',
      'POST /message/abc/C1 candidate',
    ]);
  });

  test('the second takes the stored offer and candidates and answers over its socket', async () => {
    const it = new CallWorld();
    const { server } = it;
    const alice = it.page();
    const first = await alice.join();
    await it.pass();
    alice.pc().driveCandidate('candidate:1');
    await it.pass();
    const bob = it.page();
    const second = await bob.join();
    expect(second.state).toEqual({ name: 'connecting' });
    await it.pass();
    expect(bob.pc().remoteCandidates).toEqual(['candidate:1']);
    expect(server.log.at(-1)).toBe('ws C2 answer');
    expect(alice.pc().signalingState).toBe('stable');
    expect([first.state.name, second.state.name]).toEqual(['connecting', 'connecting']);
    expect(first.remoteStream?.getTracks().map(({ kind }) => kind)).toEqual(['audio', 'video']);
    alice.pc().driveConnection('connected');
    expect(alice.seen).toEqual(['connecting', 'stream', 'connected']);
  });

  test('messages on the wire have exactly their keys', async () => {
    const it = new CallWorld();
    const { server } = it;
    const bodies: string[] = [];
    const inner = server.fetch;
    Object.assign(server, {
      fetch: (url: unknown, init: RequestInit = {}) => {
        if (String(url).includes('/message/')) bodies.push(String(init.body));
        return inner(url, init);
      },
    });
    const alice = it.page();
    await alice.join();
    await it.pass();
    alice.pc().driveCandidate('candidate:1', 1);
    await it.pass();
    const [offer, candidate] = bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
    expect(Object.keys(offer ?? {})).toEqual(['type', 'sdp']);
    expect(candidate).toEqual({ type: 'candidate', label: 1, id: '1', candidate: 'candidate:1' });
  });

  test('a third finds the room full', async () => {
    const it = new CallWorld();
    await it.connectedPair();
    await expect(it.page().join()).rejects.toMatchObject({ reason: 'room-full' });
  });

  test('without a server, or with a wrong one, the join says which', async () => {
    const it = new CallWorld();
    const { server } = it;
    server.isReachable = false;
    await expect(it.page().join()).rejects.toMatchObject({ reason: 'server-unreachable' });
    expect(() => open({ room: 'a b' })).toThrow(CallError);
    const page: unknown = async () => new Response('<html>');
    const wrong = open({
      server: 'http://fake',
      room: 'abc',
      platform: {
        fetch: page as typeof fetch,
        RTCPeerConnection: fakePeerConnectionClass([]),
        WebSocket: server.socketClass(),
        MediaStream: FakeMediaStream as unknown as typeof MediaStream,
      },
    });
    await expect(wrong.join()).rejects.toMatchObject({ reason: 'bad-reply' });
    const signal = AbortSignal.abort();
    await expect(wrong.join({ signal })).rejects.toMatchObject({ reason: 'aborted' });
  });

  test('ICE servers that do not come hold the offer up for 1.5 s, no longer', async () => {
    const it = new CallWorld();
    const { server } = it;
    server.ice = 'silent';
    const alice = it.page();
    await alice.join();
    await it.pass(1_400);
    expect(alice.connections).toHaveLength(0);
    await it.pass(200);
    expect(server.log.at(-1)).toBe('POST /message/abc/C1 offer');
    await it.pass(10_000);
    expect(alice.seen).toContain('warning: No ICE servers could be had');
  });

  test('ICE servers that fail are a warning, and the call goes on', async () => {
    const it = new CallWorld();
    const { server } = it;
    server.ice = 'failing';
    const alice = it.page();
    await alice.join();
    await it.pass();
    expect(alice.seen).toEqual(['warning: No ICE servers could be had']);
    expect(server.log).toContain('POST /message/abc/C1 offer');
  });
});

describe('tracks', () => {
  test('are sent by both, and can come later', async () => {
    const it = new CallWorld();
    const alice = it.page();
    const bob = it.page();
    await alice.join(audioAndVideo());
    await it.pass();
    const second = await bob.join();
    await it.pass();
    const sent = (who: FakePage) =>
      who
        .pc()
        .getTransceivers()
        .map(({ sender, direction }) => `${direction} ${sender.track?.kind ?? 'nothing'}`);
    expect(sent(alice)).toEqual(['sendrecv audio', 'sendrecv video']);
    expect(sent(bob)).toEqual(['sendrecv nothing', 'sendrecv nothing']);
    const video = new FakeTrack('video') as unknown as MediaStreamTrack;
    await second.replaceTrack('video', video);
    expect(sent(bob)).toEqual(['sendrecv nothing', 'sendrecv video']);
  });

  test('an offer with video first and a data channel is answered on its own m-lines', async () => {
    const it = new CallWorld();
    const { server } = it;
    await server.fetch('http://fake/join/abc', { method: 'POST' });
    const bob = it.page();
    await bob.join(audioAndVideo());
    await it.pass();
    const sdp = ['v=0', 'o=- 9 1 IN IP4 0.0.0.0']
      .concat(['m=application 9 X', 'a=mid:d', 'm=video 9 X', 'a=mid:v', 'm=audio 9 X', 'a=mid:a'])
      .join('\r\n');
    server.say('C2', JSON.stringify({ type: 'candidate', candidate: 'candidate:early' }));
    server.say('C2', JSON.stringify({ type: 'offer', sdp: `${sdp}\r\n` }));
    await it.pass();
    const lines = bob.pc().getTransceivers();
    expect(lines.map(({ mid, sender }) => `${mid} ${sender.track?.kind}`)).toEqual([
      'v video',
      'a audio',
    ]);
    expect(bob.pc().remoteCandidates).toEqual(['candidate:early']);
    expect(server.log.at(-1)).toBe('ws C2 answer');
  });
});

describe('leaving', () => {
  test('hanging up says leave, bye, DELETE, in this order, once', async () => {
    const it = new CallWorld();
    const { second, bob, first, alice } = await it.connectedPair();
    it.server.log.length = 0;
    const left = Promise.all([second.hangUp(), second.hangUp()]);
    await it.pass();
    await left;
    expect(it.server.log.filter((line) => line.includes('C2'))).toEqual([
      'POST /leave/abc/C2',
      'ws C2 bye',
      'DELETE /abc/C2',
    ]);
    expect(second.state).toEqual({ name: 'ended', reason: 'hung-up' });
    expect(bob.pc().signalingState).toBe('closed');
    expect(first.state.name).toBe('waiting');
    expect(alice.seen.slice(-2)).toEqual(['waiting', 'no stream']);
  });

  test('without a socket the bye goes by POST', async () => {
    const it = new CallWorld();
    const { second } = await it.connectedPair();
    it.server.closeSocket('C2', 1006);
    it.server.log.length = 0;
    const left = second.hangUp();
    await it.pass();
    await left;
    expect(it.server.log.slice(0, 3)).toEqual([
      'POST /leave/abc/C2',
      'POST /abc/C2 bye',
      'DELETE /abc/C2',
    ]);
  });

  test('with the network gone hanging up still ends', async () => {
    const it = new CallWorld();
    const { second } = await it.connectedPair();
    it.server.isReachable = false;
    const left = second.hangUp();
    await it.pass(8_000);
    await left;
    expect(second.state).toEqual({ name: 'ended', reason: 'hung-up' });
  });

  test('a page that goes sends beacons and waits for nothing', async () => {
    const it = new CallWorld();
    const { second, bob } = await it.connectedPair();
    bob.leave();
    expect(bob.beacons).toEqual(['http://fake/leave/abc/C2 ', 'http://fake/abc/C2 {"type":"bye"}']);
    expect(second.state).toEqual({ name: 'ended', reason: 'page-left' });
    expect(bob.pc().signalingState).toBe('closed');
  });

  test('a page that goes in the middle of hanging up still says bye', async () => {
    const it = new CallWorld();
    const { second, bob } = await it.connectedPair();
    const left = second.hangUp();
    bob.leave();
    expect(bob.beacons.at(-1)).toBe('http://fake/abc/C2 {"type":"bye"}');
    await it.pass();
    await left;
    bob.leave();
    expect(bob.beacons).toHaveLength(2);
  });

  test('an ended call leaves no timer behind', async () => {
    const it = new CallWorld();
    const { first, second } = await it.connectedPair();
    const left = Promise.all([first.hangUp(), second.hangUp()]);
    await it.pass(100);
    await left;
    expect(it.clock.pendingTimers).toBe(0);
  });
});

describe('the one who stays', () => {
  test('becomes initiator, offers anew, and the next one connects', async () => {
    const it = new CallWorld();
    const { second, first, bob } = await it.connectedPair();
    const left = first.hangUp();
    await it.pass();
    await left;
    expect(second.state.name).toBe('waiting');
    expect(it.server.log.at(-1)).toBe('POST /message/abc/C2 offer');
    const carol = it.page();
    const third = await carol.join();
    await it.pass();
    carol.pc().driveConnection('connected');
    bob.pc().driveConnection('connected');
    expect([second.state.name, third.state.name]).toEqual(['connected', 'connected']);
    expect(bob.connections).toHaveLength(2);
  });

  test('hears what it does not know without harm', async () => {
    const it = new CallWorld();
    const { first, second, bob } = await it.connectedPair();
    for (const message of [
      'noise',
      '{"type":"hold"}',
      '{"type":"remove-candidates","candidates":[{"candidate":"x"}]}',
      '{"type":"candidate","candidate":"candidate:bare"}',
      '{"type":"candidate","candidate":"candidate:lost","id":"nowhere"}',
      '{"type":"answer","sdp":"late"}',
      '{"type":"customized","data":"RING"}',
    ]) {
      it.server.say('C2', message);
    }
    first.sendCustomized('hello');
    await it.pass();
    expect(second.state.name).toBe('connected');
    expect(bob.pc().remoteCandidates).toEqual(['candidate:bare']);
    expect(bob.seen.slice(-2)).toEqual(['customized: RING', 'customized: hello']);
  });
});
