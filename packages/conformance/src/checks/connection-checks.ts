import { wireCodes } from '@apprtc/protocol';
import { Caller, pair } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';
import type { ClientSocket } from '../client-socket.ts';
import { hostLine } from '../dialect.ts';
import { originOf, type Place, placeOf } from '../target.ts';
import type { Trial } from '../trial.ts';
import { opcodes } from '../web-socket-frame.ts';

/** The upgrade, and the WebSocket below the frames. */
export const connectionChecks: readonly Check[] = [
  required('WS1', 'a foreign Origin may connect', async (trial) => {
    for (const origin of ['https://www.google.com', 'https://appr.tc']) {
      const socket = await upgraded(trial, (place) => [...least(place), `Origin: ${origin}`]);
      trial.same(socket.head.status, 101, 'status');
    }
  }),
  ours('WS1', 'no header beyond RFC 6455 is required, not even Origin', async (trial) => {
    trial.same((await upgraded(trial, least)).head.status, 101, 'status');
  }),
  required(
    'WS1',
    'a Host without its port may connect',
    async (trial) => {
      const socket = await upgraded(trial, (place) => [
        `Host: ${place.host}`,
        ...least(place).slice(1),
        'Origin: https://www.google.com',
      ]);
      trial.same(socket.head.status, 101, 'status');
    },
    ['android'],
  ),
  required('WS2', 'Upgrade matches in any case', async (trial) => {
    for (const [upgrade, connection] of [
      ['Upgrade: WebSocket', 'Connection: Upgrade'],
      ['upgrade: websocket', 'connection: keep-alive, Upgrade'],
      ['Upgrade: WEBSOCKET', 'Connection: upgrade'],
    ] as const) {
      const socket = await upgraded(trial, (place) => [
        hostLine(place),
        upgrade,
        connection,
        `Origin: ${originOf(place)}`,
      ]);
      trial.same(socket.head.status, 101, `status for ${upgrade}`);
    }
  }),
  required(
    'WS3',
    'the head of the 101 response is shorter than 1,024 bytes',
    async (trial) => {
      const { head } = await connected(trial);
      trial.holds(head.length < 1024, 'less than 1024 bytes', head.length);
    },
    ['esp32', 'kvs'],
  ),
  required('WS4', 'no extension and no subprotocol that was not offered', async (trial) => {
    const { headers } = (await connected(trial)).head;
    const answered = ['sec-websocket-extensions', 'sec-websocket-protocol'].filter((name) =>
      headers.has(name),
    );
    trial.same(answered, [], 'answered headers');
  }),
  required('WS5', 'nothing unasked comes before a register', async (trial) => {
    const socket = await connected(trial);
    await socket.settle();
    const came = socket.takeTexts().map(({ text }) => text);
    trial.same({ came, pings: socket.pings.length }, { came: [], pings: 0 }, 'frames');
  }),
  required('WS7', 'close codes are only those that every client knows', async (trial) => {
    const codes: number[] = [];
    for (const text of ['no JSON', '{"cmd":"send","msg":"x"}', '{"cmd":"register"}']) {
      const socket = await connected(trial);
      socket.send(text);
      codes.push((await socket.ended()).code);
    }
    const [first] = await pair(trial);
    await first.delete();
    codes.push((await first.socket.ended()).code);
    const unknown = codes.filter((code) => !isAllowed(code));
    trial.same(unknown, [], 'codes other than 1000-1003, 1007-1011 and 3000-4999:');
  }),
  required('WS7', 'a close is answered with a close', async (trial) => {
    for (const code of [1000, 1001, 3000]) {
      const socket = await connected(trial);
      socket.frame(opcodes.close, Uint8Array.from([code >> 8, code & 0xff]));
      const ended = await socket.ended();
      trial.holds([1000, code].includes(ended.code), `close 1000 or ${code}`, ended.code);
    }
  }),
  ours('LM2', 'a WebSocket message of more than 256 KiB closes with 1009', async (trial) => {
    const socket = await connected(trial);
    socket.send(`{"cmd":"x","msg":"${'x'.repeat(256 * 1024)}"}`);
    trial.same((await socket.ended()).code, 1009, 'close');
  }),
];

/** Frames of one connection that has not registered, or only just. */
export const loneFrameChecks: readonly Check[] = [
  required('FR4', 'no JSON: an error frame, then close 1000', async (trial) => {
    for (const text of ['no JSON', '{"cmd":']) await isClosed(trial, text);
  }),
  required('FR4', 'a value that is no string: an error frame, then close 1000', async (trial) => {
    for (const text of ['{"cmd":"send","msg":{"type":"bye"}}', '{"cmd":1}']) {
      await isClosed(trial, text);
    }
  }),
  required('FR4', 'no object: an error frame, then close 1000', async (trial) => {
    for (const text of ['[]', '"x"', '1']) await isClosed(trial, text);
  }),
  required(
    'FR6',
    "{} and an unknown cmd: unexpected 'cmd', the connection stays",
    async (trial) => {
      const socket = await connected(trial);
      for (const text of ['{}', '{"cmd":"never-heard-of"}']) {
        socket.send(text);
        await socket.arrived(1);
        const said = socket.takeSaid();
        trial.same(said, [`error: ${wireCodes.unexpectedCmd.frame}`], 'frames');
      }
      trial.holds(socket.isOpen, 'an open connection', 'a closed one');
    },
  ),
  required('FR7', "a server's frame has msg and error, both strings", async (trial) => {
    const [first, second] = await pair(trial);
    await first.say('x');
    second.socket.send('{"cmd":"never-heard-of"}');
    await second.socket.arrived(2);
    for (const { text, json } of second.socket.takeTexts()) {
      const areStrings = typeof json['msg'] === 'string' && typeof json['error'] === 'string';
      trial.holds(areStrings, 'strings msg and error', text);
    }
  }),
];

async function isClosed(trial: Trial, text: string): Promise<void> {
  const socket = await connected(trial);
  socket.send(text);
  const { code, said } = await socket.ended();
  trial.holds(said.length === 1 && /^error: /.test(said[0] ?? ''), 'one error frame', said);
  trial.same(code, 1000, 'close');
}

function isAllowed(code: number): boolean {
  return (
    (code >= 1000 && code <= 1003) ||
    (code >= 1007 && code <= 1011) ||
    (code >= 3000 && code < 5000)
  );
}

function least(place: Place): readonly string[] {
  return [hostLine(place), 'Upgrade: websocket', 'Connection: Upgrade'];
}

async function wssUrlOf(trial: Trial): Promise<string> {
  return (await Caller.join(trial)).wssUrl;
}

async function upgraded(
  trial: Trial,
  lines: (place: Place) => readonly string[],
): Promise<ClientSocket> {
  const url = await wssUrlOf(trial);
  return trial.upgrade(url, lines(placeOf(url)));
}

async function connected(trial: Trial): Promise<ClientSocket> {
  return trial.connect(await wssUrlOf(trial));
}
