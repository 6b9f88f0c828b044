import { isJsonObject, parseJson } from '@apprtc/protocol';
import { Caller, join } from '../caller.ts';
import { type Check, ours, required } from '../check.ts';
import { hostLine } from '../dialect.ts';
import { NotApplicable } from '../mismatch.ts';
import { bareHost, hasDefaultPort, originOf } from '../target.ts';
import type { Trial } from '../trial.ts';

const jsonTexts = [
  'is_loopback',
  'pc_config',
  'pc_constraints',
  'offer_options',
  'media_constraints',
  'bypass_join_confirmation',
  'version_info',
];
const texts = [
  'header_message',
  'ice_server_url',
  'ice_server_transports',
  'include_loopback_js',
  'wss_url',
  'wss_post_url',
];
const lists = ['error_messages', 'warning_messages'];
const desktopChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const android =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36';

/** `/params` and the params of a join. */
export const paramsChecks: readonly Check[] = [
  required('PR1', '/params has every key', async (trial) => {
    const params = trial.json(await trial.ask('GET', '/params'));
    const absent = [...jsonTexts, ...texts, ...lists].filter((key) => !(key in params));
    trial.same(absent, [], 'absent keys');
  }),
  required(
    'PR2',
    'a join adds room_id, room_link, client_id, is_initiator and messages',
    async (trial) => {
      const { params } = await join(trial, trial.newRoom());
      const types = ['room_id', 'room_link', 'client_id'].map((key) => typeof params[key]);
      trial.same(types, ['string', 'string', 'string'], 'their types');
      const { messages, is_initiator: isInitiator } = params;
      trial.holds(isInitiator !== undefined, 'is_initiator', params);
      trial.holds(Array.isArray(messages), 'an array messages', messages);
    },
  ),
  required(
    'PR3',
    'starred params are JSON in a string, the rest strings and arrays',
    async (trial) => {
      const { params } = await join(trial, trial.newRoom());
      for (const key of [...jsonTexts, 'is_initiator']) {
        const value = params[key];
        const isJson = typeof value === 'string' && parseJson(value).ok;
        trial.holds(isJson, `JSON in a string ${key}`, value);
      }
      for (const key of texts) {
        trial.holds(typeof params[key] === 'string', `a string ${key}`, params[key]);
      }
      for (const key of lists) {
        trial.holds(Array.isArray(params[key]), `an array ${key}`, params[key]);
      }
    },
  ),
  required(
    'PR4',
    'pc_config asks for max-bundle and rtcp-mux; it= adds iceTransports',
    async (trial) => {
      const base = { bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' };
      const { iceServers, ...plain } = await inner(trial, 'pc_config', '');
      trial.holds(Array.isArray(iceServers), 'an array iceServers', iceServers);
      trial.same(plain, base, 'the rest of pc_config');
      const { iceServers: _, ...relayed } = await inner(trial, 'pc_config', '?it=relay');
      trial.same(relayed, { ...base, iceTransports: 'relay' }, 'the rest of pc_config');
    },
  ),
  ours(
    'PR4',
    'pc_config is byte for byte the text of the original, without servers',
    async (trial) => {
      const { params } = await join(trial, trial.newRoom());
      const text = '{"iceServers": [], "bundlePolicy": "max-bundle", "rtcpMuxPolicy": "require"}';
      trial.same(params['pc_config'], text, 'pc_config');
    },
  ),
  required('PR5', 'dtls, dscp and ipv6 go into pc_constraints', async (trial) => {
    trial.same(await inner(trial, 'pc_constraints', ''), { optional: [] }, 'pc_constraints');
    const optional = [{ DtlsSrtpKeyAgreement: false }, { googDscp: true }, { googIPv6: false }];
    const asked = await inner(trial, 'pc_constraints', '?ipv6=false&dscp=true&dtls=false');
    trial.same(asked, { optional }, 'pc_constraints');
  }),
  required('PR6', 'a desktop Chrome is asked for 1280x720, others for true', async (trial) => {
    const optional = [{ minWidth: '1280' }, { minHeight: '720' }];
    for (const [agent, video] of [
      [desktopChrome, { mandatory: {}, optional }],
      [android, true],
      ['ESP32 HTTP Client/1.0', true],
    ] as const) {
      const { place } = trial.target;
      const lines = [hostLine(place), `User-Agent: ${agent}`, `Origin: ${originOf(place)}`];
      const { params } = await join(trial, trial.newRoom(), '', lines);
      const seen = parseJson(String(params['media_constraints']));
      trial.same(seen.ok && seen.value, { audio: true, video }, `media_constraints for ${agent}`);
    }
  }),
  required(
    'PR7',
    'audio and video take true, false or a list of constraints',
    async (trial) => {
      const query = '?audio=false&video=minWidth=640,googCpu=true,optional:maxHeight=480';
      const expected = {
        audio: false,
        video: {
          mandatory: { minWidth: '640' },
          optional: [{ googCpu: 'true' }, { maxHeight: '480' }],
        },
      };
      trial.same(await inner(trial, 'media_constraints', query), expected, 'media_constraints');
    },
    ['web'],
  ),
  required(
    'PR8',
    'hd=true makes 1280x720 mandatory',
    async (trial) => {
      const { video } = await inner(trial, 'media_constraints', '?hd=true');
      trial.same(
        video,
        { mandatory: { minWidth: '1280', minHeight: '720' }, optional: [] },
        'video',
      );
      const { params } = await join(trial, trial.newRoom(), '?hd=true&video=true');
      const warnings = params['warning_messages'];
      const isWarned = Array.isArray(warnings) && warnings.length > 0;
      trial.holds(isWarned, 'a warning for hd beside video', warnings);
    },
    ['web'],
  ),
  required(
    'PR9',
    'firefox_fake_device adds fake',
    async (trial) => {
      const { fake } = await inner(trial, 'media_constraints', '?firefox_fake_device=1');
      trial.same(fake, true, 'media_constraints.fake');
    },
    ['web'],
  ),
  required(
    'PR10',
    "room_link is /r/ROOM with the join's query",
    async (trial) => {
      const room = trial.newRoom();
      const { params } = await join(trial, room, '?hd=true&x=1');
      const link = String(params['room_link']);
      trial.holds(link.endsWith(`/r/${room}?hd=true&x=1`), `…/r/${room}?hd=true&x=1`, link);
      trial.holds(/^https?:\/\//.test(link), 'a whole address', link);
    },
    ['web', 'android', 'ios', 'flutter'],
  ),
  required('PR11', 'wss_url ends in /ws; wss_post_url is scheme://host[:port]', async (trial) => {
    const { params } = await join(trial, trial.newRoom());
    const [wss, post] = [params['wss_url'], params['wss_post_url']];
    trial.holds(/^wss?:\/\/[^/]+\/ws$/.test(String(wss)), 'ws[s]://host[:port]/ws', wss);
    trial.holds(/^https?:\/\/[^/]+$/.test(String(post)), 'http[s]://host[:port]', post);
  }),
  ours(
    'PR12',
    'a link can not name another Collider',
    async (trial) => {
      const own = await join(trial, trial.newRoom());
      const query = '?wshpp=evil.example:443&wstls=false';
      const { params } = await join(trial, trial.newRoom(), query);
      for (const key of ['wss_url', 'wss_post_url']) {
        trial.same(params[key], own.params[key], key);
      }
    },
    ['web'],
  ),
  required(
    'PR13',
    'ice_server_url is in /params already, and in a join with a key',
    async (trial) => {
      const { ice_server_url: url } = trial.json(await trial.ask('GET', '/params'));
      trial.holds(/^https?:\/\/.+\/v1alpha\/iceconfig\?key=/.test(String(url)), 'an address', url);
      // The key is apikey, as the original has it, or one that the server made.
      const { params } = await join(trial, trial.newRoom(), '?apikey=abc&tt=udp');
      const { ice_server_url: joined } = params;
      trial.holds(/^https?:\/\/.+\?key=[^&]+$/.test(String(joined)), '…?key=KEY', joined);
      trial.same(params['ice_server_transports'], 'udp', 'ice_server_transports');
    },
    ['web', 'ios', 'android', 'flutter', 'esp32', 'kvs'],
  ),
  required(
    'PR15',
    'a Host without a port gets the same addresses',
    async (trial) => {
      const { place } = trial.target;
      if (hasDefaultPort(place)) throw new NotApplicable('this address has the default port');
      const known = await join(trial, trial.newRoom());
      const lines = [`Host: ${bareHost(place)}`, 'User-Agent: x', `Origin: ${originOf(place)}`];
      const { params } = await join(trial, trial.newRoom(), '', lines);
      for (const key of ['wss_url', 'wss_post_url', 'ice_server_url']) {
        trial.same(strip(params[key]), strip(known.params[key]), key);
      }
    },
    ['android'],
  ),
  required('PR16', 'default ports are left out', async (trial) => {
    const { params } = await Caller.join(trial);
    for (const key of ['wss_url', 'wss_post_url', 'room_link', 'ice_server_url']) {
      const url = String(params[key]);
      const isDefault = /^(wss|https):\/\/[^/]+:443(\/|$)|^(ws|http):\/\/[^/]+:80(\/|$)/.test(url);
      trial.holds(!isDefault, `${key} without its default port`, url);
    }
  }),
  ours('PR17', 'a malformed Host is served', async (trial) => {
    for (const host of ['a b', '%%%', '[::']) {
      const lines = [`Host: ${host}`, 'User-Agent: x', 'Origin: https://appr.tc'];
      const { result } = await join(trial, trial.newRoom(), '', lines);
      trial.same(result, 'SUCCESS', `result for Host: ${host}`);
    }
  }),
];

/** Without what differs from one call to the next. */
function strip(url: unknown): string {
  return String(url).replace(/\?.*/, '');
}

/** The object inside a param of a join with this query. */
async function inner(trial: Trial, key: string, query: string) {
  const { params } = await join(trial, trial.newRoom(), query);
  const value = parseJson(String(params[key]));
  if (value.ok && isJsonObject(value.value)) return value.value;
  trial.holds(false, `a JSON object in ${key}`, params[key]);
  return {};
}
