import { wireCodes } from '@apprtc/protocol';
import { Caller, isRefused, join } from '../caller.ts';
import { type Check, type Family, ours, required } from '../check.ts';
import type { ClientSocket } from '../client-socket.ts';

const query = '?debug=loopback';
const lower = 'loopback_client_id';
const upper = 'LOOPBACK_CLIENT_ID';
/** Android's loopback is purely local. */
const concerned: readonly Family[] = ['web', 'ios'];

/** `?debug=loopback`. */
export const loopbackChecks: readonly Check[] = [
  required(
    'LB1',
    'a loopback room is full, and /message relays at once',
    async (trial) => {
      const owner = await Caller.enter(trial, trial.newRoom(), query);
      trial.same(owner.isInitiator, 'true', 'is_initiator');
      trial.same((await join(trial, owner.roomId)).result, 'FULL', 'result of the next join');
      const mirror = await registered(owner, upper);
      trial.same(await owner.post('1'), 'SUCCESS', 'result');
      await hears(owner, mirror, '1');
    },
    concerned,
  ),
  required(
    'LB2',
    'both spellings name the loopback seat',
    async (trial) => {
      for (const id of [lower, upper]) {
        const owner = await Caller.enter(trial, trial.newRoom(), query);
        const mirror = await registered(owner, id);
        await owner.say('1');
        await hears(owner, mirror, '1');
        mirror.send('{"cmd":"send","msg":"2"}');
        await owner.hears('2');
      }
    },
    concerned,
  ),
  required(
    'LB3',
    'is_loopback is "true" and DTLS is off',
    async (trial) => {
      const { params } = await Caller.join(trial, trial.newRoom(), query);
      trial.same(params['is_loopback'], 'true', 'is_loopback');
      const constraints = JSON.parse(String(params['pc_constraints'])) as unknown;
      trial.same(constraints, { optional: [{ DtlsSrtpKeyAgreement: false }] }, 'pc_constraints');
    },
    concerned,
  ),
  ours(
    'LB4',
    'in an occupied room the flag is ignored',
    async (trial) => {
      const first = await Caller.enter(trial);
      const second = await Caller.enter(trial, first.roomId, query);
      trial.same(second.isInitiator, 'false', 'is_initiator');
      trial.same(second.params['is_loopback'], 'false', 'is_loopback');
      await first.say('x');
      await second.hears('x');
    },
    concerned,
  ),
  ours(
    'LB6',
    'the loopback seat is never evicted alone',
    async (trial) => {
      const owner = await Caller.enter(trial, trial.newRoom(), query);
      const mirror = await registered(owner, upper);
      await mirror.drop();
      await owner.reached();
      trial.same((await join(trial, owner.roomId)).result, 'FULL', 'result of the next join');
      await owner.say('x');
      await hears(owner, await registered(owner, upper), 'x');
    },
    concerned,
  ),
  ours(
    'LB7',
    'it goes with its owner, and is closed with 1000',
    async (trial) => {
      const owner = await Caller.enter(trial, trial.newRoom(), query);
      const mirror = await registered(owner, upper);
      await owner.leave();
      trial.same((await mirror.ended()).code, 1000, 'close');
      trial.same((await Caller.join(trial, owner.roomId)).isInitiator, 'true', 'is_initiator');
    },
    concerned,
  ),
  ours(
    'LB8',
    'it may register before the join',
    async (trial) => {
      const { clientId, wssUrl } = await Caller.join(trial);
      trial.holds(clientId !== '', 'a client id', clientId);
      const room = trial.newRoom();
      const early = await trial.connect(wssUrl);
      early.send(JSON.stringify({ cmd: 'register', roomid: room, clientid: lower }));
      await early.settle();
      const owner = await Caller.enter(trial, room, query);
      await owner.say('x');
      await hears(owner, early, 'x');
    },
    concerned,
  ),
  ours(
    'LB9',
    'of several that wait for a join the latest wins',
    async (trial) => {
      const { wssUrl } = await Caller.join(trial);
      const room = trial.newRoom();
      const text = JSON.stringify({ cmd: 'register', roomid: room, clientid: lower });
      const [older, newer] = [await trial.connect(wssUrl), await trial.connect(wssUrl)];
      older.send(text);
      await older.settle();
      newer.send(text);
      await older.ended();
      const owner = await Caller.enter(trial, room, query);
      await owner.say('x');
      await hears(owner, newer, 'x');
    },
    concerned,
  ),
  ours(
    'LB10',
    'in a room that is occupied without loopback it is refused',
    async (trial) => {
      const first = await Caller.enter(trial);
      for (const id of [lower, upper]) {
        const text = first.dialect.register(first.roomId, id);
        await isRefused(trial, await first.connect(), text, wireCodes.unknownClient.frame);
      }
      await first.hears();
    },
    concerned,
  ),
  ours(
    'LB11',
    'over HTTP the loopback id is unknown',
    async (trial) => {
      const owner = await Caller.enter(trial, trial.newRoom(), query);
      for (const id of [lower, upper]) {
        const reply = await trial.ask('POST', `/message/${owner.roomId}/${id}`, { body: 'x' });
        trial.same(trial.json(reply)['result'], 'UNKNOWN_CLIENT', 'result');
      }
      await owner.hears();
    },
    concerned,
  ),
];

/** The second connection of a loopback page. */
async function registered(owner: Caller, id: string): Promise<ClientSocket> {
  const socket = await owner.connect();
  socket.send(JSON.stringify({ cmd: 'register', roomid: owner.roomId, clientid: id }));
  await socket.settle();
  return socket;
}

async function hears(owner: Caller, socket: ClientSocket, ...expected: string[]): Promise<void> {
  await socket.arrived(expected.length);
  await socket.settle();
  const heard = socket.takeSaid();
  owner.trial.same(heard, expected, 'messages over the loopback connection');
}
