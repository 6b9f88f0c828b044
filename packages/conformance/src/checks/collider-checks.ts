import { wireCodes } from '@apprtc/protocol';
import { Caller, isRefused, pair } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';
import type { Trial } from '../trial.ts';
import { opcodes } from '../web-socket-frame.ts';

/** `register` and `send`. */
export const colliderChecks: readonly Check[] = [
  required('FR1', 'keys in any order, pretty-printed, behind leading new lines', async (trial) => {
    const { other, caller, socket } = await opposite(trial);
    const ids = { clientid: caller.clientId, roomid: caller.roomId, cmd: 'register' };
    socket.send(`\n\r\n\n${JSON.stringify(ids, null, '\t')}\n`);
    socket.send('\n{\n  "more": [1],\n  "msg" : "hello",\n  "cmd" : "send"\n}\n\n');
    await other.hears('hello');
  }),
  required('FR3', 'roomid and clientid in a send are ignored', async (trial) => {
    const [first, second] = await pair(trial);
    first.socket.send('{"cmd":"send","roomid":"r","clientid":"c","msg":"x"}');
    await second.hears('x');
  }),
  ours('FR5', 'nothing is taken over from an earlier frame', async (trial) => {
    const [first, second] = await pair(trial);
    await first.say('once');
    first.socket.send('{}');
    await first.socket.arrived(1);
    const said = first.socket.takeSaid();
    trial.same(said, [`error: ${wireCodes.unexpectedCmd.frame}`], 'frames');
    await second.hears('once');
  }),
  ours('FR8', 'frames may be fragmented, in the middle of a character too', async (trial) => {
    const { other, caller, socket } = await opposite(trial);
    socket.fragmented(caller.dialect.register(caller.roomId, caller.clientId), 7);
    socket.fragmented('{"cmd":"send","msg":"grüße 😀"}', 1);
    await other.hears('grüße 😀');
  }),
  required('FR8', 'frames may be binary; the answer comes as text', async (trial) => {
    const { other, caller, socket } = await opposite(trial);
    socket.frame(opcodes.binary, caller.dialect.register(caller.roomId, caller.clientId));
    socket.frame(opcodes.binary, '{"cmd":"send","msg":"x"}');
    await other.hears('x');
  }),
  required('FR9', 'a message comes without type and cmd at its top level', async (trial) => {
    const [first, second] = await pair(trial);
    await first.say('{"type":"offer"}');
    await second.socket.arrived(1);
    for (const { text, json } of second.socket.takeTexts()) {
      trial.holds(!('type' in json || 'cmd' in json), 'a frame without type and cmd', text);
    }
  }),
  required('RG1', 'a register is answered with no frame at all', async (trial) => {
    for (const caller of await pair(trial)) {
      const came = caller.socket.takeTexts().map(({ text }) => text);
      trial.same(came, [], 'frames after the register');
    }
  }),
  required('RG2', 'a register without ids: an error frame, close 1000', async (trial) => {
    const caller = await Caller.join(trial);
    for (const text of [
      '{"cmd":"register"}',
      `{"cmd":"register","roomid":"${caller.roomId}"}`,
      `{"cmd":"register","clientid":"${caller.clientId}","roomid":""}`,
    ]) {
      await isRefused(trial, await caller.connect(), text, wireCodes.missingIds.frame);
    }
  }),
  ours('RG3', 'an id that no join issued for this room is refused', async (trial) => {
    const first = await Caller.enter(trial);
    const elsewhere = await Caller.join(trial);
    await first.post('{"type":"offer","sdp":"secret"}');
    for (const id of ['12345678', elsewhere.clientId]) {
      const text = first.dialect.register(first.roomId, id);
      await isRefused(trial, await first.connect(), text, wireCodes.unknownClient.frame);
    }
    await first.hears();
  }),
  required(
    'RG4',
    'a second register on a connection: an error frame, close 1000',
    async (trial) => {
      const caller = await Caller.enter(trial);
      const text = caller.dialect.register(caller.roomId, caller.clientId);
      await isRefused(trial, caller.socket, text, wireCodes.duplicatedRegister.frame);
    },
  ),
  required('RG5', 'a third client of a room: an error frame, close 1000', async (trial) => {
    const gone = await Caller.join(trial);
    await gone.leave();
    await Caller.enter(trial, gone.roomId);
    await Caller.enter(trial, gone.roomId);
    const text = gone.dialect.register(gone.roomId, gone.clientId);
    await isRefused(trial, await gone.connect(), text, wireCodes.roomFull.frame);
  }),
  ours('RG6', 'the same id on another connection takes over', async (trial) => {
    const [first, second] = await pair(trial);
    const old = first.socket;
    await first.register();
    trial.same(await old.ended(), { code: 1000, said: [] }, 'end of the old connection');
    await second.say('x');
    await first.hears('x');
  }),
  required('SD1', "send reaches the other's connection, both ways", async (trial) => {
    const [first, second] = await pair(trial);
    await first.say('1', '2');
    await second.hears('1', '2');
    await second.say('3');
    await first.hears('3');
  }),
  required('SD2', 'send before register: an error frame, close 1000', async (trial) => {
    const socket = await (await Caller.join(trial)).connect();
    await isRefused(trial, socket, '{"cmd":"send","msg":"x"}', wireCodes.notRegistered.frame);
  }),
  required('SD3', 'send with an empty or no msg: an error frame, close 1000', async (trial) => {
    for (const text of ['{"cmd":"send","msg":""}', '{"cmd":"send"}']) {
      const { socket } = await Caller.enter(trial);
      await isRefused(trial, socket, text, wireCodes.missingMsg.frame);
    }
  }),
];

