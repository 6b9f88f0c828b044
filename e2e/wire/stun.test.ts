import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { ask } from './http.ts';
import { askIce, serversOf } from './ice-request.ts';
import { type Address, type RunningProduct, startProduct, useProduct } from './product.ts';

const run = promisify(execFile);
const request = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
const open: Socket[] = [];

afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function udpSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function answerTo(socket: Socket, datagram: Buffer, port: number): Promise<Buffer> {
  const answer = once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
  socket.send(datagram, port, '127.0.0.1');
  const [message] = (await answer) as [Buffer];
  return message;
}

/** The port of the `stun:` URL that a client is given. */
async function stunPortOf(product: Address): Promise<number> {
  const [server] = serversOf(await ask(product, 'POST', '/v1alpha/iceconfig'));
  return Number(/^stun:127\.0\.0\.1:(\d+)$/.exec(server?.urls[0] ?? '')?.[1]);
}

async function started(...flags: readonly string[]): Promise<RunningProduct> {
  const product = await startProduct({ flags });
  onTestFinished(() => product.stop());
  return product;
}

describe('with nothing configured', () => {
  const product = useProduct({ flags: ['--stun-port', '0'] });

  test('[IC6] [SB1] the one server is our own, and tells a client its address', async () => {
    const { params } = await Caller.join(product, newRoom());
    const [server, ...rest] = serversOf(await askIce(product, params));
    expect(rest).toEqual([]);
    expect(server?.urls).toEqual([`stun:127.0.0.1:${await stunPortOf(product)}`]);
    const socket = await udpSocket();
    const answer = await answerTo(socket, request, await stunPortOf(product));
    expect(answer.subarray(0, 20).toString('hex')).toBe('0101000c2112a442b7e7a701bc34d686fa87dfae');
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port);
    expect((answer.readUInt32BE(28) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
  });

  test("[SB1] coturn's own STUN client takes the answer", async () => {
    const port = String(await stunPortOf(product));
    const { stdout } = await run('turnutils_stunclient', ['-p', port, '127.0.0.1']);
    expect(stdout).toMatch(/UDP reflexive addr: 127\.0\.0\.1:\d+/);
  });

  test('[SB2] [SB3] noise gets nothing, an attribute of others 420, and the next is served', async () => {
    const [socket, port] = [await udpSocket(), await stunPortOf(product)];
    for (const size of [0, 1, 19, 20, 548, 1_400, 9_000]) {
      socket.send(Buffer.alloc(size, 0x41), port, '127.0.0.1');
    }
    const changeAddress = Buffer.from(
      '000100082112a442b7e7a701bc34d686fa87dfae0003000400000006',
      'hex',
    );
    const refusal = await answerTo(socket, changeAddress, port);
    expect(refusal.subarray(20).toString('hex')).toBe('0009000400000414000a000200030000');
    expect((await answerTo(socket, request, port)).readUInt16BE(0)).toBe(0x0101);
  });

  test('[SB4] a flood is answered 200 times a second, and HTTP is served meanwhile', async () => {
    const [socket, port] = [await udpSocket(), await stunPortOf(product)];
    let answers = 0;
    socket.on('message', () => {
      answers += 1;
    });
    const startMs = performance.now();
    for (let batch = 0; batch < 40; batch += 1) {
      await Promise.all(
        Array.from(
          { length: 50 },
          () => new Promise((sent) => socket.send(request, port, '127.0.0.1', sent)),
        ),
      );
    }
    expect((await ask(product, 'GET', '/healthz')).status).toBe(200);
    const windows = Math.ceil((performance.now() - startMs) / 1_000) + 1;
    expect(answers).toBeGreaterThan(0);
    expect(answers).toBeLessThanOrEqual(200 * windows);
  });
});

describe('the port', () => {
  test('[SB5] that was asked for and is taken stops the start', async () => {
    const taken = (await udpSocket()).address() as AddressInfo;
    const failing = startProduct({ flags: ['--stun-port', String(taken.port)] });
    await expect(failing).rejects.toThrow(
      `apprtc: UDP port ${taken.port} is in use: choose another with --stun-port, or --stun-port off`,
    );
  });

  test('[SB5] 3478 that is taken is told, and the start goes on', async () => {
    // Whoever else has it, it is taken then.
    const holder = createSocket('udp4');
    open.push(holder);
    holder.on('error', () => undefined);
    holder.bind({ port: 3478, address: '127.0.0.1', exclusive: true });
    // If it is an error, somebody else on this machine holds the port, which does as well.
    await new Promise<unknown>((resolve) =>
      holder.once('listening', resolve).once('error', resolve),
    );
    const product = await started();
    await expect
      .poll(() => product.said.join('\n'))
      .toMatch(/UDP port 3478 is in use: this server answers no STUN.*--stun-port/);
    expect(await stunPortOf(product)).toBe(3478);
  });

  test('[SB5] may be on another address than HTTP', async () => {
    const product = await started('--stun-host', '127.0.0.2', '--stun-port', '0');
    const port = await stunPortOf(product);
    const socket = await udpSocket();
    const answer = once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
    socket.send(request, port, '127.0.0.1', () => undefined);
    socket.send(request, port, '127.0.0.2');
    const [, source] = (await answer) as [Buffer, { address: string }];
    expect(source.address).toBe('127.0.0.2');
  });

  test('[SB5] off is none', async () => {
    const product = await started('--stun-port', 'off');
    expect(await stunPortOf(product)).toBe(3478);
    await expect.poll(() => product.said.join('\n')).toMatch(/AppRTC.* is ready/);
    expect(product.said.join('\n')).not.toContain('3478 is in use');
  });

  test('[IC6] what will not work is said at the start, and how to mend it', async () => {
    const product = await started('--stun-port', '0');
    await expect
      .poll(() => product.said.join('\n'))
      .toMatch(/about one call in five.*\n.*--turn-urls/);
  });
});
