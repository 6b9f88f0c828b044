import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  attribute,
  decodeStun,
  decodeXorAddress,
  type Endpoint,
  encodeStun,
  encodeXorAddress,
  method,
  type StunMessage,
} from './stun-message.ts';

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** As the room server makes them: draft-uberti-behave-turn-rest-00, section 2.2. */
export function credentialOf(
  secret: string,
  lifeSeconds: number,
  name = randomBytes(6).toString('hex'),
): Credential {
  const username = `${Math.floor(Date.now() / 1000) + lifeSeconds}:${name}`;
  return { username, password: createHmac('sha1', secret).update(username).digest('base64') };
}

/** What a server said to a request: 0 for success, else the code of its error. */
export interface Answer {
  readonly code: number;
  readonly message: StunMessage;
}

/** Bytes that came through the relay, and from whom. */
export interface Relayed {
  readonly from: Endpoint;
  readonly text: string;
}

export interface AllocateOptions {
  readonly family?: 'ipv4' | 'ipv6';
  /** 17 for UDP (the default), 6 for TCP (RFC 6062). */
  readonly transport?: 17 | 6;
}

interface Wire {
  send(bytes: Buffer): void;
  close(): void;
}

const answerWithinMs = 5_000;
const repeatMs = 500;

/** A small TURN client on raw sockets, which asks for what a browser never would. */
export class TurnClient {
  readonly #wire: Wire;
  readonly #isStream: boolean;
  readonly #waiting = new Map<string, (message: StunMessage) => void>();
  readonly #relayed: Relayed[] = [];
  #onRelayed: (() => void) | undefined;
  #challenge: { readonly realm: string; readonly nonce: Buffer } | undefined;
  #credential: Credential | undefined;

  private constructor(isStream: boolean, open: (take: (bytes: Buffer) => void) => Wire) {
    this.#isStream = isStream;
    this.#wire = open((bytes) => this.#take(bytes));
  }

  static async over(transport: 'udp' | 'tcp', server: Endpoint): Promise<TurnClient> {
    return transport === 'udp' ? overUdp(server) : await overTcp(server);
  }

  static make(isStream: boolean, open: (take: (bytes: Buffer) => void) => Wire): TurnClient {
    return new TurnClient(isStream, open);
  }

