import { describe, expect, it } from 'vitest';
import { ipBytes } from '../ip-address.ts';
import { holdsFingerprint, stun, stunAnswer, xorMappedAddress } from './stun-answer.ts';

function hex(text: string): Buffer<ArrayBuffer> {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

const transactionId = hex('b7e7a701bc34d686fa87dfae');
/** RFC 5769 section 2.1, a request with PRIORITY, which only peers of an ICE call understand. */
const sampleRequest = hex(`000100582112a442b7e7a701bc34d686fa87dfae
  802200105354554e207465737420636c69656e74 002400046e0001ff 80290008932ff9b151263b36
  000600096576746a3a68367659202020 000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004e57a3bcf`);
/** Section 2.2 and 2.3: the responses to it. */
const ipv4Response = hex(`0101003c2112a442b7e7a701bc34d686fa87dfae 8022000b7465737420766563746f7220
  002000080001a147e112a643 000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004c07d4c96`);
const ipv6Response = hex(`010100482112a442b7e7a701bc34d686fa87dfae 8022000b7465737420766563746f7220
  002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014a382954e4be67bf11784c97c8292c275bfe3ed41 80280004c8fb0b4c`);
const ipv4Source = { address: '192.0.2.1', port: 32853 };
const ipv6Source = { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 };

function attribute(type: number, value = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function request(...attributes: readonly Buffer[]): Buffer<ArrayBuffer> {
  const body = Buffer.concat(attributes);
  const head = hex('000100002112a442');
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, transactionId, body]);
}

function attributesIn(message: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 20; at < message.length; ) {
    const bytes = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + bytes));
    at += 4 + bytes + (-bytes & 3);
  }
  return found;
}

describe('the vectors of RFC 5769', () => {
  it.each([
    ['2.1', sampleRequest],
    ['2.2', ipv4Response],
    ['2.3', ipv6Response],
  ])('[SB1] the FINGERPRINT of section %s is right', (_section, message) => {
    expect(holdsFingerprint(message, message.length - 8)).toBe(true);
    const changed = Buffer.from(message);
    changed[25] = 0x21;
    expect(holdsFingerprint(changed, message.length - 8)).toBe(false);
  });

  it.each([
    [ipv4Source, ipv4Response],
    [ipv6Source, ipv6Response],
  ])('[SB1] $address has their XOR-MAPPED-ADDRESS', ({ address, port }, response) => {
    const bytes = ipBytes(address) ?? Buffer.alloc(0);
    const expected = attributesIn(response).get(stun.xorMappedAddress);
    expect(xorMappedAddress(bytes, port, transactionId)).toEqual(expected);
    const answer = stunAnswer(request(), { address, port });
    expect(answer && attributesIn(answer).get(stun.xorMappedAddress)).toEqual(expected);
  });

  it('[SB3] the request itself asks for what only a peer can do', () => {
    const answer = stunAnswer(sampleRequest, ipv4Source);
    if (answer === null) throw new Error('No answer');
    expect(answer.readUInt16BE(0)).toBe(stun.bindingError);
    expect(attributesIn(answer).get(stun.errorCode)).toEqual(hex('00000414'));
    expect(attributesIn(answer).get(stun.unknownAttributes)).toEqual(hex('0024'));
    expect(holdsFingerprint(answer, answer.length - 8)).toBe(true);
  });
});

