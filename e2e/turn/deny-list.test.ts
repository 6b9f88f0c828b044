import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from './stun-message.ts';
import type { AllocateOptions, TurnClient } from './turn-client.ts';
import { relayedAddress } from './turn-client.ts';
import {
  freePort,
  startTurnProduct,
  TurnClients,
  type TurnProduct,
  useRelayAddresses,
} from './turn-product.ts';

const addresses = useRelayAddresses();
const clients = new TurnClients();
let product: TurnProduct;

beforeAll(async () => {
  product = await startTurnProduct(addresses, {
    flags: ['--turn-deny', '8.8.4.0/24,2a01:1::/32'],
  });
});
afterEach(() => clients.closeAll());
afterAll(() => product.stop());

/** A client with an allocation of the family: a peer of the other family would be refused whatever the list says. */
async function allocated(options: AllocateOptions = {}, ports = 3): Promise<TurnClient> {
  const client = await clients.over('udp', product.v4);
  const { code } = await client.allocate(product.credential(), options);
  // The port had an allocation that coturn has not forgotten yet: another one is to be used (RFC 8656 section 7.4).
  if (code === allocationMismatch && ports > 1) return await allocated(options, ports - 1);
  expect(code).toBe(0);
  return client;
}

const allocationMismatch = 437;

const forbidden = 403;

