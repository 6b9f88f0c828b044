import { parseJoinReply } from '@apprtc/protocol';
import { FakeSessionServer, ManualClock, SeededRandom } from '@apprtc/testkit';
import { expect, test } from 'vitest';
import { FakePage, FakeTab } from './call-world.fixture.ts';
import { RoomClient } from './room-client.ts';
import { SessionLink } from './session-link.ts';

/** Two links whose server, network and memory fail at random. */
class LossyWorld {
  readonly clock = new ManualClock();
  readonly server = new FakeSessionServer();
  readonly random: SeededRandom;
  readonly heard: string[][] = [[], []];
  readonly said: string[][] = [[], []];
  readonly pairings = [0, 0];
  readonly links: SessionLink[] = [];

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  async arrive(): Promise<void> {
    const side = this.links.length;
    const platform = new FakePage(
      this.server,
      this.clock,
      new FakeTab(this.random.next),
    ).platform();
    const reply = parseJoinReply(await (await this.server.fetch(`http://fake/join/abc`)).text());
    if (!reply.ok || reply.value.result !== 'SUCCESS') throw new Error('No seat');
    const { seat } = reply.value;
    const link = new SessionLink({
      platform,
      client: new RoomClient(platform, FakeSessionServer.origin),
      seat,
      storageKey: 'abc',
      credential: null,
      listeners: {
        onMessage: (message) => this.heard[side]?.push(message),
        onSignaling: () => {},
        onRefused: (why) => {
          throw new Error(why);
        },
        onWarning: (text) => {
          throw new Error(text);
        },
        onPaired: (_pairing, isNew) => {
          if (isNew) this.pairings[side] = (this.pairings[side] ?? 0) + 1;
        },
        onAlone: () => {},
        onAttempt: () => {},
        isReceiving: () => true,
      },
    });
    this.links.push(link);
    link.open();
    this.server.flush();
  }

  step(): void {
    const { server, random } = this;
    const side = random.below(2);
    const dice = random.below(20);
    if (dice < 10) this.say(side);
    else if (dice < 13) server.flush();
    else if (dice < 15) server.cut(`C${side + 1}`);
    else if (dice < 16) server.restart();
    else if (dice < 17) server.isReachable = random.below(3) > 0;
    else if (dice < 18) this.links[side]?.simulate('network-change');
    else this.clock.advance(random.below(3_000));
  }

  say(side: number): void {
    const link = this.links[side];
    if (link?.pairing == null) return;
    const message = `${side}:${this.said[side]?.length}`;
    this.said[side]?.push(message);
    link.send(message);
  }

  /** Nothing fails any more. */
  calm(): void {
    this.server.isReachable = true;
    for (let second = 0; second < 40; second += 1) {
      this.server.flush();
      this.server.tick();
      this.clock.advance(1_000);
    }
  }
}

test('[V16] [V17] what is said arrives once and in order, whatever connections and servers do', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const it = new LossyWorld(seed);
    await it.arrive();
    await it.arrive();
    for (let step = 0; step < 120; step += 1) it.step();
    it.calm();
    expect(it.heard, `seed ${seed}`).toEqual([it.said[1], it.said[0]]);
    expect(it.pairings, `seed ${seed}`).toEqual([1, 1]);
    expect(it.said.flat().length, `seed ${seed}`).toBeGreaterThan(10);
  }
});