describe('an answer', () => {
  it('[SB1] is a Binding success of the same transaction, and nothing beside', () => {
    expect(stunAnswer(request(), ipv4Source)).toEqual(
      hex('0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643'),
    );
  });

  it('[SB1] names an IPv4 address that came over IPv6 as IPv4', () => {
    const mapped = { ...ipv4Source, address: '::ffff:192.0.2.1' };
    expect(stunAnswer(request(), mapped)).toEqual(stunAnswer(request(), ipv4Source));
  });

  it('[SB1] has a FINGERPRINT where the request had one', () => {
    const answer = stunAnswer(withFingerprint(request()), ipv6Source);
    if (answer === null) throw new Error('No answer');
    expect(answer.readUInt16BE(2)).toBe(answer.length - 20);
    expect(holdsFingerprint(answer, answer.length - 8)).toBe(true);
  });

  it('[SB1] ignores credentials, and what may be ignored', () => {
    const software = attribute(0x8022, Buffer.from('client'));
    const credentials = [0x0006, 0x0014, 0x0015].map((type) => attribute(type, Buffer.from('x')));
    const integrity = attribute(stun.messageIntegrity, Buffer.alloc(20));
    const late = attribute(0x0003, Buffer.alloc(4));
    const asked = request(software, ...credentials, integrity, late);
    expect(stunAnswer(asked, ipv4Source)).toEqual(stunAnswer(request(), ipv4Source));
  });

  it('[SB3] to what it does not understand is 420 with each number once', () => {
    const [change, padding] = [attribute(0x0003, Buffer.alloc(4)), attribute(0x0026)];
    const answer = stunAnswer(request(change, padding, change), ipv4Source);
    expect(answer).toEqual(
      hex('011100102112a442b7e7a701bc34d686fa87dfae 0009000400000414 000a000400030026'),
    );
  });

  it('[SB3] is never longer than its request by more than an address takes', () => {
    const all = Array.from({ length: 300 }, (_, index) => attribute(0x1000 + index));
    for (const asked of [request(), request(...all), withFingerprint(request(...all))]) {
      const answer = stunAnswer(asked, ipv6Source);
      expect((answer?.length ?? 0) - asked.length).toBeLessThanOrEqual(24);
      expect(answer).not.toBeNull();
    }
  });
});

function withFingerprint(message: Buffer): Buffer<ArrayBuffer> {
  const whole = Buffer.concat([message, attribute(stun.fingerprint, Buffer.alloc(4))]);
  whole.writeUInt16BE(whole.length - 20, 2);
  whole.writeUInt32BE(fingerprintOf(whole.subarray(0, -8)), whole.length - 4);
  return whole;
}

/** CRC-32 bit by bit, so that a fault in the product's is seen. */
function fingerprintOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc ^ 0x5354554e) >>> 0;
}

/** Right by its value, which counts the length in the header in. */
function fingerprintBeforeEnd(): Buffer {
  const head = request();
  head.writeUInt16BE(12, 2);
  const value = Buffer.alloc(4);
  value.writeUInt32BE(fingerprintOf(head));
  return Buffer.concat([head, attribute(stun.fingerprint, value), attribute(0x8022)]);
}

describe('no answer', () => {
  const changed = (change: (message: Buffer) => void, message = request()) => {
    const copy = Buffer.from(message);
    change(copy);
    return copy;
  };
  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['less than a header', request().subarray(0, 19)],
    ['a classic request of RFC 3489', changed((message) => message.writeUInt32BE(1, 4))],
    ['an indication', changed((message) => message.writeUInt16BE(0x0011, 0))],
    ['a success', ipv4Response],
    ['an error', changed((message) => message.writeUInt16BE(0x0111, 0))],
    ['an Allocate', changed((message) => message.writeUInt16BE(0x0003, 0))],
    ['RTP', changed((message) => message.writeUInt16BE(0x8060, 0))],
    ['more than it says', Buffer.concat([request(), Buffer.alloc(4)])],
    ['less than it says', changed((message) => message.writeUInt16BE(4, 2))],
    [
      'a length that is no multiple of 4',
      Buffer.concat([changed((m) => m.writeUInt16BE(2, 2)), Buffer.alloc(2)]),
    ],
    ['an attribute that goes beyond the end', request(hex('8022000801020304'))],
    ['a wrong FINGERPRINT', request(attribute(stun.fingerprint, hex('01020304')))],
    [
      'a FINGERPRINT of another length',
      request(attribute(stun.fingerprint, hex('0102030405060708'))),
    ],
    ['a FINGERPRINT before the end', fingerprintBeforeEnd()],
    ['more than fits a packet', request(attribute(0x8022, Buffer.alloc(1_300)))],
  ])('[SB2] to %s', (_name, datagram) => {
    expect(stunAnswer(datagram, ipv4Source)).toBeNull();
  });

  it('[SB2] to a source that can not be answered', () => {
    expect(stunAnswer(request(), { ...ipv4Source, port: 0 })).toBeNull();
    expect(stunAnswer(request(), { ...ipv4Source, address: '' })).toBeNull();
  });

  it('[SB2] to noise, and it never throws', () => {
    for (let length = 0; length < 64; length += 1) {
      const noise = Buffer.alloc(length, length);
      if (length >= 20) request().copy(noise, 0, 0, 20);
      expect(() => stunAnswer(noise, ipv4Source)).not.toThrow();
    }
  });
});
