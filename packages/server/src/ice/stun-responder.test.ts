import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { StunResponder } from './stun-responder.ts';

const logger = pino({ level: 'silent' });
const request = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function responder(host: string, port = 0, nowMs?: () => number): Promise<StunResponder> {
  const opened = await StunResponder.open({ host, port, logger, ...(nowMs ? { nowMs } : {}) });
  open.push(opened);
  return opened;
}

async function client(
  type: 'udp4' | 'udp6',
  address = type === 'udp4' ? '127.0.0.1' : '::1',
): Promise<Socket> {
  const socket = createSocket(type);
  open.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

async function asked(socket: Socket, port: number, address: string): Promise<Buffer> {
  const answer = once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
  socket.send(request, port, address);
  const [datagram] = (await answer) as [Buffer];
  return datagram;
}

/** The port in XOR-MAPPED-ADDRESS, the first attribute. */
function mappedPort(answer: Buffer): number {
  return answer.readUInt16BE(26) ^ 0x2112;
}

describe('the STUN responder', () => {
  it.each([
    ['localhost', 'udp4', '127.0.0.1'],
    ['localhost', 'udp6', '::1'],
    ['127.0.0.1', 'udp4', '127.0.0.1'],
    ['0.0.0.0', 'udp4', '127.0.0.1'],
    ['::', 'udp6', '::1'],
    ['::', 'udp4', '127.0.0.1'],
  ] as const)('[SB1] on %s answers %s', async (host, type, address) => {
    const { port } = await responder(host);
    const socket = await client(type);
    const answer = await asked(socket, port, address);
    expect(mappedPort(answer)).toBe(socket.address().port);
    expect(answer[25]).toBe(type === 'udp4' ? 1 : 2);
  });

  it('[SB2] goes on after datagrams that are none', async () => {
    const { port } = await responder('127.0.0.1');
    const socket = await client('udp4');
    for (const noise of ['', 'hello', '\0\x01\0\0']) socket.send(noise, port, '127.0.0.1');
    expect(mappedPort(await asked(socket, port, '127.0.0.1'))).toBe(socket.address().port);
  });

  it('[SB4] answers an address 200 times a second', async () => {
    let nowMs = 0;
    const { port } = await responder('127.0.0.1', 0, () => nowMs);
    const socket = await client('udp4');
    let answers = 0;
    socket.on('message', () => {
      answers += 1;
    });
    for (let turn = 0; turn < 200; turn += 1) await asked(socket, port, '127.0.0.1');
    for (let turn = 0; turn < 50; turn += 1) socket.send(request, port, '127.0.0.1');
    // Datagrams are read in order: when another address has its answer, all before it have been dealt with.
    await asked(await client('udp4', '127.0.0.2'), port, '127.0.0.1');
    nowMs = 1_000;
    await asked(socket, port, '127.0.0.1');
    expect(answers).toBe(201);
  });

  it('[SB5] says that a port is taken', async () => {
    const { port } = await responder('127.0.0.1');
    await expect(responder('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(responder('localhost', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('[SB5] opens its port again after a socket failed', async () => {
    const sockets: Socket[] = [];
    const opened = await StunResponder.open({
      host: '127.0.0.1',
      port: 0,
      logger,
      reopenMs: 1,
      makeSocket: (type) => {
        const socket = createSocket(type);
        sockets.push(socket);
        return socket;
      },
    });
    open.push(opened);
    const [first] = sockets;
    first?.emit('error', new Error('The network is down'));
    await expect.poll(() => sockets.length).toBe(2);
    if (sockets[1]?.listenerCount('message') === 0) await once(sockets[1], 'listening');
    const socket = await client('udp4');
    expect(mappedPort(await asked(socket, opened.port, '127.0.0.1'))).toBe(socket.address().port);
  });

  it('gives its port back when it closes, and may be closed twice', async () => {
    const first = await responder('localhost');
    await Promise.all([first.close(), first.close()]);
    const second = await responder('localhost', first.port);
    expect(second.port).toBe(first.port);
  });
});
