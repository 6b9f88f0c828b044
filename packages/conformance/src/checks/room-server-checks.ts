import { randomBytes } from 'node:crypto';
import { Caller, join, pair } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';
import { originOf } from '../target.ts';

const web = ['web'] as const;

/** Rooms and ids, `/join`, `/leave`, pages. */
export const roomServerChecks: readonly Check[] = [
  required('ID1', 'a room name with other characters is answered 404', async (trial) => {
    for (const name of ['a%20b', 'a.b', '%C3%BC', 'a%2Fb', 'a~b']) {
      trial.same((await trial.ask('POST', `/join/${name}`)).status, 404, 'status');
    }
  }),
  ours('ID2', 'a room name of more than 128 characters is answered 404', async (trial) => {
    const longest = randomBytes(64).toString('hex');
    const caller = await Caller.join(trial, longest);
    trial.same(caller.params['room_id'], longest, 'room_id');
    trial.same((await trial.ask('POST', `/join/${longest}x`)).status, 404, 'status');
  }),
  ours('ID3', 'the names of routes are no rooms', async (trial) => {
    for (const name of ['join', 'message', 'v1alpha', 'r', 'ws', 'status', 'css']) {
      trial.same((await trial.ask('POST', `/join/${name}`)).status, 404, `status of ${name}`);
    }
  }),
  ours('ID5', 'client ids are 22 base64url characters', async (trial) => {
    const { clientId } = await Caller.join(trial);
    trial.holds(/^[\w-]{22}$/.test(clientId), 'a client_id of 22 base64url characters', clientId);
  }),
  required('ID6', 'room_id comes back verbatim; case makes another room', async (trial) => {
    const room = `${trial.newRoom()}-_X`;
    const first = await Caller.join(trial, room);
    trial.same(first.params['room_id'], room, 'room_id');
    const other = await Caller.join(trial, room.toLowerCase());
    trial.same(other.isInitiator, 'true', 'is_initiator');
  }),
  required(
    'ID7',
    'BASE/message/ROOM/CLIENT stays within 127 characters',
    async (trial) => {
      const { roomId, clientId } = await Caller.join(trial);
      const url = `${originOf(trial.target.place)}/message/${roomId}/${clientId}`;
      trial.holds(url.length <= 127, 'an address of at most 127 characters', url);
    },
    ['esp32', 'kvs'],
  ),
  required('JN1', 'the first client is initiator and finds no messages', async (trial) => {
    const { params, result } = await join(trial, trial.newRoom());
    trial.same(result, 'SUCCESS', 'result');
    trial.same(String(params['is_initiator']), 'true', 'is_initiator');
    trial.same(params['messages'], [], 'messages');
  }),
  required('JN2', 'the third client is told FULL', async (trial) => {
    const first = await Caller.join(trial);
    await Caller.join(trial, first.roomId);
    const { result, params } = await join(trial, first.roomId);
    trial.same(result, 'FULL', 'result');
    trial.same(params['messages'], [], 'params.messages');
  }),
  required(
    'JN3',
    'the second client is handed what the first one said, in order',
    async (trial) => {
      const first = await Caller.enter(trial);
      const said = ['{"type":"offer","sdp":"v=0"}', '{"type":"candidate","candidate":"c"}', '3'];
      for (const message of said) trial.same(await first.post(message), 'SUCCESS', 'result');
      const second = await Caller.join(trial, first.roomId);
      trial.same(second.isInitiator, 'false', 'is_initiator');
      trial.same(second.params['messages'], said, 'messages');
    },
  ),
  required('JN4', 'every join issues a new client id', async (trial) => {
    const first = await Caller.join(trial);
    const second = await Caller.join(trial, first.roomId);
    await second.leave();
    const third = await Caller.join(trial, first.roomId);
    const ids = [first, second, third].map(({ clientId }) => clientId);
    trial.holds(new Set(ids).size === 3, 'three different ids', ids);
  }),
  required('LV1', '/leave is 200 and empty, known or not', async (trial) => {
    const caller = await Caller.join(trial);
    const paths = [
      `/leave/${caller.roomId}/nobody`,
      `/leave/${trial.newRoom()}/nobody`,
      `/leave/${caller.roomId}/${caller.clientId}`,
      `/leave/${caller.roomId}/${caller.clientId}`,
    ];
    for (const path of paths) {
      const { status, text } = await trial.ask('POST', path);
      trial.same([status, text], [200, ''], 'status and body');
    }
  }),
  required('LV2', 'the one who stays becomes initiator', async (trial) => {
    const [first, second] = await pair(trial);
    await first.leave();
    await first.delete();
    const newcomer = await Caller.join(trial, second.roomId);
    trial.same(newcomer.isInitiator, 'false', 'is_initiator of the newcomer');
  }),
  ours('BY1', '/bye is 200, empty, and the same as /leave', async (trial) => {
    const [first] = await pair(trial);
    const { status, text } = await first.byeByCollider();
    trial.same([status, text], [200, ''], 'status and body');
    trial.same((await join(trial, first.roomId)).result, 'SUCCESS', 'result of the next join');
  }),
  required(
    'AN1',
    '/a/ takes call events',
    async (trial) => {
      const event = { event_type: 1, event_time_ms: 1 };
      const told = { type: 'event', request_time_ms: 2, event };
      const reply = await trial.ask('POST', '/a/', { body: JSON.stringify(told) });
      trial.same(trial.json(reply)['result'], 'SUCCESS', 'result');
    },
    web,
  ),
  required(
    'AN2',
    '/a/ refuses what is no call event',
    async (trial) => {
      const reply = await trial.ask('POST', '/a/', { body: '{"type":"event"}' });
      trial.same(trial.json(reply)['result'], 'INVALID_REQUEST', 'result');
    },
    web,
  ),
  ours('HE1', '/healthz answers 200', async (trial) => {
    trial.same((await trial.ask('GET', '/healthz')).status, 200, 'status');
  }),
];

