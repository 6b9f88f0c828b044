import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { colliderReplies, results, type WireCode, wireCodes } from './codes.ts';
import { limits } from './limits.ts';
import { unreachable } from './unreachable.ts';

const protocol = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');
const codes: readonly (readonly [string, WireCode])[] = Object.entries(wireCodes);

/** The rows `| name | frame | close | again |` of PROTOCOL.md's table. */
function documentedCodes(): Record<string, WireCode> {
  const rows = [...protocol.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\| (yes|no) +\|$/gm)];
  return Object.fromEntries(
    rows.map(([, name = '', frame = '', close = '', again]) => [
      name,
      {
        frame: frame === 'none' ? null : frame.slice(1, -1),
        close: close === 'stays open' ? null : Number(close),
        retry: again === 'yes',
      },
    ]),
  );
}

describe('codes', () => {
  test('[ER1] the table in PROTOCOL.md is the table in the code', () => {
    expect(documentedCodes()).toEqual(wireCodes);
  });

  test('[WS7] every close code is one that reaches every client', () => {
    for (const [name, { close }] of codes) {
      if (close === null) continue;
      const allowed =
        (close >= 1000 && close <= 1003) ||
        (close >= 1007 && close <= 1011) ||
        (close >= 3000 && close <= 4999);
      expect(allowed, name).toBe(true);
    }
  });

  test('[ER1] a row without a frame closes, and no frame is empty', () => {
    for (const [name, { frame, close }] of codes) {
      expect(frame !== null || close !== null, name).toBe(true);
      expect(frame, name).not.toBe('');
    }
  });

  test('[JN1] [JN2] [MS1] [AN2] the results are the six of the wire', () => {
    expect(Object.values(results)).toEqual([
      'SUCCESS',
      'FULL',
      'UNKNOWN_ROOM',
      'UNKNOWN_CLIENT',
      'ERROR',
      'INVALID_REQUEST',
    ]);
  });

  test("[CP1] [CP2] [CP3] [CP4] [CP5] the Collider's replies end in a new line", () => {
    for (const reply of Object.values(colliderReplies)) {
      expect(reply).toMatch(/^[ -~]+\n$/);
      expect(protocol).toContain(`\`${reply.replace('\n', '\\n')}\``);
    }
  });

  test('[LM1] [LM2] [LM3] [LM4] [LM5] [LM6] the bounds are those of PROTOCOL.md', () => {
    expect(limits).toEqual({
      maxBodyBytes: 262_144,
      maxFrameBytes: 262_144,
      maxQueuedMessages: 1024,
      maxQueuedBytes: 524_288,
      maxRoomIdLength: 128,
      maxClientIdLength: 128,
    });
  });

  test('a case that was forgotten is a bug and throws', () => {
    expect(() => unreachable('x' as never)).toThrow('Unreachable case: "x"');
  });
});
