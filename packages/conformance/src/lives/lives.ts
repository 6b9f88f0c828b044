import { parseJson, wireCodes } from '@apprtc/protocol';
import { bye, Caller } from '../caller.ts';
import { type Check, type Family, families, familyNames, ours, required } from '../check.ts';
import { type ClientSocket, saidBy } from '../client-socket.ts';
import { originOf, placeOf } from '../target.ts';
import type { Trial } from '../trial.ts';
import { dialects } from './dialects.ts';
import { type Habits, habits } from './habits.ts';

// With the characters of an ice-pwd, which a form decoder would change.
const offer =
  '{"type":"offer","sdp":"v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\na=ice-pwd:a+b/c%20d\\r\\n"}';
const answer =
  '{"type":"answer","sdp":"v=0\\r\\no=- 3 4 IN IP4 127.0.0.1\\r\\na=ice-pwd:e+f/g%20h\\r\\n"}';

function candidate(number: number): string {
  const text = `candidate:${number} 1 udp 2122260223 192.0.2.${number} 5000 typ host`;
  return `{"type":"candidate","label":0,"id":"0","candidate":"${text}"}`;
}

/** The whole life of each client family: as first and as second in the room, and when it comes back. */
export const lives: readonly Check[] = families.flatMap((family) => {
  const { rule, comesBack } = habits[family];
  const name = familyNames[family];
  const check = comesBack === 'ours' ? ours : required;
  return [
    required(rule, `the life of ${name} as the first`, (trial) => liveAsFirst(trial, family), [
      family,
    ]),
    required(rule, `the life of ${name} as the second`, (trial) => liveAsSecond(trial, family), [
      family,
    ]),
    check(rule, `${name} leaves in its order and comes back`, (trial) => comeBack(trial, family), [
      family,
    ]),
  ];
});

async function liveAsFirst(trial: Trial, family: Family): Promise<void> {
  const first = await joined(trial, family, trial.newRoom());
  trial.same(first.params['is_initiator'], 'true', 'is_initiator');
  trial.same(first.params['messages'], [], 'messages');
  await registered(first, family);
  const early = [offer, candidate(1), candidate(2)];
  for (const message of early) trial.same(await first.post(message), 'SUCCESS', 'result');
  const second = await Caller.join(trial, first.roomId);
  trial.same(second.params['messages'], early, 'messages of the second');
  await second.register();
  await second.say(answer, candidate(3));
  await hears(first, answer, candidate(3));
  trial.same(await first.post(candidate(4)), 'SUCCESS', 'result');
  await hears(second, candidate(4));
  await loseConnection(first, second, family);
  await leaves(first, second, family);
}

async function liveAsSecond(trial: Trial, family: Family): Promise<void> {
  const first = await Caller.enter(trial);
  trial.same(await first.post(offer), 'SUCCESS', 'result');
  await first.say(candidate(1));
  const second = await joined(trial, family, first.roomId);
  trial.same(second.params['is_initiator'], 'false', 'is_initiator');
  trial.holds(
    Array.isArray(second.params['messages']) && second.params['messages'][0] === offer,
    'the offer as the first of messages',
    second.params['messages'],
  );
  await first.say(candidate(2));
  await registered(second, family, candidate(2));
  await says(second, family, answer);
  await says(second, family, candidate(3));
  await hears(first, answer, candidate(3));
  await loseConnection(second, first, family);
  await leaves(second, first, family);
}

/** The one who stays has a new offer ready, and the room a place. */
async function comeBack(trial: Trial, family: Family): Promise<void> {
  const { saysBye, leave } = habits[family];
  const stayer = await Caller.enter(trial);
  const guest = await joined(trial, family, stayer.roomId);
  await registered(guest, family);
  await leave(guest);
  if (saysBye) {
    await hears(stayer, bye);
    trial.same(await stayer.post(offer), 'SUCCESS', 'result');
  }
  const again = await joined(trial, family, stayer.roomId);
  trial.same(again.params['is_initiator'], 'false', 'is_initiator');
  trial.same(again.params['messages'], saysBye ? [offer] : [], 'messages');
  await registered(again, family);
  if (!saysBye) {
    await hears(stayer, bye);
    trial.same(await stayer.post(offer), 'SUCCESS', 'result');
    await hears(again, offer);
  }
  await says(again, family, answer);
  await hears(stayer, answer);
}

/** These read heads, bodies and addresses into buffers of a fixed size. */
function isSmall(family: Family): boolean {
  return family === 'esp32' || family === 'kvs';
}

