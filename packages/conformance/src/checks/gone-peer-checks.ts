import { wireCodes } from '@apprtc/protocol';
import { bye, Caller, isRefused, join, pair } from '../caller.ts';
import { type Check, ours } from '../check.ts';

/** A peer that went without a word. */
export const silentPeerChecks: readonly Check[] = [
  ours('ST17', 'what was said to a gone peer is dropped when its bye is told', async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    await second.say('a candidate for the one who left');
    const newcomer = await Caller.enter(trial, first.roomId);
    trial.same(newcomer.joinMessages, [], 'messages');
    await second.hears(bye);
    await second.post('a new offer');
    await newcomer.hears('a new offer');
  }),
  ours('ST19', 'whose peer went without a bye is sent one when a newcomer joins', async (trial) => {
    for (const go of [
      (caller: Caller) => caller.leave(),
      (caller: Caller) => caller.delete(),
      (caller: Caller) => caller.drop(),
    ]) {
      const [first, second] = await pair(trial);
      await go(first);
      await second.hears();
      await Caller.join(trial, first.roomId);
      await second.hears(bye);
    }
  }),
  ours('ST20', 'without a connection it is sent the bye at its register', async (trial) => {
    const first = await Caller.enter(trial);
    const second = await Caller.join(trial, first.roomId);
    await first.say('1');
    await first.leave();
    const newcomer = await Caller.enter(trial, first.roomId);
    await newcomer.say('2');
    await second.register();
    await second.hears('1', bye, '2');
  }),
  ours('ST21', 'the newcomer finds no messages of the one who went', async (trial) => {
    const [first, second] = await pair(trial);
    await first.say('to the second');
    await first.drop();
    const newcomer = await Caller.enter(trial, first.roomId);
    trial.same(newcomer.joinMessages, [], 'messages');
    await newcomer.hears();
    await second.hears('to the second', bye);
  }),
  ours('ST22', 'never two byes for one peer', async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    await first.sayBye();
    await second.hears(bye);
    await Caller.enter(trial, first.roomId);
    await second.hears();
  }),
  ours('ST32', 'losing signaling alone tells nobody anything', async (trial) => {
    const [first, second] = await pair(trial);
    await first.drop();
    await second.hears();
    await first.register();
    await second.hears();
    await first.hears();
  }),
];

/** What a leaver may still do. */
export const leaverChecks: readonly Check[] = [
  ours('ST23', "a leaver's connection gets nothing more", async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    await second.say('1');
    const newcomer = await Caller.enter(trial, first.roomId);
    await newcomer.say('2');
    await first.delete();
    trial.same(await first.socket.ended(), { code: 1000, said: [] }, 'frames and close');
  }),
  ours('ST24', 'it may still send one bye, unless somebody has its seat', async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    await first.sayBye();
    await first.sayBye();
    await second.hears(bye);
    const [third, fourth] = await pair(trial);
    await third.leave();
    const newcomer = await Caller.enter(trial, third.roomId);
    await fourth.hears(bye);
    await third.sayBye();
    await fourth.hears();
    await newcomer.hears();
  }),
  ours('ST25', 'its bye may come by POST /:room/:client', async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    const { status, text } = await first.colliderPost(bye);
    trial.same([status, text], [200, 'OK\n'], 'status and body');
    await second.hears(bye);
  }),
  ours('ST26', 'all else that it sends is ignored', async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    for (const text of ['{"cmd":"send","msg":"x"}', '{}', 'no JSON']) first.socket.send(text);
    await first.reached();
    await first.sayBye();
    await second.hears(bye);
    trial.same(first.socket.takeSaid(), [], 'frames');
  }),
  ours('ST27', 'DELETE closes it with 1000', async (trial) => {
    const [first] = await pair(trial);
    await first.sayBye();
    trial.holds(first.socket.isOpen, 'an open connection after its bye', 'a closed one');
    await first.delete();
    trial.same(await first.socket.ended(), { code: 1000, said: [] }, 'frames and close');
  }),
];

/** A register whose seat is gone. */
export const lateRegisterChecks: readonly Check[] = [
  ours('ST28', 'a register with an issued id takes a free seat again', async (trial) => {
    const [first, second] = await pair(trial);
    await second.leave();
    await second.drop();
    await second.register();
    await first.say('x');
    await second.hears('x');
    trial.same((await join(trial, first.roomId)).result, 'FULL', 'result of the next join');
  }),
  ours('ST29', 'it gets what waits', async (trial) => {
    const [first, second] = await pair(trial);
    await second.leave();
    await first.say('1');
    await second.drop();
    await second.register();
    await second.hears('1');
    await first.hears();
  }),
  ours('ST30', 'it evicts nobody', async (trial) => {
    const [first, second] = await pair(trial);
    await second.drop();
    const newcomer = await Caller.enter(trial, first.roomId);
    const text = second.dialect.register(second.roomId, second.clientId);
    await isRefused(trial, await second.connect(), text, wireCodes.roomFull.frame);
    await first.hears(bye);
    await newcomer.say('undisturbed');
    await first.hears('undisturbed');
  }),
  ours('ST31', 'the other is told the bye that it misses from a third', async (trial) => {
    const [first, second] = await pair(trial);
    await second.drop();
    const third = await Caller.enter(trial, first.roomId);
    await first.hears(bye);
    await third.leave();
    await second.register();
    await first.hears(bye);
    await second.hears();
  }),
];