  /** Asks once without a credential to be challenged, then with it. */
  async allocate(credential: Credential, options: AllocateOptions = {}): Promise<Answer> {
    const wanted = new Map([
      [attribute.requestedTransport, Buffer.from([options.transport ?? 17, 0, 0, 0])],
    ] as [number, Buffer][]);
    if (options.family !== undefined) {
      const family = options.family === 'ipv4' ? 1 : 2;
      wanted.set(attribute.requestedAddressFamily, Buffer.from([family, 0, 0, 0]));
    }
    const challenged = await this.#ask(method.allocate, wanted);
    if (challenged.code !== 401) return challenged;
    const { attributes } = challenged.message;
    this.#challenge = {
      realm: String(attributes.get(attribute.realm)),
      nonce: attributes.get(attribute.nonce) ?? Buffer.alloc(0),
    };
    this.#credential = credential;
    return await this.#ask(method.allocate, wanted);
  }

  createPermission(address: string): Promise<Answer> {
    return this.#askAbout(method.createPermission, { address, port: 0 });
  }

  channelBind(peer: Endpoint, channel = 0x4000): Promise<Answer> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(channel, 0);
    return this.#askAbout(method.channelBind, peer, [[attribute.channelNumber, number]]);
  }

  /** RFC 6062, section 4.3. */
  connect(peer: Endpoint): Promise<Answer> {
    return this.#askAbout(method.connect, peer);
  }

  refresh(lifeSeconds: number): Promise<Answer> {
    const lifetime = Buffer.alloc(4);
    lifetime.writeUInt32BE(lifeSeconds, 0);
    return this.#ask(method.refresh, new Map([[attribute.lifetime, lifetime]]));
  }

  /** A Send indication: nobody answers it. */
  send(peer: Endpoint, text: string): void {
    const transactionId = randomBytes(12);
    const attributes = new Map<number, Buffer>([
      [attribute.xorPeerAddress, encodeXorAddress(peer, transactionId)],
      [attribute.data, Buffer.from(text)],
    ]);
    const message = {
      method: method.send,
      class: 'indication',
      transactionId,
      attributes,
    } as const;
    this.#wire.send(encodeStun(message));
  }

  /** The next bytes that came through the relay. */
  async relayed(): Promise<Relayed> {
    const next = this.#relayed.shift();
    if (next !== undefined) return next;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('Nothing was relayed')), answerWithinMs);
      this.#onRelayed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return await this.relayed();
  }

  close(): void {
    this.#wire.close();
  }

  #askAbout(which: number, peer: Endpoint, more: [number, Buffer][] = []): Promise<Answer> {
    const transactionId = randomBytes(12);
    const value = encodeXorAddress(peer, transactionId);
    return this.#ask(which, new Map([[attribute.xorPeerAddress, value], ...more]), transactionId);
  }

  async #ask(
    which: number,
    wanted: ReadonlyMap<number, Buffer>,
    transactionId = randomBytes(12),
  ): Promise<Answer> {
    const attributes = new Map(wanted);
    const key = this.#sign(attributes);
    const request = { method: which, class: 'request', transactionId, attributes } as const;
    const message = await this.#exchange(encodeStun(request, key), transactionId);
    if (message.class === 'success') return { code: 0, message };
    const error = message.attributes.get(attribute.errorCode);
    return { code: (error?.[2] ?? 0) * 100 + (error?.[3] ?? 0), message };
  }

  #sign(attributes: Map<number, Buffer>): Buffer | undefined {
    if (this.#challenge === undefined || this.#credential === undefined) return undefined;
    const [{ realm, nonce }, { username, password }] = [this.#challenge, this.#credential];
    attributes.set(attribute.username, Buffer.from(username));
    attributes.set(attribute.realm, Buffer.from(realm));
    attributes.set(attribute.nonce, nonce);
    return createHash('md5').update(`${username}:${realm}:${password}`).digest();
  }

  #exchange(bytes: Buffer, transactionId: Buffer): Promise<StunMessage> {
    const id = transactionId.toString('hex');
    return new Promise((resolve, reject) => {
      const send = () => this.#wire.send(bytes);
      // UDP may lose it: RFC 8489, section 6.2.1.
      const repeat = this.#isStream ? undefined : setInterval(send, repeatMs);
      const end = () => {
        clearInterval(repeat);
        clearTimeout(deadline);
        this.#waiting.delete(id);
      };
      const deadline = setTimeout(() => {
        end();
        reject(new Error('The TURN server did not answer'));
      }, answerWithinMs);
      this.#waiting.set(id, (message) => {
        end();
        resolve(message);
      });
      send();
    });
  }

  #take(bytes: Buffer): void {
    const message = decodeStun(bytes);
    if (message.method === method.data && message.class === 'indication') {
      const peer = message.attributes.get(attribute.xorPeerAddress) ?? Buffer.alloc(8);
      const text = String(message.attributes.get(attribute.data));
      this.#relayed.push({ from: decodeXorAddress(peer, message.transactionId), text });
      this.#onRelayed?.();
      return;
    }
    this.#waiting.get(message.transactionId.toString('hex'))?.(message);
  }
}

/** The relayed address that an allocation was given. */
export function relayedAddress({ message }: Answer): Endpoint {
  const value = message.attributes.get(attribute.xorRelayedAddress);
  if (value === undefined) throw new Error('The answer names no relayed address');
  return decodeXorAddress(value, message.transactionId);
}

function overUdp(server: Endpoint): TurnClient {
  return TurnClient.make(false, (take) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', take);
    // While the server restarts, its port is reported as closed: the next repeat asks again.
    socket.on('error', () => {});
    return {
      send: (bytes) => socket.send(bytes, server.port, server.address, () => {}),
      close: () => socket.close(),
    };
  });
}

async function overTcp(server: Endpoint): Promise<TurnClient> {
  const socket = connect(server.port, server.address);
  await once(socket, 'connect');
  return TurnClient.make(true, (take) => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 20 && pending.length >= 20 + pending.readUInt16BE(2)) {
        const length = 20 + pending.readUInt16BE(2);
        take(pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });
    return { send: (bytes) => socket.write(bytes), close: () => socket.destroy() };
  });
}
