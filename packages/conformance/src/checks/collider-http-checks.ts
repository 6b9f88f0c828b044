import { colliderReplies } from '@apprtc/protocol';
import { Caller, pair } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';
import { plainDialect } from '../dialect.ts';
import type { Reply } from '../raw-connection.ts';
import type { Trial } from '../trial.ts';

/** The Collider's HTTP side. */
export const colliderHttpChecks: readonly Check[] = [
  required('CP1', 'POST /:room/:client is 200 OK and goes the way of a send', async (trial) => {
    const [first, second] = await pair(trial);
    answers(trial, await first.colliderPost('{"type":"bye-bye"}'), 200, colliderReplies.ok);
    await second.hears('{"type":"bye-bye"}');
    await second.drop();
    answers(trial, await second.colliderPost('without a connection'), 200, colliderReplies.ok);
    await first.hears('without a connection');
  }),
  required('CP2', 'an empty body: 500', async (trial) => {
    const caller = await Caller.enter(trial);
    answers(trial, await caller.colliderPost(''), 500, colliderReplies.emptyBody);
  }),
  required('CP3', 'the queue is full: 500', async (trial) => {
    const first = await Caller.enter(trial);
    await first.say(...Array.from({ length: 1024 }, (_, index) => String(index)));
    answers(trial, await first.colliderPost('one too many'), 500, colliderReplies.queueFull);
  }),
  ours('CP4', 'a client without a seat: 500, nothing is relayed', async (trial) => {
    const [first, second] = await pair(trial);
    for (const path of [`/${first.roomId}/nobody`, `/${trial.newRoom()}/nobody`]) {
      const reply = await trial.ask('POST', path, { place: first.collider, body: 'x' });
      answers(trial, reply, 500, colliderReplies.unknownClient);
    }
    await first.hears();
    await second.hears();
  }),
  ours('CP5', 'bytes that are not UTF-8: 500', async (trial) => {
    const [first, second] = await pair(trial);
    const reply = await first.colliderPost(Uint8Array.from([0x61, 0xff]));
    answers(trial, reply, 500, colliderReplies.notUtf8);
    await second.hears();
  }),
  required('DL1', 'DELETE is 200 OK, known or not', async (trial) => {
    const caller = await Caller.enter(trial);
    const known = `/${caller.roomId}/${caller.clientId}`;
    for (const path of [`/${caller.roomId}/nobody`, `/${trial.newRoom()}/nobody`, known, known]) {
      const reply = await trial.ask('DELETE', path, { place: caller.collider });
      answers(trial, reply, 200, colliderReplies.ok);
    }
  }),
  required('DL2', "DELETE closes that client's connection with 1000", async (trial) => {
    const [first] = await pair(trial);
    await first.delete();
    trial.same((await first.socket.ended()).code, 1000, 'close');
  }),
  required('DL3', 'the peer of a DELETE is told nothing', async (trial) => {
    const [first, second] = await pair(trial);
    await first.delete();
    await first.socket.ended();
    await second.hears();
  }),
  required(
    'SU1',
    'GET /status has five numbers',
    async (trial) => {
      const { collider } = await Caller.enter(trial);
      const status = trial.json(await trial.ask('GET', '/status', { place: collider }));
      for (const key of ['upsec', 'openws', 'totalws', 'wserrors', 'httperrors']) {
        trial.holds(typeof status[key] === 'number', `a number ${key}`, status);
      }
    },
    ['web'],
  ),
  required(
    'CS1',
    'POST and DELETE allow every origin',
    async (trial) => {
      const [first] = await pair(trial);
      for (const reply of [await first.colliderPost('x'), await first.delete()]) {
        const allowed = reply.headers.get('access-control-allow-origin');
        trial.same(allowed, '*', 'Access-Control-Allow-Origin');
      }
    },
    ['web'],
  ),
  required(
    'CS1',
    'OPTIONS is 2xx and allows POST and DELETE',
    async (trial) => {
      const { status, headers } = await preflight(trial);
      trial.same(Math.floor(status / 100), 2, 'status class');
      const methods = headers.get('access-control-allow-methods') ?? '';
      trial.holds(/POST/.test(methods) && /DELETE/.test(methods), 'POST and DELETE', methods);
      const allowed = headers.get('access-control-allow-origin');
      trial.same(allowed, '*', 'Access-Control-Allow-Origin');
    },
    ['web'],
  ),
  ours(
    'CS1',
    'OPTIONS allows the header content-type',
    async (trial) => {
      const allowed = (await preflight(trial)).headers.get('access-control-allow-headers') ?? '';
      trial.holds(/content-type/i.test(allowed), 'content-type', allowed);
    },
    ['web'],
  ),
];

function answers(trial: Trial, { status, text }: Reply, wanted: number, body: string): void {
  trial.same([status, text], [wanted, body], 'status and body');
}

async function preflight(trial: Trial): Promise<Reply> {
  const { roomId, clientId, collider } = await Caller.join(trial);
  return trial.ask('OPTIONS', `/${roomId}/${clientId}`, {
    place: collider,
    lines: [
      ...plainDialect.http(collider),
      'Access-Control-Request-Method: DELETE',
      'Access-Control-Request-Headers: content-type',
    ],
  });
}
