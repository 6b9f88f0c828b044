import { type FakeSocket, fakeSocketClass, ManualClock } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import { platformWith } from './browser-platform.ts';
import { SignalingChannel } from './signaling-channel.ts';

function channelWorld(socketClass?: typeof WebSocket) {
  const clock = new ManualClock();
  const sockets: FakeSocket[] = [];
  const heard: string[] = [];
  const fake: unknown = class {};
  const channel = new SignalingChannel({
    platform: platformWith({
      WebSocket: socketClass ?? fakeSocketClass(sockets),
      RTCPeerConnection: fake as typeof RTCPeerConnection,
      MediaStream: fake as typeof MediaStream,
      nowMs: clock.nowMs,
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clearTimeout,
      random: () => 0.5,
    }),
    url: 'ws://fake/ws',
    roomId: 'room',
    clientId: 'me',
    onMessage: (message) => heard.push(`message ${message}`),
    onState: (state) => heard.push(state),
    onRefused: (why) => heard.push(`refused ${why}`),
  });
  const socket = (index: number): FakeSocket => {
    const found = sockets[index];
    if (found === undefined) throw new Error(`No socket ${index} of ${sockets.length}`);
    return found;
  };
  const accept = (index: number): void => {
    socket(index).serverAccepts();
    socket(index).flush();
  };
  const lose = (index: number, code = 1006): void => {
    socket(index).serverCloses(code);
    socket(index).flush();
  };
  return { clock, sockets, heard, channel, socket, accept, lose };
}

const register = '{"cmd":"register","roomid":"room","clientid":"me"}';

function sent(message: string): string {
  return JSON.stringify({ cmd: 'send', msg: message });
}

test('registers first, then sends what waited, in order', () => {
  const { channel, socket, accept, heard } = channelWorld();
  channel.open();
  channel.send('one');
  channel.send('two');
  accept(0);
  channel.send('three');
  expect(socket(0).take()).toEqual([register, sent('one'), sent('two'), sent('three')]);
  expect(heard).toEqual(['open']);
});

test('a lost socket is replaced at once, under the same id, and nothing is lost meanwhile', () => {
  const { channel, clock, socket, accept, lose, heard } = channelWorld();
  channel.open();
  accept(0);
  lose(0);
  channel.send('meanwhile');
  clock.advance(0);
  accept(1);
  expect(socket(1).take()).toEqual([register, sent('meanwhile')]);
  expect(heard).toEqual(['open', 'reconnecting', 'open']);
});

test('a server that is away is tried at 0, 300, 900 and 2100 ms, then every 1.5 s', () => {
  const { channel, clock, sockets, lose } = channelWorld();
  channel.open();
  const times: number[] = [];
  for (let count = 1; count <= 6; count += 1) {
    lose(count - 1);
    while (sockets.length === count) clock.advance(1);
    times.push(clock.nowMs());
  }
  expect(times.map((time) => Math.round(time / 100) * 100)).toEqual([
    0, 300, 900, 2100, 3600, 5100,
  ]);
});

test('a socket that opens and closes at once does not earn quick attempts again', () => {
  const { channel, clock, sockets, accept, lose } = channelWorld();
  channel.open();
  for (let count = 1; count <= 4; count += 1) {
    accept(count - 1);
    lose(count - 1);
    clock.advance(1200);
  }
  const before = sockets.length;
  accept(before - 1);
  lose(before - 1);
  clock.advance(1400);
  expect(sockets).toHaveLength(before);
  clock.advance(200);
  expect(sockets).toHaveLength(before + 1);
});

test('a server that never answers the handshake is given up after 10 s and tried again', () => {
  const { channel, clock, sockets, socket } = channelWorld();
  channel.open();
  clock.advance(9_999);
  expect(sockets).toHaveLength(1);
  clock.advance(1);
  expect(socket(0).closedWith).not.toBeNull();
  expect(sockets).toHaveLength(2);
});

test('closed with 1000 unasked, it does not come back', () => {
  const { channel, clock, sockets, accept, lose, heard } = channelWorld();
  channel.open();
  accept(0);
  lose(0, 1000);
  clock.advance(60_000);
  expect(sockets).toHaveLength(1);
  expect(heard).toEqual(['open', 'closed', 'refused closed by the server']);
});

test.each(['Max room capacity reached', "Invalid register request: unknown 'clientid'"])(
  'the error "%s" ends it',
  (error) => {
    const { channel, clock, sockets, socket, accept, lose, heard } = channelWorld();
    channel.open();
    accept(0);
    socket(0).serverSends(JSON.stringify({ msg: '', error }));
    lose(0, 1000);
    clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(heard).toEqual(['open', 'closed', `refused ${error}`]);
  },
);

test('another refusal, as "Duplicated registration" of the original server, is tried again', () => {
  const { channel, clock, sockets, socket, accept, lose } = channelWorld();
  channel.open();
  accept(0);
  socket(0).serverSends('{"msg":"","error":"Duplicated registration"}');
  lose(0, 1000);
  clock.advance(0);
  expect(sockets).toHaveLength(2);
});

test('noise on the socket disturbs nothing', () => {
  const { channel, socket, accept, heard } = channelWorld();
  channel.open();
  accept(0);
  for (const noise of ['', 'x', '[]', '{}', '{"msg":1}', '{"msg":"","error":""}']) {
    socket(0).serverSends(noise);
  }
  socket(0).serverSends('{"msg":"hello","error":""}');
  socket(0).flush();
  expect(heard).toEqual(['open', 'message hello']);
});

test('the queue of a socket that is away is bounded', () => {
  const { channel, socket, accept } = channelWorld();
  channel.open();
  for (let count = 0; count < 1_100; count += 1) channel.send(String(count));
  accept(0);
  expect(socket(0).take()).toHaveLength(1 + 1_024);
});

test('closing waits for the socket, two seconds at most, and leaves no timer', async () => {
  const { channel, clock, accept, heard } = channelWorld();
  channel.open();
  accept(0);
  const closing = channel.close();
  clock.advance(2_000);
  await closing;
  expect(clock.pendingTimers).toBe(0);
  expect(heard).toEqual(['open', 'closed']);
});

test('an address that the browser refuses is tried again slowly, and throws nothing', () => {
  let tries = 0;
  class Refusing {
    constructor() {
      tries += 1;
      throw new DOMException('Mixed content', 'SecurityError');
    }
  }
  const refusing: unknown = Refusing;
  const { channel, clock } = channelWorld(refusing as typeof WebSocket);
  channel.open();
  clock.advance(10_000);
  expect(tries).toBe(10);
});
