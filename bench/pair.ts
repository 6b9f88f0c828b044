import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { MeasuredServer } from './measured-server.ts';

/** Two clients of one room, both registered. */
export type Pair = readonly [WebSocket, WebSocket];

/** A candidate as browsers write it, in a frame whose WebSocket payload is exactly this long. */
export const payloadBytes = 300;
export const candidateFrame = frameOfLength(payloadBytes);

function frameOfLength(bytes: number): string {
  const frame = (ufrag: string) => {
    const candidate =
      'candidate:842163049 1 udp 1677729535 203.0.113.77 46154 typ srflx raddr 192.168.178.23 ' +
      `rport 46154 generation 0 ufrag ${ufrag} network-cost 999`;
    const message = JSON.stringify({ type: 'candidate', label: 0, id: '0', candidate });
    return JSON.stringify({ cmd: 'send', msg: message });
  };
  return frame('x'.repeat(bytes - frame('').length));
}

let lastRoom = 0;

/**
 * Seats two clients in a new room: HTTP joins, WebSockets, registers. The bare relay knows no joins; its sockets
 * otherwise say the same.
 */
export async function openPair(server: MeasuredServer): Promise<Pair> {
  lastRoom += 1;
  const room = `bench-${lastRoom}`;
  return [await openClient(server, room), await openClient(server, room)];
}

async function openClient(server: MeasuredServer, room: string): Promise<WebSocket> {
  const clientId = server.kind === 'product' ? await join(server, room) : 'A'.repeat(22);
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws?room=${room}`, {
    perMessageDeflate: false,
    // One address has too few ports for many runs in a row.
    localAddress: `127.0.0.${2 + (lastRoom % 100)}`,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ cmd: 'register', roomid: room, clientid: clientId }));
  return socket;
}

async function join(server: MeasuredServer, room: string): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${server.port}/join/${room}`, { method: 'POST' });
  const body = (await reply.json()) as { result: string; params: { client_id: string } };
  if (body.result !== 'SUCCESS') throw new Error(`Joining ${room} gave ${body.result}`);
  return body.params.client_id;
}

/** Opens many pairs, a few at a time, and waits until each can reach the other side. */
export async function openPairs(server: MeasuredServer, count: number): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  let begun = 0;
  const openSome = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const pair = await openPair(server);
      await Promise.all([heard(pair[0], pair[1]), heard(pair[1], pair[0])]);
      pairs.push(pair);
    }
  };
  await Promise.all(Array.from({ length: 16 }, openSome));
  return pairs;
}

/** One message all the way proves that both are registered. */
function heard(from: WebSocket, to: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const onMessage = (data: unknown): void => {
      if (!String(data).includes('candidate:')) return; // the bare relay relays the register too
      to.off('message', onMessage);
      resolve();
    };
    to.on('message', onMessage);
    from.send(candidateFrame);
  });
}

export function closePairs(pairs: readonly Pair[]): void {
  for (const pair of pairs) for (const socket of pair) socket.terminate();
}
