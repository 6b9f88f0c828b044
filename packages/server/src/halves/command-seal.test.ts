import { describe, expect, it } from 'vitest';
import { CommandSeal, type Sealed } from './command-seal.ts';

const seal = new CommandSeal('a secret of some length');
const request: Sealed = {
  method: 'POST',
  path: '/api/rooms/r/join/A?loopback=true',
  body: 'hello',
};
const nowMs = 1_700_000_000_000;
const header = seal.seal(request, 'request-1', nowMs);
const forged = { kind: 'forged' };

describe('the seal of a command', () => {
  it('[TW1] is genuine to whoever has the secret, and names the request', () => {
    const other = new CommandSeal('a secret of some length');
    expect(header).toMatch(/^1700000000000\.request-1\.[A-Za-z0-9_-]{43}$/);
    expect(other.verify(request, header, nowMs)).toEqual({
      kind: 'genuine',
      requestId: 'request-1',
    });
  });

  it('[TW1] takes a body as text or as bytes', () => {
    const body = Buffer.from('grüß dich');
    const made = seal.seal({ ...request, body: 'grüß dich' }, 'x', nowMs);
    expect(seal.verify({ ...request, body }, made, nowMs).kind).toBe('genuine');
  });

  it('[TW1] is forged under another secret', () => {
    const other = new CommandSeal('a secret of some lengtH');
    expect(other.verify(request, header, nowMs)).toEqual(forged);
  });

  it.each<Partial<Sealed>>([
    { method: 'GET' },
    { path: '/api/rooms/r/join/B?loopback=true' },
    { path: '/api/rooms/r/join/A' },
    { body: 'hellO' },
    { body: '' },
  ])('[TW1] is forged for a request with %j', (change) => {
    expect(seal.verify({ ...request, ...change }, header, nowMs)).toEqual(forged);
  });

  it('[TW1] [TW12] is forged with another time or another request id', () => {
    const [time = '', id = '', mac = ''] = header.split('.');
    expect(seal.verify(request, [time, id, mac].join('.'), nowMs).kind).toBe('genuine');
    const later = String(Number(time) + 1);
    expect(seal.verify(request, [later, id, mac].join('.'), nowMs)).toEqual(forged);
    expect(seal.verify(request, [time, 'request-2', mac].join('.'), nowMs)).toEqual(forged);
  });

  it('[TW1] cannot be moved from one part of a request to another', () => {
    const made = seal.seal({ method: 'POST', path: '/a', body: '' }, 'x', nowMs);
    expect(seal.verify({ method: 'POST\n/a', path: '', body: '' }, made, nowMs)).toEqual(forged);
  });

  it('[TW1] is stale more than 60 s after its time, and before it', () => {
    for (const sign of [-1, 1]) {
      expect(seal.verify(request, header, nowMs + sign * 60_000).kind).toBe('genuine');
      expect(seal.verify(request, header, nowMs + sign * 60_001)).toEqual({ kind: 'stale' });
    }
  });

  it('[TW1] a stranger is told nothing of the time', () => {
    const other = new CommandSeal('another secret');
    expect(other.verify(request, header, nowMs + 100_000)).toEqual(forged);
  });

  it.each([
    '',
    'x',
    header.slice(0, -1),
    `${header}A`,
    `${header}=`,
    ` ${header}`,
    header.replace('request-1', ''),
    header.replace('request-1', 'a'.repeat(65)),
    header.replace('1700000000000', '-1700000000000'),
    header.replace('1700000000000', '1e12'),
    header.replace('request-1', 'request.1'),
  ])('[TW1] is forged where it is malformed: %j', (given) => {
    expect(seal.verify(request, given, nowMs)).toEqual(forged);
  });
});
