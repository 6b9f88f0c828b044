import type { Duplex } from 'node:stream';
import { byeMessage, type RoomId, wireCodes } from '@apprtc/protocol';
import { defaultPolicy, type RoomStore } from '@apprtc/signaling';
import { FakeServerSocket, HeldStore } from '@apprtc/testkit';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { ClientIds } from '../client-ids.ts';
import { Connections } from '../rooms/connections.ts';
import { MemoryStore } from '../rooms/memory-store.ts';
import { RoomClock } from '../rooms/room-clock.ts';
import { RoomService } from '../rooms/room-service.ts';
import { type ColliderContext, ColliderSocket } from './collider-socket.ts';
import { MessageFrames } from './message-frames.ts';

interface Client {
  readonly ws: FakeServerSocket;
  readonly socket: ColliderSocket;
}

const room = 'room' as RoomId;
const clientIds = new ClientIds('a secret of some length');
let connections: Connections;
let clock: RoomClock;
let memory: MemoryStore;
let rooms: RoomService;
let context: ColliderContext;
let errors: number;
let nowMs: number;
let logged: { event?: string; outcome?: string; client?: string }[];
let ordinal: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  connections = new Connections();
  clock = new RoomClock(() => 0);
  memory = new MemoryStore({ maxRooms: 2, maxQueuedBytes: 1_000 });
  logged = [];
  [errors, nowMs, ordinal] = [0, 0, 0];
  openRooms(memory);
});

afterEach(() => {
  rooms.close();
  clock.close();
  vi.useRealTimers();
});

function openRooms(store: RoomStore): void {
  const logger = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  rooms = new RoomService({ store, policy: defaultPolicy, clock, connections, logger });
  context = {
    rooms,
    clientIds,
    logger,
    nowMs: () => nowMs,
    registerTimeoutMs: 30_000,
    maxSendBufferBytes: 1_000,
    messageRate: { perSecond: 1, burst: 10 },
    frames: new MessageFrames(),
    countError: () => {
      errors += 1;
    },
  };
}

function open(): Client {
  const ws = new FakeServerSocket();
  ordinal += 1;
  const socket = new ColliderSocket(
    ordinal,
    ws as unknown as WebSocket,
    ws.connection as unknown as Duplex,
    context,
  );
  connections.add(socket);
  return { ws, socket };
}

function receive({ socket }: Client, frame: unknown): void {
  const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
  socket.receive(Buffer.from(text), false);
}

function registerFrame(clientid: string = clientIds.issue(room), roomid: string = room) {
  return { cmd: 'register', roomid, clientid };
}

function registered(id?: string): Client {
  const client = open();
  receive(client, registerFrame(id));
  return client;
}

/** The other side's close has come, or its connection is gone. */
function disconnect({ socket, ws }: Client): void {
  ws.readyState = 3;
  connections.remove(socket.id);
  socket.closed();
}

function expectClosed({ ws }: Client, code: keyof typeof wireCodes): void {
  const { frame, close } = wireCodes[code];
  expect(ws.closedWith).toBe(close);
  expect(ws.sent).toEqual(frame === null ? [] : [JSON.stringify({ msg: '', error: frame })]);
  expect(errors).toBe(frame === null ? 0 : 1);
}

describe('a socket that has not registered', () => {
  it('[WS5] is sent nothing unasked', () => {
    expect(open().ws.sent).toEqual([]);
  });

  it('[WS9] is closed after 30 s, not before', () => {
    const client = open();
    vi.advanceTimersByTime(29_999);
    expect(client.ws.closedWith).toBeNull();
    vi.advanceTimersByTime(1);
    expectClosed(client, 'registerTimeout');
  });

  it('[SD2] can say nothing, not even an empty message', () => {
    for (const frame of [{ cmd: 'send', msg: 'x' }, { cmd: 'send' }]) {
      errors = 0;
      const client = open();
      receive(client, frame);
      expectClosed(client, 'notRegistered');
    }
  });

  it('leaves no timer behind when it goes', () => {
    disconnect(open());
    clock.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(memory.roomCount).toBe(0);
  });
});

