import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CoturnLog, readCoturnLine } from './coturn-log.ts';

const secret = 'f00dfeed';
const read = (line: string) => readCoturnLine(line, secret);

describe("coturn's lines", () => {
  it('of a denied peer keep the block and not the address', () => {
    const block = '10.0.0.0-10.255.255.255';
    for (const line of [
      `12: : ERROR: A peer IP 10.1.2.3 denied in the range: ${block}`,
      `12: (77): ERROR: session 000000000000000001: A peer IP 10.1.2.3 denied in the range: ${block} in server 0 `,
      `2026-11-22T10:00:00.000Z ERROR session 01: A peer IP 10.1.2.3 denied in the range= ${block} in server 0`,
    ]) {
      expect(read(line)).toEqual({ kind: 'peer-denied', block: '10.0.0.0/8', isUsual: true });
    }
  });

  it('of a denied peer that no browser would name are loud', () => {
    const line = 'ERROR: A peer IP 127.0.0.1 denied in the range: 127.0.0.0-127.255.255.255';
    expect(read(line)).toEqual({ kind: 'peer-denied', block: '127.0.0.0/8', isUsual: false });
    const other = 'ERROR: A peer IP 9.9.9.9 denied in the range: 9.9.9.0-9.9.9.255';
    expect(read(other)).toMatchObject({ block: '9.9.9.0-9.9.9.255', isUsual: false });
  });

  it.each([
    '1: : session 001: realm <apprtc> user <1790000000:abcdef>: incoming packet ALLOCATE processed, success',
    '1: : session 001: new, realm=<apprtc>, username=<1790000000:abcdef>, lifetime=600',
    '1: : ERROR: check_stun_auth: user 1790000000:abcdef credentials are incorrect',
    '1: : IPv4. Local relay addr: 192.168.7.7:50000, 1790000000:abcdef',
    '1: : session 002: peer 192.168.7.7 lifetime updated: 300, nonce="abcdef"',
    '1: : IPv6. tcp or tls connected to: [2a00:1450::abcdef]:40000',
    '1: : peer fe80::abcdef%eth0 and 2a00:1450:4001:abcd:ef:1:2:abcdef',
    '1: : static-auth-secret is f00dfeed',
    '1: : remote 192.168.7.7:5000, closed (2nd stage), user <1790000000:abcdef> realm <apprtc> origin <>',
  ])('%s tells nobody', (line) => {
    const text = JSON.stringify(read(line));
    for (const word of ['abcdef', '192.168', '2a00', 'fe80', '1790000000', secret]) {
      expect(text).not.toContain(word);
    }
  });

  it('of nothing, and of the long lists, are none', () => {
    expect(read('0: : ')).toBeUndefined();
    expect(read('=====================')).toBeUndefined();
    expect(read('0: : Black listing: 10.0.0.0-10.255.255.255')).toBeUndefined();
  });

  it('are problems or notes', () => {
    expect(read('0: : ERROR: cannot bind')).toEqual({
      kind: 'problem',
      text: 'ERROR: cannot bind',
    });
    expect(read('0: : Relay ports initialization done')).toEqual({
      kind: 'note',
      text: 'Relay ports initialization done',
    });
  });
});

it('however much clients make it write, the log stays small and says how much it hides', () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  let nowMs = 0;
  const log = new CoturnLog(pino(stream), secret, () => nowMs);
  const denied = '1: : ERROR: A peer IP 127.1.2.3 denied in the range: 127.0.0.0-127.255.255.255';
  for (let count = 0; count < 1000; count += 1) log.add(denied);
  // What ordinary calls cause is told to who looks closely, and isn't counted.
  log.add('1: : ERROR: A peer IP 10.1.2.3 denied in the range: 10.0.0.0-10.255.255.255');
  expect(lines).toHaveLength(30);
  nowMs = 60_000;
  log.add(denied);
  expect(lines).toHaveLength(32);
  expect(lines[30]).toContain('"event":"turn.lines-hidden","count":970');
});
