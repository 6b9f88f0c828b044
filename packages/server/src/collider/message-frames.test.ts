import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeClientFrame, encodeMessageFrame, parseClientFrame } from '@apprtc/protocol';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { MessageFrames } from './message-frames.ts';

/** What a client reads from a server that writes `frames` straight to the connection. */
async function readByAClient(frames: readonly Buffer[]): Promise<readonly string[]> {
  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  server.on('upgrade', (request, socket, head) => {
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      for (const frame of frames) socket.write(frame);
      webSocket.close(1000);
    });
  });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const texts: string[] = [];
  client.on('message', (data: RawData, isBinary) =>
    texts.push(`${isBinary ? 'binary ' : ''}${data}`),
  );
  const [code] = await once(client, 'close');
  expect(code).toBe(1000);
  return texts;
}

/** The frame for `message` when it was read from a client's `send` before. */
function relayed(message: string): Buffer {
  const frames = new MessageFrames();
  const sent = encodeClientFrame({ cmd: 'send', message });
  expect(frames.read(Buffer.from(sent), sent)).toBe(message);
  return frames.write(message);
}

const usual = (message: string) => encodeClientFrame({ cmd: 'send', message });
const made = (message: string) => new MessageFrames().write(message);

describe('[FR7] a message as a WebSocket frame', () => {
  test('is read by a client at every length of its header, with what ws sends behind it', async () => {
    const overhead = encodeMessageFrame('').length;
    const lengths = [125, 126, 0xffff, 0x10000].map((length) => length - overhead);
    const messages = ['x', ...lengths.map((length) => 'x'.repeat(length))];
    const texts = await readByAClient([...messages.map(made), ...messages.map(relayed)]);
    expect(texts).toEqual([...messages, ...messages].map(encodeMessageFrame));
  });

  test('counts bytes, not characters', async () => {
    const messages = ['é', '€😀"\\\n', 'é'.repeat(60), '€'.repeat(30_000)];
    const texts = await readByAClient([...messages.map(made), ...messages.map(relayed)]);
    expect(texts).toEqual([...messages, ...messages].map(encodeMessageFrame));
  });

  test('keeps the JSON string that the sender wrote', async () => {
    const frames = new MessageFrames();
    const sent = '{"cmd":"send","msg":"\\u0061\\/b"}';
    expect(frames.read(Buffer.from(sent), sent)).toBe('a/b');
    const written = [frames.write('a/b'), frames.write('other'), frames.write('a/b')];
    expect(await readByAClient(written)).toEqual([
      '{"msg":"\\u0061\\/b","error":""}',
      '{"msg":"other","error":""}',
      '{"msg":"\\u0061\\/b","error":""}',
    ]);
  });
});

describe('[FR1] a send in the usual form', () => {
  test.each([
    '{"cmd":"send","msg":""}',
    '{"cmd":"send","msg":7}',
    '{"cmd":"send","msg":"a}',
    '{"cmd":"send","msg":"a"}}',
    '{"cmd":"send","msg":"a","msg":"b"}',
    '{"cmd":"send","msg":"a","cmd":"register"}',
    '{"cmd":"send","msg":{"a":"b"}}',
    '{"cmd":"send","msg":"a"',
    '{"cmd":"send"}',
    ' {"cmd":"send","msg":"a"}',
    '{"msg":"a","cmd":"send"}',
    '',
  ])('is not %s', (text) => {
    expect(new MessageFrames().read(Buffer.from(text), text)).toBeNull();
  });

  test('may hold white space around its message', () => {
    const sent = '{"cmd":"send","msg": "a"\n}';
    expect(new MessageFrames().read(Buffer.from(sent), sent)).toBe('a');
  });

  test('[FR3] what it takes, the plain path takes too, and means the same', () => {
    const scraps = [
      '{"cmd":"send","msg":',
      '"a"',
      '"\\u00e9\\ud800"',
      '""',
      '5',
      ',"roomid":"x"',
      ' ',
      '}',
      '"',
      '\\',
    ];
    const frame = fc.array(fc.oneof(fc.constantFrom(...scraps), fc.string()), { maxLength: 6 });
    let taken = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          frame.map((parts) => `{"cmd":"send","msg":${parts.join('')}}`),
          fc.string().map(usual),
        ),
        (text) => {
          const message = new MessageFrames().read(Buffer.from(text), text);
          if (message === null) return;
          taken += 1;
          expect(parseClientFrame(text)).toEqual({ ok: true, value: { cmd: 'send', message } });
        },
      ),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});
