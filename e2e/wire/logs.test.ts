import { expect, test } from 'vitest';
import { Caller, newRoom } from './client.ts';
import { startProduct } from './product.ts';

test('[ID5] logs hold digests: no client id, no message, at any level', async () => {
  const product = await startProduct({ env: { APPRTC_LOG_LEVEL: 'trace' } });
  const room = newRoom();
  const secret = 'candidate:842163049 1 udp 1677729535 203.0.113.7';
  const first = await Caller.enter(product, room);
  await first.post(JSON.stringify({ type: 'offer', sdp: secret }));
  const second = await Caller.enter(product, room);
  await second.say(secret);
  await first.colliderPost(secret);
  second.connection.send('not JSON');
  await second.connection.closed();
  await fetch(`${product.baseUrl}/no/such/${first.clientId}`, { method: 'POST', body: secret });
  await fetch(`${product.baseUrl}/message/${room}/${first.clientId}`, {
    method: 'POST',
    body: 'x'.repeat(300 * 1024),
  });
  await first.leave();
  await first.delete();
  await product.stop();

  const log = product.said.join('\n');
  expect(log).toContain('"event":"join"');
  expect(log).toContain('"event":"leave"');
  for (const word of [first.clientId, second.clientId, secret, 'candidate:']) {
    expect(log).not.toContain(word);
  }
});
