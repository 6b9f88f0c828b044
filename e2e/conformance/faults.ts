import { gzipSync } from 'node:zlib';
import type { Fault, PassingReply, PassingRequest } from './faulty-proxy.ts';

type Json = Record<string, unknown>;

const joinPath = /^\/join\//;
const icePath = /^\/v1alpha\/iceconfig/;
const messagePath = /^\/message\//;

/** Changes the JSON of the replies on some paths. */
function inReplies(path: RegExp, change: (json: Json) => Json | undefined): Fault {
  return {
    reply: (reply, request) => {
      if (!path.test(request.path) || reply.status !== 200) return reply;
      const json = JSON.parse(String(reply.body)) as Json;
      const changed = change(json);
      return changed === undefined ? reply : { ...reply, body: JSON.stringify(changed) };
    },
  };
}

function inParams(change: (params: Json) => Json): Fault {
  return inReplies(joinPath, (json) => ({ ...json, params: change(json['params'] as Json) }));
}

function answering(
  isMeant: (request: PassingRequest) => boolean,
  reply: Partial<PassingReply>,
): Fault {
  return {
    answer: (request) =>
      isMeant(request) ? { status: 200, headers: {}, body: '', ...reply } : undefined,
  };
}

function withoutHeader(name: string): Fault {
  return {
    reply: (reply) => {
      const kept = Object.entries(reply.headers).filter(([key]) => key !== name);
      return { ...reply, headers: Object.fromEntries(kept) };
    },
  };
}

/** Changes the messages inside frames that are no errors. */
function inMessages(change: (message: string) => readonly string[]): Fault {
  return {
    toClient: (text) => {
      const { msg, error } = JSON.parse(text) as Json;
      if (error !== '' || typeof msg !== 'string' || msg === '') return [text];
      return change(msg).map((changed) => JSON.stringify({ msg: changed, error: '' }));
    },
  };
}

function earlyMessages(change: (messages: readonly unknown[]) => readonly unknown[]): Fault {
  return inParams((params) => ({
    ...params,
    messages: change(params['messages'] as readonly unknown[]),
  }));
}

/** `+` is a space and `%20` too, as in a form. */
function decodedForm(body: Buffer): Buffer {
  const text = body.toString('utf8').replaceAll('+', ' ').replaceAll('%20', ' ');
  return Buffer.from(text);
}

function isCandidate(message: string): boolean {
  return message.startsWith('{"type":"candidate"');
}

/** Each thing that a server may do wrong, seen in ports and in the original or near at hand. */
export const faults = {
  'messages left out of a join when there are none': inParams(({ messages, ...rest }) =>
    Array.isArray(messages) && messages.length > 0 ? { ...rest, messages } : rest,
  ),
  'an upgrade without Origin is refused': {
    refuseUpgrade: (headers) => (headers.origin === undefined ? 403 : undefined),
  },
  'an upgrade with a foreign Origin is refused': {
    refuseUpgrade: ({ origin, host }) =>
      origin === undefined || origin.endsWith(`//${host}`) ? undefined : 403,
  },
  'Upgrade matches in lower case only': {
    refuseUpgrade: ({ upgrade }) => (upgrade === 'websocket' ? undefined : 400),
  },
  'a heartbeat is relayed': {
    // With a space the product no longer knows it for one.
    toServer: (text) => text.replace('"{\\"error\\":\\"\\"}"', '"{\\"error\\": \\"\\"}"'),
  },
  'a join is answered in chunks': {
    reply: (reply, { path }) => (joinPath.test(path) ? { ...reply, isChunked: true } : reply),
  },
  'a join is compressed': {
    reply: (reply, { path, headers }) =>
      joinPath.test(path) && /gzip/.test(String(headers['accept-encoding']))
        ? {
            ...reply,
            headers: { ...reply.headers, 'content-encoding': 'gzip' },
            body: gzipSync(reply.body),
          }
        : reply,
  },
  'is_initiator is a boolean': inParams((params) =>
    'is_initiator' in params
      ? { ...params, is_initiator: params['is_initiator'] === 'true' }
      : params,
  ),
  'iceServers is empty': inReplies(icePath, (json) => ({ ...json, iceServers: [] })),
  'a bad key for ICE servers is refused': answering(
    ({ path }) => icePath.test(path) && !/[?&]key=[sa]\.[\w-]{20}/.test(path),
    { status: 403 },
  ),
  'urls is a string': inReplies(icePath, (json) => ({
    ...json,
    iceServers: (json['iceServers'] as readonly Json[]).map((server) => ({
      ...server,
      urls: (server['urls'] as readonly unknown[])[0],
    })),
  })),
  'a register is acknowledged': {
    echo: (text) => (/"register"/.test(text) ? ['{"msg":"","error":"","state":"registered"}'] : []),
  },
  'a key is added inside relayed candidates': inMessages((message) => [
    isCandidate(message) ? message.replace(/\}$/, ',"from":"x"}') : message,
  ]),
  'a key type stands beside msg': {
    toClient: (text) => [text.replace(/\}$/, ',"type":"message"}')],
  },
  'form bodies are decoded': {
    request: (request) =>
      /form/.test(String(request.headers['content-type'])) && messagePath.test(request.path)
        ? { ...request, body: decodedForm(request.body) }
        : request,
  },
  '500 without a User-Agent': answering(
    ({ headers, path }) => headers['user-agent'] === undefined && joinPath.test(path),
    { status: 500 },
  ),
  '//join is redirected': answering(({ path }) => path.startsWith('//'), {
    status: 301,
    headers: { location: '/' },
  }),
  'an unknown room is told as an unknown client': inReplies(messagePath, (json) =>
    json['result'] === 'UNKNOWN_ROOM' ? { result: 'UNKNOWN_CLIENT' } : undefined,
  ),
  'a leave is answered 404': {
    reply: (reply, { path }) => (path.startsWith('/leave/') ? { ...reply, status: 404 } : reply),
  },
  'connections are closed with 1012': { closeCode: () => 1012 },
  'early messages are lost': earlyMessages(() => []),
  'early messages come in reverse': earlyMessages((messages) => [...messages].reverse()),
  'candidates come twice': inMessages((message) =>
    isCandidate(message) ? [message, message] : [message],
  ),
  'a full room is not told': inReplies(joinPath, (json) =>
    json['result'] === 'FULL' ? { ...json, result: 'SUCCESS' } : undefined,
  ),
  'CORS is missing': withoutHeader('access-control-allow-origin'),
  'JSON is text/html': {
    reply: (reply) => ({
      ...reply,
      headers: Object.fromEntries(
        Object.entries(reply.headers).map(([name, value]) => [
          name,
          value.startsWith('application/json') ? 'text/html; charset=utf-8' : value,
        ]),
      ),
    }),
  },
  'a greeting comes before the register': {
    greeting: ['{"msg":"","error":"","hello":"you"}'],
  },
  'an extension is answered that nobody offered': {
    moreUpgradeLines: ['Sec-WebSocket-Extensions: permessage-deflate'],
  },
  'the head of the upgrade is long': { moreUpgradeLines: [`X-Trace: ${'x'.repeat(1000)}`] },
  'room_id is in lower case': inParams((params) => ({
    ...params,
    room_id: String(params['room_id']).toLowerCase(),
  })),
  'wss_post_url ends in a slash': inParams((params) => ({
    ...params,
    wss_post_url: `${params['wss_post_url']}/`,
  })),
  'a DELETE is answered 204': {
    reply: (reply, { method }) =>
      method === 'DELETE' ? { ...reply, status: 204, body: '' } : reply,
  },
  'lost connections keep their seats': { hidesDrops: true },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;