const deniedV4 = [
  ...['127.0.0.1', '127.0.0.53', '127.255.255.254', '0.0.0.0', '0.1.2.3'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254'],
  ...['192.168.0.1', '192.168.255.254', '169.254.169.254', '169.254.0.1'],
  ...['100.64.0.1', '100.127.255.254', '192.0.0.8', '192.88.99.1', '198.18.0.9'],
  ...['198.51.100.3', '203.0.113.3', '224.0.0.1', '239.255.255.250', '240.0.0.1'],
  ...['255.255.255.255', '8.8.4.4'],
];

const deniedV6 = [
  ...['::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:0.0.0.0'],
  // A last byte of 0 is what a list that compares byte by byte lets through.
  ...['::127.0.0.1', '::127.0.1.0', '::10.0.0.0', '::0.0.0.2', '::8.8.8.8', '::'],
  ...['::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a00:1', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::', '2002:a00:1::1', '2001::1', '2001:0:7f00:1::', '2001:db8::1'],
  ...['fe80::1', 'fe80::ffff:ffff', 'febf:ffff::', 'fc00::1', 'fd00::1234', 'fdff::'],
  ...['fec0::1', 'ff02::1', 'ff0e::1', '100::1', '3fff::1', '5f00::1', '2a01:1::1'],
];

describe('peers that the coturn as generated refuses', { timeout: 60_000 }, () => {
  it.each(deniedV4)('%s, from an IPv4 allocation', async (address) => {
    const client = await allocated({ family: 'ipv4' });
    expect((await client.createPermission(address)).code).toBe(forbidden);
    expect((await client.channelBind({ address, port: 53 })).code).toBe(forbidden);
  });

  it.each(deniedV6)('%s, from an IPv6 allocation', async (address) => {
    const client = await allocated({ family: 'ipv6' });
    expect((await client.createPermission(address)).code).toBe(forbidden);
    expect((await client.channelBind({ address, port: 53 })).code).toBe(forbidden);
  });

  it.each([
    ['127.0.0.1', 'ipv4'],
    ['::1', 'ipv6'],
    ['::ffff:127.0.0.1', 'ipv6'],
  ] as const)('%s gets nothing that is sent without a permission', async (address, family) => {
    const listener = createSocket({ type: family === 'ipv4' ? 'udp4' : 'udp6' });
    listener.bind(0, family === 'ipv4' ? '127.0.0.1' : '::');
    await once(listener, 'listening');
    const heard: string[] = [];
    listener.on('message', (bytes) => heard.push(String(bytes)));
    const client = await allocated({ family });
    client.send({ address, port: listener.address().port }, 'inside');
    // The same port on the relay's own address is allowed: when this came, the other would have come before it.
    const own = family === 'ipv4' ? product.v4.address : product.v6.address;
    if (family === 'ipv6') {
      await client.createPermission(own);
      client.send({ address: own, port: listener.address().port }, 'allowed');
      await once(listener, 'message');
      expect(heard).toEqual(['allowed']);
    } else {
      expect((await client.createPermission('127.0.0.1')).code).toBe(forbidden);
      expect(heard).toEqual([]);
    }
    listener.close();
  });
});

const connectTargets = [
  ...['127.0.0.1', '10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1'],
  ...['::1', '::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
  ...['fe80::1', 'fd00::1234'],
];

describe('TCP relaying (RFC 6062)', () => {
  it('has no allocation', async () => {
    const client = await clients.over('tcp', product.v4);
    expect((await client.allocate(product.credential(), { transport: 6 })).code).toBe(442);
  });

  it.each(connectTargets)('no Connect to %s over an allocation for UDP', async (address) => {
    const client = await clients.over('tcp', product.v4);
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    expect((await client.allocate(product.credential(), { family })).code).toBe(0);
    expect((await client.connect({ address, port: 80 })).code).toBe(forbidden);
  });

  it.each(['ipv4', 'ipv6'] as const)(
    "nor to the relay's own address over %s, which is allowed as a peer",
    async (family) => {
      const address = family === 'ipv4' ? addresses.v4 : addresses.v6;
      const service = createServer().listen(0, address);
      await once(service, 'listening');
      let callers = 0;
      service.on('connection', () => {
        callers += 1;
      });
      const { port } = service.address() as { port: number };
      for (const transport of ['udp', 'tcp'] as const) {
        const client = await clients.over(transport, product.v4);
        expect((await client.allocate(product.credential(), { family })).code).toBe(0);
        expect((await client.createPermission(address)).code).toBe(0);
        const code = await client.connect({ address, port }).then(({ code }) => code);
        expect([transport, code]).toEqual([transport, forbidden]);
      }
      expect(callers).toBe(0);
      service.close();
    },
  );

  describe('were it on', () => {
    const folder = mkdtempSync(join(tmpdir(), 'apprtc-tcp-relay-'));
    let coturn: ChildProcess;
    let server: Endpoint;

    beforeAll(async () => {
      const port = await freePort(addresses.v4);
      const path = join(folder, 'turnserver.conf');
      const text = product
        .configuration()
        .replace('no-tcp-relay\n', '')
        .replace(/^listening-port=.*$/m, `listening-port=${port}`)
        .replace(/^(pidfile|userdb)=.*$/gm, `$1=${folder}/$1`);
      await writeFile(path, text);
      coturn = spawn('turnserver', ['-c', path], { stdio: ['ignore', 'pipe', 'ignore'] });
      server = { address: addresses.v4, port };
      for await (const line of createInterface(coturn.stdout ?? process.stdin)) {
        if (/SQLite DB connection success/.test(line)) break;
      }
    });
    afterAll(async () => {
      coturn.kill('SIGKILL');
      await rm(folder, { recursive: true });
    });

    it.each(connectTargets)('the list would refuse Connect to %s', async (address) => {
      const client = await clients.over('tcp', server);
      const family = address.includes(':') ? 'ipv6' : 'ipv4';
      const options = { family, transport: 6 } as const;
      expect((await client.allocate(product.credential(), options)).code).toBe(0);
      expect((await client.connect({ address, port: 80 })).code).toBe(forbidden);
    });
  });
});

describe('peers that it lets through', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1'],
    ...['172.15.255.255', '172.32.0.1', '169.253.0.1', '192.169.0.1', '223.255.255.254'],
  ])('%s, from an IPv4 allocation', async (address) => {
    const client = await allocated({ family: 'ipv4' });
    expect((await client.createPermission(address)).code).toBe(0);
  });

  it.each(['2606:4700:4700::1111', '2a00:1450::1', '2001:200::1', '2003::1', '2400::'])(
    '%s, from an IPv6 allocation',
    async (address) => {
      const client = await allocated({ family: 'ipv6' });
      expect((await client.createPermission(address)).code).toBe(0);
    },
  );
});

describe('two relayed clients', () => {
  it.each(['ipv4', 'ipv6'] as const)('meet over %s', async (family) => {
    const [one, other] = [
      await clients.over('udp', product.v4),
      await clients.over('tcp', product.v4),
    ];
    const [first, second] = [
      relayedAddress(await one.allocate(product.credential(600, 'one'), { family })),
      relayedAddress(await other.allocate(product.credential(600, 'other'), { family })),
    ];
    expect((await one.createPermission(second.address)).code).toBe(0);
    expect((await other.createPermission(first.address)).code).toBe(0);
    one.send(second, 'to the other');
    expect(await other.relayed()).toEqual({ from: first, text: 'to the other' });
    other.send(first, 'and back');
    expect(await one.relayed()).toEqual({ from: second, text: 'and back' });
  });
});
