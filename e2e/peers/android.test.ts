import { describe, expect, it } from 'vitest';
import { newRoom } from '../wire/client.ts';
import { useProduct } from '../wire/product.ts';
import { usePeers } from './foreign-peer.ts';
import { bothSeeAndHear, pageFirst, peerFirst, usePeople } from './page-with-peer.ts';

const product = useProduct();
const arrive = usePeople();
const runPeer = usePeers();

const newPeer = (room: string) => runPeer('android-peer.ts', product.baseUrl, room);

describe('a call between the page and @roamhq/wrtc with the ways of the Android app', () => {
  it('the app calls first, leaves in its order, and the next one can call', async () => {
    const room = newRoom();
    const [peer, person] = [newPeer(room), await arrive()];
    await peerFirst(peer, person, product, room);
    await peer.hangUp();
    await person.waits();
    const next = newPeer(room);
    expect(await next.joined()).toBe(false);
    await bothSeeAndHear(next, person);
  });

  it('the page calls first, and goes back to waiting when the app leaves', async () => {
    const room = newRoom();
    const person = await arrive();
    const peer = await pageFirst(() => newPeer(room), person, product, room);
    await peer.hangUp();
    await person.waits();
    const next = newPeer(room);
    await next.joined();
    await bothSeeAndHear(next, person);
  });

  it('the app ends when the page hangs up', async () => {
    const room = newRoom();
    const [peer, person] = [newPeer(room), await arrive()];
    await peerFirst(peer, person, product, room);
    await person.page.click('#hangup');
    await peer.reports('bye');
    await peer.reports('left');
    await peer.ended();
  });
});
