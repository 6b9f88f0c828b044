import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformance } from '../conformance/kit.ts';
import { newRoom } from '../wire/client.ts';
import { eventually } from '../wire/http.ts';
import { type ServerProcess, startServer } from '../wire/server-process.ts';
import { makePlace, type Place } from './place.ts';
import { haproxy } from './proxy-kinds.ts';
import { type ProxyProcess, startProxy } from './proxy-process.ts';
import { post, register, takeSeat } from './through.ts';

let place: Place;
let halves: readonly ServerProcess[];
let proxy: ProxyProcess;

/** Two names of this machine, on one port of the proxy. */
const rooms = () => `https://localhost:${place.httpsPort}`;
const collider = () => `https://127.0.0.2:${place.httpsPort}`;

beforeAll(async () => {
  place = await makePlace();
  const start = (command: 'room-server' | 'collider', ...flags: readonly string[]) =>
    startServer(command, {
      dataDir: place.folder,
      flags: ['--trust-proxy', 'loopback', ...flags],
      env: {
        APPRTC_GRACE_MS: '4000',
        APPRTC_LEAVER_CLOSE_MS: '4000',
        APPRTC_PENDING_SEAT_MS: '6000',
        APPRTC_REGISTER_TIMEOUT_MS: '6000',
        APPRTC_PING_INTERVAL_MS: '500',
        APPRTC_MAX_REQUESTS_PER_SECOND: '0',
        // The room server asks the Collider through the proxy too.
        NODE_EXTRA_CA_CERTS: place.certPath,
      },
    });
  const behind = await start('collider', '--public-url', collider(), '--room-server', rooms());
  const front = await start('room-server', '--public-url', rooms(), '--collider', collider());
  halves = [behind, front];
  proxy = await startProxy(haproxy, place, [
    ['# use_backend collider if', 'use_backend collider if'],
    ['collider.example', '127.0.0.2'],
    ['# backend collider\n#     server', 'backend collider\n    server'],
    ['127.0.0.1:8089', `127.0.0.1:${behind.port}`],
    ...haproxy.edits(place, front.port),
  ]);
  // The room server has looked for the Collider before there was a proxy, and looks again in a moment.
  await eventually(async () => (await post(proxy.https, `/join/${newRoom()}`)).status, 200);
});
afterAll(async () => {
  await proxy.stop();
  await Promise.all(halves.map((half) => half.stop()));
  await place.remove();
});

test('HAProxy leads each name to its half', async () => {
  const seat = await takeSeat(proxy.https, newRoom());
  expect(seat.params).toMatchObject({
    wss_url: `${collider().replace('https:', 'wss:')}/ws`,
    wss_post_url: collider(),
  });
  await register(proxy.https, seat, { host: '127.0.0.2' });
  await expect(register(proxy.https, seat, { host: 'localhost' })).rejects.toThrow(/404/);
});

test('the halves keep every rule of the wire behind it', async () => {
  const { out, err } = await conformance(rooms(), '--insecure', '--strict');
  expect(out.split('\n').filter((line) => /^[✗–] \[/.test(line))).toEqual(haproxy.brokenRules);
  expect(err).toBe('');
}, 120_000);
