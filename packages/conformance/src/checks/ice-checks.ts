import type { JsonObject } from '@apprtc/protocol';
import { type Check, ours, required } from '../check.ts';
import type { Reply } from '../raw-connection.ts';
import type { Trial } from '../trial.ts';

/** Those that ask the server for ICE servers: aiortc, Windows and the C++ client bring their own. */
const askers = ['web', 'android', 'ios', 'esp32', 'kvs', 'flutter'] as const;

/** `/v1alpha/iceconfig`, wherever the params say that it is. */
export const iceChecks: readonly Check[] = [
  required(
    'IC1',
    'POST answers 200 with iceServers',
    async (trial) => {
      const { iceServers } = trial.json(await askIce(trial));
      trial.holds(Array.isArray(iceServers), 'an array iceServers', iceServers);
    },
    askers,
  ),
  ours(
    'IC1',
    'it says how long they are good, as in "86400s"',
    async (trial) => {
      const { lifetimeDuration } = trial.json(await askIce(trial));
      const isDuration = /^\d+(\.\d+)?s$/.test(String(lifetimeDuration));
      trial.holds(isDuration, 'a lifetimeDuration in seconds', lifetimeDuration);
    },
    askers,
  ),
  ours(
    'IC2',
    'GET answers the same',
    async (trial) => {
      const urls = async (method: string) =>
        serversOf(trial, await askIce(trial, method)).map((server) => server['urls']);
      trial.same(await urls('GET'), await urls('POST'), 'urls');
    },
    askers,
  ),
  required(
    'IC3',
    'every origin may read it',
    async (trial) => {
      const { headers } = await askIce(trial);
      const allowed = headers.get('access-control-allow-origin');
      trial.same(allowed, '*', 'Access-Control-Allow-Origin');
    },
    ['web'],
  ),
  required(
    'IC4',
    'every urls is a non-empty array of strings',
    async (trial) => {
      for (const { urls } of serversOf(trial, await askIce(trial))) {
        const isList =
          Array.isArray(urls) && urls.length > 0 && urls.every((url) => typeof url === 'string');
        trial.holds(isList, 'urls: a non-empty array of strings', urls);
      }
    },
    askers,
  ),
  required(
    'IC5',
    'the first server has username, its expiry, and credential',
    async (trial) => {
      const [first = {}] = serversOf(trial, await askIce(trial));
      const { username, credential } = first;
      const hasBoth = typeof username === 'string' && typeof credential === 'string';
      trial.holds(hasBoth && credential !== '', 'username and credential', first);
      const leftSeconds = Number.parseInt(String(username), 10) - Date.now() / 1000;
      trial.holds(leftSeconds > 0, 'a username that starts with a time to come', username);
    },
    ['esp32', 'kvs'],
  ),
  required(
    'IC6',
    'iceServers is never empty',
    async (trial) => {
      const { iceServers } = trial.json(await askIce(trial));
      const isFilled = Array.isArray(iceServers) && iceServers.length > 0;
      trial.holds(isFilled, 'at least one server', iceServers);
    },
    askers,
  ),
  required(
    'IC7',
    'a dozen clients of one household may ask at once',
    async (trial) => {
      const replies = await Promise.all(Array.from({ length: 12 }, () => askIce(trial)));
      trial.same([...new Set(replies.map(({ status }) => status))], [200], 'statuses');
    },
    askers,
  ),
  ours(
    'IC11',
    'a bad key is no error: 200 in the same shape',
    async (trial) => {
      const { ice_server_url: url } = trial.json(await trial.ask('GET', '/params'));
      for (const key of ['', 'bad', 's.bad.key']) {
        const reply = await trial.askUrl('POST', withKey(String(url), key));
        const { iceServers } = trial.json(reply);
        trial.holds(
          Array.isArray(iceServers),
          `an array iceServers for the key "${key}"`,
          iceServers,
        );
      }
    },
    ['esp32', 'kvs'],
  ),
];

/** The same address with another key. */
function withKey(url: string, key: string): string {
  const changed = new URL(url);
  changed.searchParams.set('key', key);
  return changed.href;
}

async function askIce(trial: Trial, method = 'POST'): Promise<Reply> {
  const { ice_server_url: url } = trial.json(await trial.ask('GET', '/params'));
  trial.holds(URL.canParse(String(url)), 'an address in ice_server_url', url);
  return trial.askUrl(method, String(url));
}

function serversOf(trial: Trial, reply: Reply): readonly JsonObject[] {
  const { iceServers } = trial.json(reply);
  trial.holds(Array.isArray(iceServers), 'an array iceServers', iceServers);
  return iceServers as readonly JsonObject[];
}