/** What waits for one who is absent. */
export const waitingChecks: readonly Check[] = [
  required(
    'SD4',
    'what is said before the other registers waits for it, in order',
    async (trial) => {
      const first = await Caller.enter(trial);
      const second = await Caller.join(trial, first.roomId);
      const texts = Array.from({ length: 40 }, (_, index) => `candidate ${index}`);
      await first.say(...texts);
      await second.register();
      await second.hears(...texts);
    },
  ),
  required('LM3', '1,024 messages wait', async (trial) => {
    const first = await Caller.enter(trial);
    const second = await Caller.join(trial, first.roomId);
    const texts = Array.from({ length: 1024 }, (_, index) => String(index));
    await first.say(...texts);
    await second.register();
    const heard = await second.heard(texts.length);
    trial.same(heard.length, texts.length, 'number of messages');
    trial.same(heard, texts, 'messages');
  }),
  ours('SD5', 'the 1,025th is dropped without an error frame', async (trial) => {
    const first = await Caller.enter(trial);
    const second = await Caller.join(trial, first.roomId);
    await first.say(...Array.from({ length: 1025 }, (_, index) => String(index)));
    await first.hears();
    await second.register();
    trial.same((await second.heard(1024)).length, 1024, 'number of messages');
  }),
  required(
    'SD6',
    'a lost connection comes back by the same register, with what waited',
    async (trial) => {
      const [first, second] = await pair(trial);
      await second.drop();
      await first.say('1', '2');
      await second.register();
      await second.hears('1', '2');
      await second.say('3');
      await first.hears('3');
    },
  ),
  ours('HB1', 'the heartbeat {"error":""} is neither relayed nor kept', async (trial) => {
    const first = await Caller.enter(trial);
    await first.say('{"error":""}');
    const second = await Caller.enter(trial, first.roomId);
    trial.same(second.joinMessages, [], 'messages');
    await first.say('{"error":""}');
    await first.post('{"error":""}');
    await first.say('after it');
    await second.hears('after it');
    await first.hears();
  }),
];

/** A registered member, and opposite one that has joined and connected only. */
async function opposite(trial: Trial) {
  const other = await Caller.enter(trial);
  const caller = await Caller.join(trial, other.roomId);
  return { other, caller, socket: await caller.connect() };
}
