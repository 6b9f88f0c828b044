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

const peers = [
  { name: 'aiortc', script: 'aiortc_peer.py', farewell: 'bye and close' },
  { name: '@roamhq/wrtc', script: 'android-peer.ts', farewell: '/leave ∥ bye, DELETE, close' },
  { name: 'webrtcbin', script: 'gstreamer_peer.py', farewell: 'bye, close, /leave' },
];

describe.each(peers)(
  'a call between the page and $name',
  {
    timeout: testTimeoutMs,
  },
  ({ script, farewell }) => {
    const newPeer = (room: string) => runPeer(script, product.baseUrl, room);

    it(`the peer calls first, leaves with ${farewell}, and the next one can call`, async () => {
      const room = newRoom();
      const [peer, person] = [newPeer(room), await arrive()];
      await peerFirst(peer, person, product, room);
      await peer.hangUp();
      await person.waits();
      const next = newPeer(room);
      expect(await next.joined()).toBe(false);
      await bothSeeAndHear(next, person);
    });

    it(`the page calls first, the peer leaves with ${farewell}, and the next one can call`, async () => {
      const room = newRoom();
      const person = await arrive();
      const peer = await pageFirst(() => newPeer(room), person, product, room);
      await peer.hangUp();
      await person.waits();
      const next = await arrive();
      await next.joinRoom(product.baseUrl, room);
      await Promise.all([
        person.seesAndHears(connectedWithinMs),
        next.seesAndHears(connectedWithinMs),
      ]);
    });

    it('the peer hears of it when the page hangs up', async () => {
      const room = newRoom();
      const [peer, person] = [newPeer(room), await arrive()];
      await peerFirst(peer, person, product, room);
      await person.page.click('#hangup');
      await peer.reports('bye');
      await peer.reports('left');
      await peer.ended();
    });
  },
);
