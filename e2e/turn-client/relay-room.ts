import { afterAll, afterEach, beforeAll } from 'vitest';
import { useChromium } from '../browser/chromium.ts';
import { Person } from '../browser/person.ts';
import { FaultyProxy } from '../conformance/faulty-proxy.ts';
import { useProduct } from '../wire/product.ts';
import { Coturn, credentialOf } from './coturn.ts';

const connectedWithinMs = 15_000;

/** What the product is made to answer when it is asked for ICE servers. */
export interface IceReply {
  readonly urls: readonly string[];
  readonly lifeSeconds: number;
  readonly secret: string;
}

/** A product, a real relay, and the ICE servers that a test wants; people who come by this door and leave at the end. */
export class RelayRoom {
  readonly #product = useProduct();
  // Also of `turns:`, whose certificate is a test's own.
  readonly #chromium = useChromium({ extraFlags: ['--ignore-certificate-errors'] });
  readonly #people: Person[] = [];
  #coturn: Coturn | null = null;
  #proxy: FaultyProxy | null = null;
  #rooms = 0;
  /** Null: what the product itself answers. */
  ice: IceReply | null = null;
  /** When ICE servers were asked for, by `performance.now()`. */
  readonly askedAtMs: number[] = [];

  constructor() {
    beforeAll(async () => {
      this.#coturn = await Coturn.start();
      this.#proxy = await FaultyProxy.listen(this.#product.port);
      this.#proxy.fault = {
        answer: ({ path }) => {
          if (!path.startsWith('/v1alpha/iceconfig')) return undefined;
          this.askedAtMs.push(performance.now());
          return this.ice === null ? undefined : iceConfig(this.ice);
        },
      };
    });
    afterEach(async () => {
      await Promise.all(this.#people.splice(0).map((person) => person.leave()));
      this.askedAtMs.length = 0;
    });
    afterAll(async () => {
      this.#proxy?.close();
      await this.#coturn?.stop();
    });
  }

  get coturn(): Coturn {
    if (this.#coturn === null) throw new Error('coturn is not started yet');
    return this.#coturn;
  }

  get origin(): string {
    if (this.#proxy === null) throw new Error('The proxy is not started yet');
    return this.#proxy.origin;
  }

  /** Lets the relay be offered, over all of its transports. */
  offerRelay(change: Partial<IceReply> = {}): void {
    const address = `turn:127.0.0.1:${this.coturn.port}`;
    const urls = [`${address}?transport=udp`, `${address}?transport=tcp`];
    urls.push(`turns:127.0.0.1:${this.coturn.tlsPort}?transport=tcp`);
    this.ice = { urls, lifeSeconds: 600, secret: this.coturn.secret, ...change };
  }

  nextRoom(): string {
    this.#rooms += 1;
    return `turn-${this.#rooms}`;
  }

  async join(path: string): Promise<Person> {
    const person = await Person.arrive(this.#chromium.browser);
    this.#people.push(person);
    await person.joinRoom(this.origin, path);
    return person;
  }

  /** Two in a call, whose addresses have the same query. */
  async inCall(query: string): Promise<[Person, Person]> {
    const path = `${this.nextRoom()}?${query}`;
    const first = await this.join(path);
    await first.waits();
    const second = await this.join(path);
    await Promise.all([
      first.seesAndHears(connectedWithinMs),
      second.seesAndHears(connectedWithinMs),
    ]);
    return [first, second];
  }
}

function iceConfig({ urls, lifeSeconds, secret }: IceReply) {
  const body = JSON.stringify({
    lifetimeDuration: `${lifeSeconds}s`,
    iceServers: [{ urls, ...credentialOf(secret, lifeSeconds) }],
  });
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'access-control-allow-origin': '*',
    },
    body,
  };
}
