import { describe, expect, it } from 'vitest';
import { newRoom } from '../wire/client.ts';
import { useProduct } from '../wire/product.ts';
import { usePeers } from './foreign-peer.ts';
import {
  bothSeeAndHear,
  connectedWithinMs,
  pageFirst,
  peerFirst,
  testTimeoutMs,
  usePeople,
} from './page-with-peer.ts';

const product = useProduct();
const arrive = usePeople();
const runPeer = usePeers();

const newPeer = (room: string, ...manners: readonly string[]) =>
  runPeer('sdk-peer.ts', product.baseUrl, room, ...manners);

describe('a call between the page and the SDK in Node on @roamhq/wrtc', {
  timeout: testTimeoutMs,
}, () => {
  it('the SDK calls first, hangs up, and the next one can call', async () => {
    const room = newRoom();
    const [peer, person] = [newPeer(room), await arrive()];
    await peerFirst(peer, person, product, room);
    await peer.reports('state', ({ name }) => name === 'connected');
    await peer.hangUp();
    await person.waits();
    const next = newPeer(room);
    expect(await next.joined()).toBe(false);
    await bothSeeAndHear(next, person);
  });

  it('the page calls first, hangs up, and the SDK goes back to waiting for the next one', async () => {
    const room = newRoom();
    const person = await arrive();
    const peer = await pageFirst(() => newPeer(room), person, product, room);
    await person.page.click('#hangup');
    await peer.reports('state', ({ name }) => name === 'waiting');
    const next = await arrive();
    await next.joinRoom(product.baseUrl, room);
    await bothSeeAndHear(peer, next);
  });

  it('[IM5] customized messages reach and leave the SDK, as those of a doorbell that rings', async () => {
    const room = newRoom();
    const doorbell = runPeer('android-peer.ts', product.baseUrl, room);
    expect(await doorbell.joined()).toBe(true);
    const peer = newPeer(room);
    await Promise.all([doorbell.seesAndHears(), peer.seesAndHears()]);
    doorbell.say('{"type":"customized","data":"RING"}');
    await peer.reports('customized', ({ data }) => data === 'RING');
    peer.say('OPEN_DOOR');
    await doorbell.reports(
      'message',
      ({ text }) => text === '{"type":"customized","data":"OPEN_DOOR"}',
    );
  });

  it('the SDK calls first and receives only', async () => {
    const room = newRoom();
    const [peer, person] = [newPeer(room, 'receive-only'), await arrive()];
    expect(await peer.joined()).toBe(true);
    await person.joinRoom(product.baseUrl, room);
    await peer.seesAndHears(connectedWithinMs);
    await peer.hangUp();
    await person.waits();
  });

  it('the page calls first, and the SDK receives only', async () => {
    const room = newRoom();
    const person = await arrive();
    await person.joinRoom(product.baseUrl, room);
    await person.waits();
    const peer = newPeer(room, 'receive-only');
    await peer.seesAndHears(connectedWithinMs);
    await peer.hangUp();
    await person.waits();
  });
});
