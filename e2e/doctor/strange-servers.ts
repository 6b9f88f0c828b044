import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that sends everybody to `url`. Ends with the test, as all of these do. */
export async function redirectTo(url: string) {
  const server = createHttpServer((_, response) => {
    response.writeHead(301, { Location: `${url}/` }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A proxy that ends every connection on which nothing has passed for `quietMs`. */
export function cutQuietOnes(url: string, quietMs: number) {
  return tcpProxy(url, (client) => {
    client.setTimeout(quietMs, () => client.destroy());
  });
}

/** A proxy that takes `delayMs` before it passes anything on. */
export function slowDown(url: string, delayMs: number) {
  return tcpProxy(url, (client) => {
    client.pause();
    setTimeout(() => client.resume(), delayMs);
  });
}

async function tcpProxy(url: string, treat: (client: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(url).port), '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
    treat(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A UDP port where somebody listens and never answers. */
export async function silentUdp() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return { host: '127.0.0.1', port: socket.address().port };
}