/** Pages for browsers. */
export const pageChecks: readonly Check[] = [
  required(
    'HM1',
    'GET / is the page',
    async (trial) => {
      const { status, headers } = await trial.ask('GET', '/');
      trial.same(status, 200, 'status');
      const type = headers.get('content-type');
      trial.holds(type?.startsWith('text/html') === true, 'Content-Type text/html', type);
    },
    web,
  ),
  required(
    'HM3',
    'GET /r/:room is a page, also of a full room',
    async (trial) => {
      const first = await Caller.join(trial);
      for (let count = 0; count < 2; count += 1) {
        const { status, headers } = await trial.ask('GET', `/r/${first.roomId}`);
        trial.same(status, 200, 'status');
        const type = headers.get('content-type');
        trial.holds(type?.startsWith('text/html') === true, 'Content-Type text/html', type);
        if (count === 0) await Caller.join(trial, first.roomId);
      }
    },
    web,
  ),
  ours(
    'HM4',
    'HEAD is GET without a body',
    async (trial) => {
      const got = await trial.ask('GET', '/');
      const { status, headers } = await trial.ask('HEAD', '/');
      trial.same(status, got.status, 'status');
      trial.same(headers.get('content-type'), got.headers.get('content-type'), 'Content-Type');
    },
    web,
  ),
  required(
    'HM5',
    'GET, HEAD and OPTIONS change no room',
    async (trial) => {
      const room = trial.newRoom();
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        for (const path of [`/r/${room}`, `/join/${room}`]) await trial.ask(method, path);
      }
      trial.same((await Caller.join(trial, room)).isInitiator, 'true', 'is_initiator');
    },
    web,
  ),
  ours(
    'HM6',
    'GET /r/:room with a name that no room has is answered 404',
    async (trial) => {
      for (const name of ['a.b', 'a%20b']) {
        trial.same((await trial.ask('GET', `/r/${name}`)).status, 404, 'status');
      }
    },
    web,
  ),
  ours(
    'HM7',
    'pages carry a Content-Security-Policy without inline script',
    async (trial) => {
      const { headers } = await trial.ask('GET', '/');
      const policy = headers.get('content-security-policy') ?? '';
      const script = /(?:script-src|default-src)[^;]*/.exec(policy)?.[0] ?? '';
      const isStrict = script !== '' && !script.includes("'unsafe-inline'");
      trial.holds(isStrict, "a script-src without 'unsafe-inline'", policy);
    },
    web,
  ),
];
