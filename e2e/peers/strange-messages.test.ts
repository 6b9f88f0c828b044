import { describe, expect, it } from 'vitest';
import type { Person } from '../browser/person.ts';
import { newRoom } from '../wire/client.ts';
import { useProduct } from '../wire/product.ts';
import { type ForeignPeer, usePeers } from './foreign-peer.ts';
import {
  bothSeeAndHear,
  pageFirst,
  peerFirst,
  testTimeoutMs,
  usePeople,
} from './page-with-peer.ts';

const product = useProduct();
const arrive = usePeople();
const runPeer = usePeers();

const newPeer = (room: string, ...manners: readonly string[]) =>
  runPeer('android-peer.ts', product.baseUrl, room, ...manners);

const hostCandidate = 'candidate:1 1 udp 2122260223 192.0.2.77 50123 typ host generation 0';
const strangeMessages = [
  `{"type":"remove-candidates","candidates":[{"type":"candidate","label":0,"id":"0","candidate":"${hostCandidate}"}]}`,
  '{"type":"remove-candidates","candidates":"all of them"}',
  '{"type":"remove-candidates"}',
  '{"type":"customized","data":"RING"}',
  '{"type":"customized","data":{"ring":true}}',
  '{"type":"customized"}',
  `{"type":"candidate","candidate":"${hostCandidate}"}`,
  `{"type":"candidate","label":0,"candidate":"${hostCandidate}"}`,
  `{"type":"candidate","id":"0","candidate":"${hostCandidate}"}`,
  `{"type":"candidate","label":99,"id":"nowhere","candidate":"${hostCandidate}"}`,
  `{"type":"candidate","label":"0","id":0,"candidate":"${hostCandidate}"}`,
  '{"type":"candidate","label":0,"id":"0","candidate":"nonsense"}',
  '{"type":"candidate","label":0,"id":"0","candidate":""}',
  '{"type":"candidate","label":0,"id":"0"}',
  '{"type":"a-type-of-the-future","data":[1,2,3]}',
  '{"type":42}',
  '{}',
  '[]',
  'null',
  '"bye"',
  'bye',
  'no JSON at all {',
  '{"type":"answer","sdp":"a second answer"}',
  '{"type":"offer"}',
];

/** What of the page a message must not change: its peer connections, its faces, its complaints. */
function appearance({ page, complaints }: Person): Promise<unknown> {
  return page.evaluate(
    (complained) => ({
      connections: window.madePeerConnections.map(({ connectionState }) => connectionState),
      activeElements: [...document.querySelectorAll('.active')].map(({ id }) => id),
      complained,
    }),
    [...complaints],
  );
}

async function isUndisturbed(peer: ForeignPeer, person: Person): Promise<void> {
  const before = await appearance(person);
  for (const message of strangeMessages) peer.say(message);
  // The last of a row: when the page has taken it, it has had all of them.
  const last = 'candidate:7 1 udp 2122260223 192.0.2.78 50124 typ host generation 0';
  peer.say(`{"type":"candidate","label":0,"id":"0","candidate":"${last}"}`);
  await knowsCandidate(person, '192.0.2.78');
  await bothSeeAndHear(peer, person);
  expect(await appearance(person)).toEqual(before);
}

async function knowsCandidate({ page }: Person, address: string): Promise<void> {
  await page.waitForFunction(async (wanted) => {
    const stats = await window.madePeerConnections.at(-1)?.getStats();
    return [...(stats?.values() ?? [])].some(
      (report) => report.type === 'remote-candidate' && report.address === wanted,
    );
  }, address);
}

describe('strange messages in a call', { timeout: testTimeoutMs }, () => {
  it('[IM3] [IM4] [IM5] [IM7] do not disturb the page that answers', async () => {
    const room = newRoom();
    const [peer, person] = [newPeer(room), await arrive()];
    await peerFirst(peer, person, product, room);
    await isUndisturbed(peer, person);
    await peer.hangUp();
    await person.waits();
  });

  it('[IM3] [IM4] [IM5] [IM7] do not disturb the page that offers', async () => {
    const room = newRoom();
    const person = await arrive();
    const peer = await pageFirst(() => newPeer(room), person, product, room);
    await isUndisturbed(peer, person);
    await peer.hangUp();
    await person.waits();
  });

  it('[IM3] a call is made with candidates that have neither label nor id', async () => {
    const room = newRoom();
    const [peer, person] = [newPeer(room, 'bare-candidates'), await arrive()];
    await peerFirst(peer, person, product, room);
  });
});
