import { bye, Caller, join, pair } from '../caller.ts';
import { type Check, ours } from '../check.ts';

/** How a seat is freed, what a join does first, and what waits for whom. */
export const seatChecks: readonly Check[] = [
  ours('ST1', '/leave frees the seat at once', async (trial) => {
    await freesItsSeat(await pair(trial), (first) => first.leave());
  }),
  ours('ST2', '/bye frees it at once', async (trial) => {
    await freesItsSeat(await pair(trial), (first) => first.byeByCollider());
  }),
  ours('ST3', 'DELETE frees it at once', async (trial) => {
    await freesItsSeat(await pair(trial), (first) => first.delete());
  }),
  ours('ST4', 'a bye over the WebSocket frees it and is told once', async (trial) => {
    await freesItsSeat(await pair(trial), (first) => first.sayBye(), bye);
  }),
  ours('ST4', 'a bye by /message frees it and is told once', async (trial) => {
    await freesItsSeat(await pair(trial), (first) => first.post(bye), bye);
  }),
  ours('ST4', 'a bye by POST /:room/:client frees it and is told once', async (trial) => {
    await freesItsSeat(await pair(trial), (first) => first.colliderPost(bye), bye);
  }),
  ours('ST8', 'a join evicts a member whose connection has closed', async (trial) => {
    const [first, second] = await pair(trial);
    await first.drop();
    const newcomer = await Caller.join(trial, first.roomId);
    trial.same(newcomer.isInitiator, 'false', 'is_initiator');
    trial.same(await first.isSeated(), false, 'the gone one is seated:');
    trial.same(await second.isSeated(), true, 'the one who stays is seated:');
  }),
  ours('ST9', 'also one who waited alone, with what it said', async (trial) => {
    const alone = await Caller.enter(trial);
    await alone.say('{"type":"offer","sdp":"v=0"}');
    await alone.drop();
    const { isInitiator, joinMessages } = await Caller.join(trial, alone.roomId);
    trial.same([isInitiator, joinMessages], ['true', []], 'is_initiator and messages');
  }),
  ours('ST10', 'never one that has not registered yet', async (trial) => {
    const first = await Caller.join(trial);
    const second = await Caller.join(trial, first.roomId);
    trial.same((await join(trial, first.roomId)).result, 'FULL', 'result');
    await second.register();
    trial.same((await join(trial, first.roomId)).result, 'FULL', 'result');
  }),
  ours('ST11', 'with both gone the next is initiator', async (trial) => {
    const [first, second] = await pair(trial);
    await first.drop();
    await second.drop();
    trial.same((await Caller.join(trial, first.roomId)).isInitiator, 'true', 'is_initiator');
  }),
  ours(
    'ST12',
    'messages for one without a connection wait, whatever path they came by',
    async (trial) => {
      const [first, second] = await pair(trial);
      await second.drop();
      await first.say('1');
      await first.post('2');
      await first.colliderPost('3');
      await second.register();
      await second.hears('1', '2', '3');
    },
  ),
  ours('ST13', 'they wait even if their sender has left; its bye follows', async (trial) => {
    const first = await Caller.enter(trial);
    const second = await Caller.join(trial, first.roomId);
    await first.say('1', '2');
    await first.leave();
    await first.sayBye();
    await second.register();
    await second.hears('1', '2', bye);
  }),
  ours('ST14', 'all that waits for a newcomer is in its join, once', async (trial) => {
    const first = await Caller.enter(trial);
    await first.say('1');
    await first.post('2');
    await first.colliderPost('3');
    const newcomer = await Caller.join(trial, first.roomId);
    trial.same(newcomer.joinMessages, ['1', '2', '3'], 'messages');
    await newcomer.register();
    await newcomer.hears();
  }),
  ours('ST15', 'only what comes after the join goes over the connection', async (trial) => {
    const first = await Caller.enter(trial);
    await first.say('before');
    const newcomer = await Caller.join(trial, first.roomId);
    await first.say('after');
    await newcomer.register();
    trial.same(newcomer.joinMessages, ['before'], 'messages');
    await newcomer.hears('after');
  }),
  ours('ST16', 'what waits for a newcomer goes with the seat of its sender', async (trial) => {
    const [first, second] = await pair(trial);
    await first.sayBye();
    await second.say('for the next one');
    await second.leave();
    const newcomer = await Caller.enter(trial, first.roomId);
    trial.same([newcomer.isInitiator, newcomer.joinMessages], ['true', []], 'params');
    await newcomer.hears();
  }),
];

async function freesItsSeat(
  [first, second]: readonly [Caller, Caller],
  go: (first: Caller) => Promise<unknown>,
  ...says: readonly string[]
): Promise<void> {
  const { trial, roomId } = first;
  await go(first);
  await second.hears(...says);
  const { isInitiator, joinMessages } = await Caller.join(trial, roomId);
  trial.same([isInitiator, joinMessages], ['false', []], 'is_initiator and messages');
}
