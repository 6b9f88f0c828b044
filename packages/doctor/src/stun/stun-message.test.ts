import { describe, expect, it } from 'vitest';
import { attributeOf, errorOf, xorAddressAttribute, xorAddressOf } from './stun-attributes.ts';
import {
  attributeTypes,
  encodeStunMessage,
  isIntact,
  longTermKey,
  methods,
  parseStunMessage,
  type StunMessage,
} from './stun-message.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex');
}

/** RFC 5769 section 2. */
const vectors = {
  request: hex(`00010058 2112a442 b7e7a701bc34d686fa87dfae 80220010 5354554e207465737420636c69656e74
    00240004 6e0001ff 80290008 932ff9b151263b36 00060009 6576746a3a68367659202020
    00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004 e57a3bcf`),
  v4Response: hex(`0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220
    00200008 0001a147e112a643 00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96`),
  v6Response: hex(`01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220
    00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
    00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c`),
  longTerm: hex(`00010060 2112a442 78ad3433c6ad72c029da412e 00060012
    e3839ee38388e383aae38383e382afe382b90000 0015001c
    662f2f3439396b39353464364f4c33346f4c39465354767936347341 0014000b 6578616d706c652e6f726700
    00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666`),
};
const shortTermKey = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');

function read(bytes: Buffer): StunMessage {
  const message = parseStunMessage(bytes);
  if (!message.ok) throw new Error(message.problem);
  return message.value;
}

describe('the vectors of RFC 5769', () => {
  it('2.1: a request with short-term credentials', () => {
    const message = read(vectors.request);
    expect([message.method, message.kind]).toEqual([methods.binding, 'request']);
    expect(attributeOf(message, attributeTypes.username)?.toString()).toBe('evtj:h6vY');
    expect(isIntact(vectors.request, shortTermKey)).toBe(true);
    expect(isIntact(vectors.request, Buffer.from('another'))).toBe(false);
  });

  it.each([
    ['2.2: a response with an IPv4 address', vectors.v4Response, '192.0.2.1'],
    [
      '2.3: a response with an IPv6 address',
      vectors.v6Response,
      '2001:db8:1234:5678:11:2233:4455:6677',
    ],
  ])('%s', (_, bytes, address) => {
    const message = read(bytes);
    expect(message.kind).toBe('success');
    const seen = xorAddressOf(message, attributeTypes.xorMappedAddress);
    expect(seen).toEqual({ address, port: 32853 });
    expect(isIntact(bytes, shortTermKey)).toBe(true);
    const own = xorAddressAttribute(
      attributeTypes.xorMappedAddress,
      { address, port: 32853 },
      message.transactionId,
    );
    expect(own.value).toEqual(attributeOf(message, attributeTypes.xorMappedAddress));
  });

  it('2.4: a request with long-term credentials', () => {
    const key = longTermKey('マトリックス', 'example.org', 'TheMatrIX');
    expect(isIntact(vectors.longTerm, key)).toBe(true);
  });
});

describe('a message of our own', () => {
  const message: StunMessage = {
    method: methods.channelBind,
    kind: 'request',
    transactionId: Buffer.from('0123456789ab'),
    attributes: [{ type: attributeTypes.realm, value: Buffer.from('odd') }],
  };

  it('is read as it was written, and is intact', () => {
    const key = longTermKey('u', 'r', 'p');
    const bytes = encodeStunMessage(message, key);
    const back = read(bytes);
    expect(back).toMatchObject({ ...message, attributes: [message.attributes[0], {}, {}] });
    expect(isIntact(bytes, key)).toBe(true);
  });

  it.each(['request', 'indication', 'success', 'error'] as const)('keeps its class: %s', (kind) => {
    expect(read(encodeStunMessage({ ...message, kind }))).toMatchObject({
      kind,
      method: methods.channelBind,
    });
  });

  it('tells its error', () => {
    const value = Buffer.concat([Buffer.from([0, 0, 4, 3]), Buffer.from('Forbidden IP')]);
    const type = attributeTypes.errorCode;
    const bytes = encodeStunMessage({ ...message, attributes: [{ type, value }] });
    expect(errorOf(read(bytes), type)).toEqual({ code: 403, reason: 'Forbidden IP' });
  });

  it('with one bit changed is refused', () => {
    const bytes = encodeStunMessage(message);
    bytes.writeUInt8((bytes[24] ?? 0) ^ 1, 24);
    expect(parseStunMessage(bytes)).toEqual({ ok: false, problem: 'wrong-fingerprint' });
  });
});

describe('what is no message', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'not-stun'],
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'not-stun'],
    ['half a message', vectors.request.subarray(0, 60), 'wrong-length'],
    [
      'an attribute beyond the end',
      hex('00010004 2112a442 000000000000000000000000 00060009'),
      'broken-attribute',
    ],
    ['channel data', hex('40000004 2112a442 000000000000000000000000'), 'not-stun'],
  ])('%s', (_, bytes, problem) => {
    expect(parseStunMessage(bytes)).toEqual({ ok: false, problem });
  });

  it('never throws, whatever the bytes', () => {
    for (let at = 0; at < vectors.request.length; at += 1) {
      for (const value of [0, 0x7f, 0xff]) {
        const bytes = Buffer.from(vectors.request);
        bytes.writeUInt8(value, at);
        expect(() => parseStunMessage(bytes)).not.toThrow();
        expect(() => parseStunMessage(bytes.subarray(0, at))).not.toThrow();
      }
    }
  });
});
