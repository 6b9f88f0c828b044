import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Parsed, parsed, refused } from '@apprtc/protocol';
import { type CertificateFacts, certificateFactsOf } from '../look/certificate-facts.ts';
import { problemOf } from '../look/problem-of.ts';
import type { IceUrl } from './ice-url.ts';
import { parseStunMessage, type StunMessage } from './stun-message.ts';

/** RFC 8489 section 6.2.1: when a datagram is sent again, counted from the first. */
const resendAfterMs = [500, 1500];
/** A server that sends more than this without a message in it is none. */
const maxUnreadBytes = 64 * 1024;

export interface LinkOptions {
  /** For the connection, and for each answer. */
  readonly timeoutMs: number;
  /** The local UDP port; any free one where it is left out. */
  readonly localPort?: number;
}

interface Wire {
  send(bytes: Buffer): void;
  close(): void;
  readonly isReliable: boolean;
  readonly certificate: CertificateFacts | undefined;
  readonly remoteAddress: string;
}

interface Listener {
  onBytes(bytes: Buffer): void;
  onEnd(why: string): void;
}

type Answer = Parsed<StunMessage>;

/** A way to one STUN or TURN server: UDP, TCP or TLS. */
export class StunLink {
  readonly #options: LinkOptions;
  readonly #waiters = new Map<string, (answer: Answer) => void>();
  #wire: Wire | undefined;
  #ended: string | undefined;

  private constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** TLS takes any certificate: what it is worth is for the caller to say. */
  static async open(url: IceUrl, options: LinkOptions): Promise<Parsed<StunLink>> {
    const link = new StunLink(options);
    const listener: Listener = {
      onBytes: (bytes) => link.#take(bytes),
      onEnd: (why) => link.#end(why),
    };
    try {
      const open = url.transport === 'udp' ? openUdp : openStream;
      link.#wire = await open(url, options, listener);
      return parsed(link);
    } catch (error) {
      return refused(problemOf(error));
    }
  }

  /** Of a TLS server. */
  get certificate(): CertificateFacts | undefined {
    return this.#wire?.certificate;
  }

  /** The IP address behind the server's name. */
  get remoteAddress(): string {
    return this.#wire?.remoteAddress ?? '';
  }

  close(): void {
    this.#wire?.close();
    this.#end('closed');
  }

  /** Sends a request, over UDP again until it is answered, and gives the answer. */
  request(bytes: Buffer, transactionId: Buffer): Promise<Answer> {
    const id = transactionId.toString('hex');
    const wire = this.#wire;
    if (wire === undefined || this.#ended !== undefined) {
      return Promise.resolve(refused(this.#ended ?? 'not connected'));
    }
    return new Promise((resolve) => {
      const send = () => wire.send(bytes);
      const again = wire.isReliable ? [] : resendAfterMs.map((ms) => setTimeout(send, ms));
      const { timeoutMs } = this.#options;
      const settle = (answer: Answer) => {
        for (const timer of [...again, last]) clearTimeout(timer);
        this.#waiters.delete(id);
        resolve(answer);
      };
      const last = setTimeout(() => settle(refused(`no answer within ${timeoutMs} ms`)), timeoutMs);
      this.#waiters.set(id, settle);
      send();
    });
  }

  #take(bytes: Buffer): void {
    const message = parseStunMessage(bytes);
    if (!message.ok || !['success', 'error'].includes(message.value.kind)) return;
    this.#waiters.get(message.value.transactionId.toString('hex'))?.(message);
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const settle of [...this.#waiters.values()]) settle(refused(why));
  }
}

/** IPv4 where there is both. */
async function openUdp(url: IceUrl, options: LinkOptions, listener: Listener): Promise<Wire> {
  const { address, family } = await lookup(url.host, { verbatim: false });
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  let isClosed = false;
  const close = () => {
    if (!isClosed) socket.close();
    isClosed = true;
  };
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    // Connected, so that "port unreachable" is told.
    socket.bind(options.localPort ?? 0, () => socket.connect(url.port, address, resolve));
  });
  socket.removeAllListeners('error');
  socket.on('error', (error) => {
    close();
    listener.onEnd(problemOf(error));
  });
  socket.on('message', (bytes) => listener.onBytes(bytes));
  const send = (bytes: Buffer) => {
    if (!isClosed) socket.send(bytes);
  };
  return { send, close, isReliable: false, certificate: undefined, remoteAddress: address };
}

async function openStream(url: IceUrl, options: LinkOptions, listener: Listener): Promise<Wire> {
  const { host, port, transport } = url;
  const socket =
    transport === 'tls'
      ? connectTls({
          host,
          port,
          rejectUnauthorized: false,
          ...(isIP(host) === 0 ? { servername: host } : {}),
        })
      : connectTcp(port, host);
  socket.setNoDelay(true);
  await connected(socket, transport === 'tls' ? 'secureConnect' : 'connect', options.timeoutMs);
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = takeFrames(Buffer.concat([unread, chunk]), listener);
    if (unread.length > maxUnreadBytes) socket.destroy();
  });
  socket.on('error', (error) => listener.onEnd(problemOf(error)));
  socket.on('close', () => listener.onEnd('the server closed the connection'));
  return {
    send: (bytes) => {
      if (!socket.destroyed) socket.write(bytes);
    },
    close: () => socket.destroy(),
    isReliable: true,
    certificate: transport === 'tls' ? certificateFactsOf(socket as TLSSocket) : undefined,
    remoteAddress: socket.remoteAddress ?? '',
  };
}

function connected(socket: Socket, event: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)),
      timeoutMs,
    );
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the server closed the connection'));
    });
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve();
    });
  });
}

/** Hands the whole messages over and gives back the rest. RFC 8656 section 12.5: channel data is padded over TCP. */
function takeFrames(bytes: Buffer, listener: Listener): Buffer {
  let rest = bytes;
  while (rest.length >= 4) {
    const isStun = (rest[0] ?? 0) < 64;
    const length = isStun ? 20 + rest.readUInt16BE(2) : 4 + ((rest.readUInt16BE(2) + 3) & ~3);
    if (rest.length < length) break;
    if (isStun) listener.onBytes(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return rest;
}