describe('register', () => {
  it('[RG1] that is accepted is answered with no frame, and the socket stays', () => {
    const { ws, socket } = registered();
    expect([ws.sent, ws.closedWith, socket.hasRegistered]).toEqual([[], null, true]);
    vi.advanceTimersByTime(30_000);
    expect(ws.closedWith).toBeNull();
  });

  it.each([
    ['[RG2] without ids', { cmd: 'register' }, 'missingIds'],
    ['[RG3] with an id of our own making', registerFrame('made-up'), 'unknownClient'],
    [
      '[RG3] with an id of another room',
      registerFrame(clientIds.issue(room), 'other'),
      'unknownClient',
    ],
    ['[ID1] with what is no room', registerFrame('x', 'no room'), 'unknownClient'],
    ['[ID4] with what is no id', registerFrame('no id'), 'unknownClient'],
  ] as const)('%s', (_name, frame, code) => {
    const client = open();
    receive(client, frame);
    expectClosed(client, code);
  });

  it('[RG4] comes once, whole or not', () => {
    for (const frame of [registerFrame(), { cmd: 'register' }]) {
      errors = 0;
      const client = registered();
      receive(client, frame);
      expectClosed(client, 'duplicatedRegister');
      disconnect(client);
    }
  });

  it('[RG5] of a third client is refused', () => {
    registered();
    registered();
    expectClosed(registered(), 'roomFull');
  });

  it('[RG6] of the same id closes the older socket', () => {
    const id = clientIds.issue(room);
    const first = registered(id);
    registered(id);
    expectClosed(first, 'takenOver');
  });

  it('[LM7] in a full server is refused for now', () => {
    const [second, third] = ['r2', 'r3'] as [RoomId, RoomId];
    registered();
    receive(open(), registerFrame(clientIds.issue(second), second));
    const client = open();
    receive(client, registerFrame(clientIds.issue(third), third));
    expectClosed(client, 'serverFull');
  });

  it('is logged with a digest, never with the id', () => {
    const id = clientIds.issue(room);
    registered(id);
    expect(logged).toMatchObject([{ event: 'register', outcome: 'registered' }]);
    expect(JSON.stringify(logged)).not.toContain(id);
  });
});

describe('frames', () => {
  it.each([
    ['[FR4]', 'no json', 'notJson'],
    ['[FR4]', '[]', 'notAnObject'],
    ['[FR4]', '{"cmd":1}', 'notAString'],
  ] as const)('%s %s', (_rule, text, code) => {
    const client = open();
    receive(client, text);
    expectClosed(client, code);
  });

  it('[FR6] an unknown cmd is answered and the socket stays open', () => {
    const client = open();
    receive(client, {});
    expectClosed(client, 'unexpectedCmd');
    expect(client.socket.isOpen).toBe(true);
  });

  it('[SD1] [IM8] [FR7] a message reaches the other, the same string', () => {
    const [first, second] = [registered(), registered()];
    const message = ' {"type":"offer","sdp":"\u20ac\\r\\n"}\n';
    receive(first, { cmd: 'send', msg: message });
    expect(second.ws.sent.map((frame): unknown => JSON.parse(frame))).toEqual([
      { msg: message, error: '' },
    ]);
    expect(first.ws.sent).toEqual([]);
  });

  it('[SD3] an empty message', () => {
    const client = registered();
    receive(client, { cmd: 'send', msg: '' });
    expectClosed(client, 'missingMsg');
  });

  it('[FR8] binary frames are text too', () => {
    const [first, second] = [registered(), registered()];
    first.socket.receive(Buffer.from('{"cmd":"send","msg":"\u00e4"}'), true);
    expect(second.ws.sent).toEqual(['{"msg":"\u00e4","error":""}']);
  });

  it('[ER1] binary frames that are not UTF-8', () => {
    const client = open();
    client.socket.receive(Buffer.from([0x7b, 0xff, 0x7d]), true);
    expectClosed(client, 'notUtf8');
  });

  it('[LM11] that come too fast end the connection; time earns more', () => {
    const patient = open();
    for (let count = 0; count < 10; count += 1) receive(patient, {});
    nowMs = 1_000;
    receive(patient, {});
    expect(patient.ws.closedWith).toBeNull();
    receive(patient, {});
    expect(patient.ws.closedWith).toBe(1008);
    expect(patient.ws.sent).toHaveLength(11);
  });

  it('are ignored once the socket is closing', () => {
    const client = registered();
    receive(client, 'no json');
    receive(client, registerFrame());
    expectClosed(client, 'notJson');
  });

  it('[WS6] each of them shows that the other side is alive; a ping unanswered for long ends it', () => {
    const client = registered();
    client.socket.ping(60_000);
    nowMs = 59_999;
    client.socket.ping(60_000);
    receive(client, {});
    nowMs = 60_000;
    client.socket.ping(60_000);
    nowMs = 119_999;
    client.socket.ping(60_000);
    expect([client.ws.pings, client.ws.isTerminated]).toEqual([4, false]);
    nowMs = 120_000;
    client.socket.ping(60_000);
    expect([client.ws.pings, client.ws.isTerminated]).toEqual([4, true]);
  });
});

