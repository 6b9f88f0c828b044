import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Collider } from './collider/collider.ts';
import { upgrade } from './upgrade.ts';

test('[WS1] a refused upgrade leaves no socket behind, even if its client never closes', async () => {
  const parts = {
    address: '',
    collider: { hasRoom: false } as Collider,
    rate: { secondsToWait: async () => null } as never,
  };
  const server = createServer();
  const kept: Socket[] = [];
  server.on('upgrade', (request, socket, head) => {
    kept.push(socket as Socket);
    void upgrade(request, socket, head, parts);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const path of ['/elsewhere', '/ws']) {
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.write(`GET ${path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    client.resume();
    await once(client, 'end');
    await expect.poll(() => kept.at(-1)?.destroyed).toBe(true);
    client.destroy();
  }
  server.close();
});
