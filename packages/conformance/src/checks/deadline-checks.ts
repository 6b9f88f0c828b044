import { bye, Caller, join, pair } from '../caller.ts';
import { type Check, ours, required, slow } from '../check.ts';

/** Real deadlines and some room for a busy machine. */
const graceMs = 13_000;
const registerMs = 35_000;
const pendingSeatMs = 70_000;

/** Rules that take their time: they run beside all others, and `--quick` leaves them out. */
export const deadlineChecks: readonly Check[] = [
  slow(
    ours('ST5', 'a connection that has been closed for 10 s frees the seat', async (trial) => {
      const [first, second] = await pair(trial);
      await first.drop();
      trial.same(await first.isSeated(), true, 'seated just after the drop:');
      await trial.becomes(() => first.isSeated(), false, 'seated', graceMs);
      await second.hears();
      await Caller.join(trial, first.roomId);
      await second.hears(bye);
    }),
  ),
  slow(
    ours(
      'ST18',
      'what waited for a seat that expired waits on for the same id',
      async (trial) => {
        const [first, second] = await pair(trial);
        await second.drop();
        await first.say('1');
        await trial.becomes(() => second.isSeated(), false, 'seated', graceMs);
        await second.register();
        await second.hears('1');
        await first.hears();
      },
      ['esp32'],
    ),
  ),
  slow(
    ours('ST6', '60 s without a register free the seat, whatever HTTP asks', async (trial) => {
      const first = await Caller.join(trial);
      await Caller.enter(trial, first.roomId);
      trial.same((await join(trial, first.roomId)).result, 'FULL', 'result');
      await trial.becomes(() => first.isSeated(), false, 'seated', pendingSeatMs);
    }),
  ),
  slow(
    ours('ST27', "a leaver's connection is closed with 1000 after 10 s", async (trial) => {
      const [first] = await pair(trial);
      await first.leave();
      trial.same(await first.socket.ended(graceMs), { code: 1000, said: [] }, 'frames and close');
    }),
  ),
  slow(
    ours(
      'WS9',
      'a connection that has not registered for 30 s is closed with 1008',
      async (trial) => {
        const socket = await (await Caller.join(trial)).connect();
        trial.same(await socket.ended(registerMs), { code: 1008, said: [] }, 'frames and close');
      },
    ),
  ),
  slow(
    required(
      'WS6',
      "the server's pings carry no payload, and it asks for no haste",
      async (trial) => {
        const [first, second] = await pair(trial);
        const idle = await (await Caller.join(trial)).connect();
        // As long as an unregistered connection lives, or a ping has come.
        await idle.ended(registerMs).catch(() => undefined);
        const payloads = first.socket.pings.filter((payload) => payload.length > 0);
        trial.same(payloads.length, 0, 'pings with a payload:');
        await first.say('still here');
        await second.hears('still here');
      },
      ['esp32', 'kvs', 'windows'],
    ),
  ),
];
