import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { IceUrl } from '../stun/ice-url.ts';
import { StunLink } from '../stun/stun-link.ts';
import { TurnClient, type TurnCredential } from '../stun/turn-client.ts';
import type { CallOrder, CallOutcome, WebRtcProcess } from './web-rtc-process.ts';

/** A call through one relay, and how to clean up after it. */
export interface RelayCall {
  /** Undefined when there is nobody who could call. */
  readonly outcome: CallOutcome | undefined;
  /** When the process has ended: its sockets hold the ports until then. */
  release(): Promise<void>;
}

/** A WebRTC call with a data channel between two peers that may use this relay only. */
export async function callThroughRelay(
  url: IceUrl,
  credential: TurnCredential,
  calls: WebRtcProcess,
  timeoutMs: number,
): Promise<RelayCall> {
  const localPorts = await freePorts();
  const order: CallOrder = {
    url: url.text,
    ...credential,
    serverName: isIP(url.host) === 0 ? url.host : undefined,
    localPorts,
  };
  const ports = url.transport === 'udp' ? localPorts.flatMap((port) => [port, port + 1]) : [];
  return {
    outcome: await calls.call(order, timeoutMs),
    release: () => releaseAll(url, credential, ports),
  };
}

/** Ports of which neither they nor the next are shared, and which were free a moment ago. */
async function freePorts(): Promise<readonly number[]> {
  const [first, second] = await Promise.all([freePort(), freePort()]);
  return Math.abs(first - second) > 1 ? [first, second] : freePorts();
}

function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** werift gives no allocation back; a relay would keep each for ten minutes, and count them. */
async function releaseAll(
  url: IceUrl,
  credential: TurnCredential,
  ports: readonly number[],
): Promise<void> {
  const release = async (localPort: number) => {
    const link = await StunLink.open(url, { timeoutMs: 1000, localPort });
    if (!link.ok) return;
    await new TurnClient(link.value, credential).release();
    link.value.close();
  };
  await Promise.all(ports.map(release));
}
