import { Caller, join, pair } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';
import { hostLine, plainDialect } from '../dialect.ts';
import type { Reply } from '../raw-connection.ts';
import type { Trial } from '../trial.ts';

const bodyTypes = [
  undefined,
  'text/plain; charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/json',
  'application/octet-stream',
];
const small = ['esp32', 'kvs'] as const;

/** What holds for every request. */
export const httpChecks: readonly Check[] = [
  required(
    'HT1',
    'replies of /join carry Content-Length: not chunked, not compressed',
    async (trial) => {
      for (const more of [
        'Accept-Encoding: gzip, deflate, br',
        'Connection: close',
        'Accept: */*',
      ]) {
        const lines = [...plainDialect.http(trial.target.place), more];
        isPlain(trial, (await join(trial, trial.newRoom(), '', lines)).reply);
      }
    },
    small,
  ),
  required(
    'HT1',
    'replies of iceconfig carry Content-Length: not chunked, not compressed',
    async (trial) => {
      const { params } = await Caller.join(trial);
      const lines = [...plainDialect.http(trial.target.place), 'Accept-Encoding: gzip, br'];
      const url = String(params['ice_server_url']);
      trial.holds(URL.canParse(url), 'an ice_server_url', url);
      isPlain(trial, await trial.askUrl('POST', url, { lines }));
    },
    small,
  ),
  required('HT2', 'success is exactly 200', async (trial) => {
    const [first, second] = await pair(trial);
    const seat = `${first.roomId}/${first.clientId}`;
    trial.same((await trial.ask('POST', `/message/${seat}`, { body: 'x' })).status, 200, 'status');
    trial.same((await first.colliderPost('x')).status, 200, 'status');
    trial.same((await first.leave()).status, 200, 'status');
    trial.same((await first.delete()).status, 200, 'status');
    await second.hears('x', 'x');
  }),
  required(
    'HT3',
    '//join/:room is served, not redirected',
    async (trial) => {
      const room = trial.newRoom();
      const reply = await trial.ask('POST', `//join/${room}`);
      trial.same(trial.json(reply)['result'], 'SUCCESS', 'result');
      trial.same((await Caller.join(trial, room)).isInitiator, 'false', 'is_initiator');
    },
    ['android', 'ios', 'esp32', 'kvs', 'flutter'],
  ),
  required('HT4', 'a body is taken as it is, whatever its Content-Type', async (trial) => {
    const [first, second] = await pair(trial);
    const bodies = ['{"type":"offer","sdp":"a=b+c%20d&e"}', 'a=1&b=%20+', 'no JSON {'];
    for (const type of bodyTypes) {
      for (const body of bodies) {
        const { path, lines } = messageRequest(first, type);
        const reply = await trial.ask('POST', path, { lines, body });
        trial.same(trial.json(reply)['result'], 'SUCCESS', `result for ${type}`);
      }
    }
    await second.hears(...bodyTypes.flatMap(() => bodies));
  }),
  required('HT5', 'a request body may be chunked', async (trial) => {
    const [first, second] = await pair(trial);
    const { path, lines } = messageRequest(first, 'text/plain');
    const body = '3\r\n{"t\r\n1\r\n}\r\n0\r\n\r\n';
    const chunked = [...lines, 'Transfer-Encoding: chunked'];
    const reply = await trial.ask('POST', path, { lines: chunked, body });
    trial.same(trial.json(reply)['result'], 'SUCCESS', 'result');
    await second.hears('{"t}');
  }),
  required('HT6', 'an empty body with Content-Type: application/json is fine', async (trial) => {
    const lines = [...plainDialect.http(trial.target.place), 'Content-Type: application/json'];
    const { result, params } = await join(trial, trial.newRoom(), '', lines);
    trial.same(result, 'SUCCESS', 'result');
    const reply = await trial.askUrl('POST', String(params['ice_server_url']), { lines });
    trial.same(reply.status, 200, 'status of iceconfig');
  }),
  ours('HT7', 'no User-Agent is required', async (trial) => {
    await isServed(trial, [hostLine(trial.target.place), 'Origin: https://appr.tc']);
  }),
  ours('HT7', 'no Origin is required', async (trial) => {
    await isServed(trial, [hostLine(trial.target.place), 'User-Agent: x']);
    const caller = await Caller.join(trial);
    const path = `/${caller.roomId}/${caller.clientId}`;
    const lines = [hostLine(caller.collider)];
    const reply = await trial.ask('POST', path, { place: caller.collider, lines, body: 'x' });
    trial.same(reply.status, 200, 'status of the Collider');
  }),
  ours('HT7', 'no header at all is required', async (trial) => {
    await isServed(trial, []);
    const reply = await trial.ask('POST', `/join/${trial.newRoom()}`, {
      lines: [],
      httpVersion: '1.0',
    });
    trial.same(trial.json(reply)['result'], 'SUCCESS', 'result for HTTP/1.0');
  }),
  ours('HT8', 'JSON is application/json; charset=utf-8', async (trial) => {
    const { reply } = await join(trial, trial.newRoom());
    for (const { headers } of [reply, await trial.ask('GET', '/params')]) {
      const type = headers.get('content-type');
      trial.same(type, 'application/json; charset=utf-8', 'Content-Type');
    }
  }),
  required('HT9', 'a foreign Origin is served', async (trial) => {
    for (const origin of ['https://www.google.com', 'https://appr.tc', 'null']) {
      const { place } = trial.target;
      await isServed(trial, [hostLine(place), 'User-Agent: x', `Origin: ${origin}`]);
    }
  }),
  required('HT10', 'a connection is kept alive for the next request', async (trial) => {
    const connection = await trial.openRaw();
    const lines = plainDialect.http(trial.target.place);
    for (let count = 0; count < 3; count += 1) {
      const head = [`POST /join/${trial.newRoom()} HTTP/1.1`, ...lines, 'Content-Length: 0'];
      trial.journal.sent(`request ${count + 1} on one connection: ${head.join('\n')}`);
      connection.write(`${head.join('\r\n')}\r\n\r\n`);
      trial.same((await connection.reply('POST')).status, 200, 'status');
    }
  }),
  required('HT11', 'an Upgrade to HTTP/2 is ignored and the request served', async (trial) => {
    const more = [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
    ];
    await isServed(trial, [...plainDialect.http(trial.target.place), ...more]);
  }),
  ours('LM1', 'a body of more than 256 KiB is answered 413', async (trial) => {
    const caller = await Caller.join(trial);
    const { path, lines } = messageRequest(caller, 'text/plain');
    const body = 'x'.repeat(256 * 1024 + 1);
    trial.same((await trial.ask('POST', path, { lines, body })).status, 413, 'status');
  }),
];

function messageRequest(caller: Caller, type: string | undefined) {
  return {
    path: `/message/${caller.roomId}/${caller.clientId}`,
    lines: [
      ...plainDialect.http(caller.trial.target.place),
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ],
  };
}

function isPlain(trial: Trial, { status, headers, body }: Reply): void {
  trial.same(status, 200, 'status');
  const wire = {
    'content-length': headers.get('content-length'),
    'transfer-encoding': headers.get('transfer-encoding'),
    'content-encoding': headers.get('content-encoding'),
  };
  const plain = {
    'content-length': String(body.length),
    'transfer-encoding': undefined,
    'content-encoding': undefined,
  };
  trial.same(wire, plain, 'headers');
}

async function isServed(trial: Trial, lines: readonly string[]): Promise<void> {
  const { result } = await join(trial, trial.newRoom(), '', lines);
  trial.same(result, 'SUCCESS', 'result');
}
