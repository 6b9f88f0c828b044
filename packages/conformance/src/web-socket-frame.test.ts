import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, opcodes } from './web-socket-frame.ts';

describe('frames', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])(
    'of %d bytes come back as they went, masked and bare',
    (size) => {
      const frame = { isFinal: true, opcode: opcodes.text, payload: Buffer.alloc(size, 'ü') };
      for (const isMasked of [true, false]) {
        const bytes = encodeFrame(frame, isMasked);
        const found = decodeFrame(bytes);
        expect(found).toMatchObject({ value: { isFinal: true, opcode: 1 }, length: bytes.length });
        expect(found?.value.payload.equals(frame.payload)).toBe(true);
        expect(decodeFrame(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
      }
    },
  );

  it('are read one by one', () => {
    const first = encodeFrame({ isFinal: false, opcode: 1, payload: Buffer.from('a') }, false);
    const second = encodeFrame({ isFinal: true, opcode: 0, payload: Buffer.from('b') }, false);
    const found = decodeFrame(Buffer.concat([first, second]));
    expect(found?.length).toBe(first.length);
    expect(found?.value.isFinal).toBe(false);
  });

  it('of a client are masked, so that no two are alike', () => {
    const frame = { isFinal: true, opcode: 1, payload: Buffer.from('the same text, twice') };
    expect(encodeFrame(frame, true)).not.toEqual(encodeFrame(frame, true));
  });
});
