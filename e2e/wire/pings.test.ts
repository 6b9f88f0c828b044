import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { useProduct } from './product.ts';
import { opcodes, RawWebSocket } from './raw-websocket.ts';

const unexpected = { msg: '', error: "Invalid message: unexpected 'cmd'" };

describe('with frequent pings', () => {
  const pinging = useProduct({ env: { APPRTC_PING_INTERVAL_MS: '50' } });

  test('[WS6] pings carry no payload, and a client that is slow to answer stays', async () => {
    const caller = await Caller.join(pinging, newRoom());
    const socket = await RawWebSocket.open(pinging);
    const ids = { roomid: caller.roomId, clientid: caller.clientId };
    socket.frame(opcodes.text, JSON.stringify({ cmd: 'register', ...ids }));
    for (let count = 0; count < 10; count += 1) {
      const ping = await socket.next();
      expect([ping.opcode, ping.payload.length]).toEqual([opcodes.ping, 0]);
    }
    socket.frame(opcodes.pong, '');
    socket.frame(opcodes.text, '{}');
    expect(await socket.nextJson()).toEqual(unexpected);
  });

  test('[WS5] before its register a client is sent no ping either', async () => {
    const caller = await Caller.enter(pinging, newRoom());
    const socket = await RawWebSocket.open(pinging);
    await once(caller.connection.socket, 'ping');
    await once(caller.connection.socket, 'ping');
    socket.frame(opcodes.text, '{}');
    expect((await socket.next()).opcode).toBe(opcodes.text);
  });
});

describe('with little patience for pongs', () => {
  const pongTimeoutMs = 1000;
  const impatient = useProduct({
    env: { APPRTC_PING_INTERVAL_MS: '250', APPRTC_PONG_TIMEOUT_MS: String(pongTimeoutMs) },
  });

  test('[WS6] the time for a pong counts from its ping', async () => {
    const caller = await Caller.join(impatient, newRoom());
    const socket = await RawWebSocket.open(impatient);
    const ids = { roomid: caller.roomId, clientid: caller.clientId };
    socket.frame(opcodes.text, JSON.stringify({ cmd: 'register', ...ids }));
    expect((await socket.next()).opcode).toBe(opcodes.ping);
    socket.frame(opcodes.pong, '');
    expect((await socket.next()).opcode).toBe(opcodes.ping);
    const pingedMs = performance.now();
    await expect(
      (async () => {
        for (;;) await socket.next();
      })(),
    ).rejects.toThrow('Closed');
    // 50 ms for what lies between the product's clock and ours.
    expect(performance.now() - pingedMs).toBeGreaterThan(pongTimeoutMs - 50);
  });
});