describe('the end of a socket', () => {
  it('[SD6] keeps its seat, and what is said meanwhile is delivered when it registers again', () => {
    const id = clientIds.issue(room);
    const [first, second] = [registered(id), registered()];
    disconnect(first);
    receive(second, { cmd: 'send', msg: 'waits' });
    expect(registered(id).ws.sent).toEqual(['{"msg":"waits","error":""}']);
  });

  it('[LM10] comes when it reads too slowly', () => {
    const [first, second] = [registered(), registered()];
    second.ws.bufferedAmount = 1_000;
    receive(first, { cmd: 'send', msg: 'fits' });
    expect(second.ws.closedWith).toBeNull();
    second.ws.bufferedAmount = 1_001;
    receive(first, { cmd: 'send', msg: 'too much' });
    expect(second.ws.closedWith).toBe(1011);
  });

  it('[LM10] error frames that nobody reads count like messages', () => {
    const client = open();
    receive(client, {});
    expect(client.ws.closedWith).toBeNull();
    client.ws.bufferedAmount = 1_001;
    receive(client, {});
    expect(client.ws.closedWith).toBe(1011);
  });

  it('takes nothing more: no message, no ping, no second close', () => {
    const { ws, socket } = registered();
    socket.ping(60_000);
    expect(ws.pings).toBe(1);
    socket.close('left');
    socket.close('shutdown');
    socket.deliver('late');
    socket.ping(60_000);
    expect([ws.closedWith, ws.sent, ws.pings]).toEqual([1000, [], 1]);
  });

  it('[ST23] [ST24] a leaver may say its bye, and hears nothing', () => {
    const id = clientIds.issue(room);
    const [first, second] = [registered(id), registered()];
    rooms.run(room, { type: 'leave', clientId: id as never });
    receive(second, { cmd: 'send', msg: 'hello?' });
    receive(first, { cmd: 'send', msg: byeMessage });
    expect(first.ws.sent).toEqual([]);
    expect(second.ws.sent).toEqual([JSON.stringify({ msg: byeMessage, error: '' })]);
  });
});

describe('a leaver', () => {
  it.each([
    ['what is no frame', 'no json'],
    ['an unknown cmd', {}],
    ['an empty message', { cmd: 'send' }],
    ['a message', { cmd: 'send', msg: 'x' }],
    ['a register, whole', registerFrame()],
    ['a register without ids', { cmd: 'register' }],
  ])('[ST26] says in vain, and hears nothing for it: %s', (_name, frame) => {
    const id = clientIds.issue(room);
    const [leaver, other] = [registered(id), registered()];
    rooms.run(room, { type: 'leave', clientId: id as never });
    receive(leaver, frame);
    leaver.socket.receive(Buffer.from([0xff]), true);
    expect([leaver.ws.sent, leaver.ws.closedWith, other.ws.sent]).toEqual([[], null, []]);
    expect(errors).toBe(0);
  });
});

describe('a command that fails', () => {
  it('[ER1] at once closes the socket and nothing else', () => {
    const client = open();
    vi.spyOn(memory, 'load').mockImplementation(() => {
      throw new Error('a bug');
    });
    receive(client, registerFrame());
    expectClosed(client, 'serverError');
    expect(logged).toMatchObject([{ event: 'command.failed' }]);
    expect(() => disconnect(client)).not.toThrow();
  });

  it('[ER1] later does so too', async () => {
    const store = new HeldStore(memory);
    openRooms(store);
    const client = registered();
    store.failure = new Error('the store is away');
    await store.releaseAll();
    expectClosed(client, 'serverError');
  });
});

describe('over a store that answers later', () => {
  it('[SD4] [RG3] frames are obeyed in order, and a refusal comes with its answer', async () => {
    const store = new HeldStore(memory);
    openRooms(store);
    const first = registered();
    receive(first, { cmd: 'send', msg: '1' });
    receive(first, { cmd: 'send', msg: '2' });
    const [second, stranger] = [registered(), registered('made-up')];
    expect(stranger.ws.closedWith).toBeNull();
    await store.releaseAll();
    expect(second.ws.sent).toEqual(['{"msg":"1","error":""}', '{"msg":"2","error":""}']);
    expectClosed(stranger, 'unknownClient');
  });
});