/** Joins as the family does and looks at what it reads. */
async function joined(trial: Trial, family: Family, roomId: string): Promise<Caller> {
  const { asksParamsFirst, asksIce } = habits[family];
  if (asksParamsFirst) await askIce(trial, family, await paramsFirst(trial, family));
  const caller = await Caller.join(trial, roomId, '', dialects[family]);
  const { params } = caller;
  trial.same(params['room_id'], roomId, 'room_id');
  trial.holds(Array.isArray(params['messages']), 'an array messages', params['messages']);
  for (const key of ['pc_config', 'pc_constraints', 'media_constraints', 'is_initiator']) {
    const value = params[key];
    trial.holds(typeof value === 'string' && parseJson(value).ok, `JSON in a string ${key}`, value);
  }
  if (asksIce && !asksParamsFirst) {
    await askIce(trial, family, String(params['ice_server_url']));
  }
  if (isSmall(family)) {
    const length = caller.joinReply.headers.get('content-length');
    trial.same(length, String(caller.joinReply.body.length), 'Content-Length of /join');
    const url = `${originOf(trial.target.place)}/message/${roomId}/${caller.clientId}`;
    trial.holds(url.length <= 127, 'an address of at most 127 characters', url);
  }
  return caller;
}

async function paramsFirst(trial: Trial, family: Family): Promise<string> {
  const lines = dialects[family].http(trial.target.place);
  const params = trial.json(await trial.ask('GET', '/params', { lines }));
  return String(params['ice_server_url']);
}

async function askIce(trial: Trial, family: Family, url: string): Promise<void> {
  trial.holds(URL.canParse(url), 'an address in ice_server_url', url);
  const lines = dialects[family].http(placeOf(url));
  const reply = await trial.askUrl('POST', url, { lines });
  const { iceServers } = trial.json(reply);
  const [first] = Array.isArray(iceServers) ? (iceServers as readonly unknown[]) : [];
  trial.holds(typeof first === 'object' && first !== null, 'iceServers with a server', iceServers);
  const { urls, username, credential } = first as Readonly<Record<string, unknown>>;
  trial.holds(Array.isArray(urls) && urls.length > 0, 'urls: a non-empty array', urls);
  if (!isSmall(family)) return;
  const hasBoth = typeof username === 'string' && typeof credential === 'string';
  trial.holds(hasBoth, 'username and credential of the first server', first);
  trial.holds(reply.headers.has('content-length'), 'Content-Length', [...reply.headers]);
}

/** Connects and registers with the family's own bytes; it must hear these messages and nothing else. */
async function registered(
  caller: Caller,
  family: Family,
  ...waiting: readonly string[]
): Promise<void> {
  const { trial } = caller;
  const { greeting } = habits[family];
  await offerExtensions(caller);
  if (greeting !== undefined) await greet(await caller.connect(), trial, greeting);
  const { head } = await caller.register();
  if (isSmall(family))
    trial.holds(head.length < 1024, 'a 101 head of under 1024 bytes', head.length);
  await hears(caller, ...waiting);
}

/** The family's upgrade with all of its lines is accepted too; what follows travels without extensions. */
async function offerExtensions(caller: Caller): Promise<void> {
  const lines = caller.dialect.upgrade(placeOf(caller.wssUrl));
  const { head } = await caller.trial.upgrade(caller.wssUrl, lines);
  caller.trial.same(head.status, 101, 'status of the upgrade');
}

async function greet(socket: ClientSocket, trial: Trial, greeting: string): Promise<void> {
  socket.send(greeting);
  await socket.arrived(1);
  const said = socket.takeTexts().map(saidBy);
  trial.same(said, [`error: ${wireCodes.unexpectedCmd.frame}`], `frames after ${greeting}`);
  socket.discard();
}

async function says(caller: Caller, family: Family, message: string): Promise<void> {
  if (habits[family].answersBy === 'socket') await caller.say(message);
  else caller.trial.same(await caller.post(message), 'SUCCESS', 'result');
}

async function loseConnection(gone: Caller, other: Caller, family: Family): Promise<void> {
  if (!habits[family].registersAgain) return;
  await gone.drop();
  await other.say(candidate(5), candidate(6));
  await registered(gone, family, candidate(5), candidate(6));
  await hears(other);
}

async function leaves(leaver: Caller, other: Caller, family: Family): Promise<void> {
  const { leave, saysBye }: Habits = habits[family];
  await leave(leaver);
  await hears(other, ...(saysBye ? [bye] : []));
}

/** Like `Caller.hears`, but as picky as the pickiest client: no empty frame, no `type` or `cmd` beside `msg`. */
async function hears(caller: Caller, ...expected: readonly string[]): Promise<void> {
  const { socket, trial } = caller;
  await socket.arrived(expected.length);
  await socket.settle();
  const texts = socket.takeTexts();
  trial.same(texts.map(saidBy), expected, 'messages over the WebSocket');
  for (const { text, json } of texts) {
    trial.holds(!('type' in json || 'cmd' in json), 'a frame without type and cmd', text);
  }
}
