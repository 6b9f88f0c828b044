import { bye, Caller, pair } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';

const utf8 = '{"type":"customized","data":"grüße 😀 \\u00fc"}';
const notUtf8 = Uint8Array.from([0x7b, 0xff, 0x7d]);

/** Texts that a server which parses and writes anew would change. */
const picky = [
  ' { "type" : "offer",\n\t"sdp":"v=0\\r\\na=b+c%20d&e=f" } ',
  '{"type":"candidate","candidate":"candidate:1 1 udp 1 10.0.0.1 9 typ host"}',
  '{"b":1,"a":1.0,"a":2,"c":"\\/\\u0041"}',
  'no JSON {',
  '"',
];

/** `/message` and what travels through every path. */
export const messageChecks: readonly Check[] = [
  required('MS2', 'alone in the room: stored for the one who comes', async (trial) => {
    const first = await Caller.join(trial);
    trial.same(await first.post('early'), 'SUCCESS', 'result');
    const second = await Caller.join(trial, first.roomId);
    trial.same(second.joinMessages, ['early'], 'messages');
  }),
  required('MS3', 'two in the room: relayed to the other, in both roles', async (trial) => {
    const [first, second] = await pair(trial);
    trial.same(await first.post('from the first'), 'SUCCESS', 'result');
    await second.hears('from the first');
    trial.same(await second.post('from the second'), 'SUCCESS', 'result');
    await first.hears('from the second');
  }),
  required('MS4', 'nobody is seated: UNKNOWN_ROOM', async (trial) => {
    const path = `/message/${trial.newRoom()}/nobody`;
    const reply = await trial.ask('POST', path, { body: 'x' });
    trial.same(trial.json(reply)['result'], 'UNKNOWN_ROOM', 'result');
  }),
  required('MS5', 'not this client: UNKNOWN_CLIENT', async (trial) => {
    const { roomId } = await Caller.join(trial);
    const reply = await trial.ask('POST', `/message/${roomId}/nobody`, { body: 'x' });
    trial.same(trial.json(reply)['result'], 'UNKNOWN_CLIENT', 'result');
  }),
  required('MS6', 'an empty message: ERROR', async (trial) => {
    const caller = await Caller.join(trial);
    trial.same(await caller.post(''), 'ERROR', 'result');
  }),
  required('MS7', 'bytes that are not UTF-8: ERROR', async (trial) => {
    const caller = await Caller.join(trial);
    trial.same(await caller.post(notUtf8), 'ERROR', 'result');
  }),
  required('MS7', 'UTF-8 beyond ASCII is relayed', async (trial) => {
    const [first, second] = await pair(trial);
    trial.same(await first.post(utf8), 'SUCCESS', 'result');
    await second.hears(utf8);
  }),
  ours('MS7', 'UTF-8 beyond ASCII is stored', async (trial) => {
    const first = await Caller.join(trial);
    trial.same(await first.post(utf8), 'SUCCESS', 'result');
    trial.same((await Caller.join(trial, first.roomId)).joinMessages, [utf8], 'messages');
  }),
  ours('MS8', 'the queue is full: ERROR', async (trial) => {
    const first = await Caller.enter(trial);
    await first.say(...Array.from({ length: 1024 }, (_, index) => String(index)));
    trial.same(await first.post('one too many'), 'ERROR', 'result');
  }),
  required('IM1', 'offer and answer are relayed', async (trial) => {
    await isRelayed(trial, '{"type":"offer","sdp":"v=0\\r\\n"}', '{"sdp":"v=0","type":"answer"}');
  }),
  required('IM2', 'a candidate is relayed', async (trial) => {
    await isRelayed(trial, '{"type":"candidate","label":0,"id":"0","candidate":"candidate:1"}');
  }),
  required('IM6', 'a bye reaches the other, after a /leave too', async (trial) => {
    const [first, second] = await pair(trial);
    await first.sayBye();
    await second.hears(bye);
    const [third, fourth] = await pair(trial);
    await third.leave();
    await third.sayBye();
    await fourth.hears(bye);
  }),
  required('IM3', 'a candidate without label and id is relayed', async (trial) => {
    await isRelayed(trial, '{"type":"candidate","candidate":"candidate:1"}');
  }),
  required('IM4', 'remove-candidates is relayed', async (trial) => {
    await isRelayed(trial, '{"type":"remove-candidates","candidates":[{"label":0,"id":"0"}]}');
  }),
  required('IM5', 'customized is relayed', async (trial) => {
    await isRelayed(trial, '{"type":"customized","data":"RING"}');
  }),
  required('IM7', 'a message of another type, or none, is relayed', async (trial) => {
    await isRelayed(trial, '{"type":"never-heard-of"}', '{"a":1}', 'plain', '[]');
  }),
  required('IM8', 'a message arrives byte for byte over the WebSocket', async (trial) => {
    const [first, second] = await pair(trial);
    await first.say(...picky, utf8);
    await second.hears(...picky, utf8);
  }),
  required('IM8', 'a message arrives byte for byte by /message', async (trial) => {
    const [first, second] = await pair(trial);
    for (const text of picky) trial.same(await first.post(text), 'SUCCESS', 'result');
    await second.hears(...picky);
  }),
  required('IM8', 'a message arrives byte for byte in a join', async (trial) => {
    const first = await Caller.join(trial);
    for (const text of picky) trial.same(await first.post(text), 'SUCCESS', 'result');
    trial.same((await Caller.join(trial, first.roomId)).joinMessages, picky, 'messages');
  }),
  required('IM8', 'a long session description arrives whole', async (trial) => {
    const [first, second] = await pair(trial);
    const offer = JSON.stringify({ type: 'offer', sdp: 'a=candidate:1\r\n'.repeat(6000) });
    await first.say(offer);
    trial.same(await first.post(offer), 'SUCCESS', 'result');
    await second.hears(offer, offer);
  }),
];

async function isRelayed(
  trial: Parameters<typeof pair>[0],
  ...texts: readonly string[]
): Promise<void> {
  const [first, second] = await pair(trial);
  await first.say(...texts);
  await second.hears(...texts);
  for (const text of texts) trial.same(await second.post(text), 'SUCCESS', 'result');
  await first.hears(...texts);
}
