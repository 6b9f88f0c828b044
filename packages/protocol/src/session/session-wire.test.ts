import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sessionCodes } from '../codes.ts';
import { sessionEvents } from './session-event.ts';
import { sessionFrames } from './session-frame.ts';
import { sessionLimits } from './session-limits.ts';
import type { Shape } from './shape.ts';

/** As JSON with its keys in order, so that only a change of meaning changes it. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member !== 'object' || member === null || Array.isArray(member)
      ? member
      : Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

function schemasOf(shapes: Readonly<Record<string, Shape<unknown>>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(shapes).map(([name, { schema }]) => [name, schema]));
}

const protocol = readFileSync(new URL('../../../../PROTOCOL.md', import.meta.url), 'utf8');

/** The rows `| name | error | close | … |` of PROTOCOL.md's table, as name, error and close. */
function documentedCodes(): readonly (readonly [string, string, string])[] {
  const from = protocol.indexOf('| Row ');
  const table = protocol.slice(from, protocol.indexOf('\n\n', from));
  return [...table.matchAll(/^\| (\w+) +\| (\S+) +\| (\d+|stays open) /gm)].map(
    ([, name = '', error = '', close = '']) => [name, error, close],
  );
}

describe('the session protocol', () => {
  test('[V7] a change of what travels needs a decision', () => {
    const wire = canonical({
      frames: schemasOf(sessionFrames),
      events: schemasOf(sessionEvents),
      codes: sessionCodes,
    });
    const hash = createHash('sha256').update(wire).digest('hex');
    // If this fails you have changed what travels. A client in the field must still be understood: a key that may be
    // absent or a new event or cmd keeps the version; anything else is a new version. Then pin the new hash.
    expect({ version: sessionLimits.version, hash }).toEqual({
      version: 2,
      hash: 'c09baa883c76085de06b08558317857a8a0ef4048a07dd5401fbbd78975b5a7b',
    });
  });

  test('[V6] every close code reaches every client, and a row without a frame closes', () => {
    for (const [name, { frame, close }] of Object.entries(sessionCodes)) {
      const isOurs = close !== null && close >= 4400 && close <= 4499;
      expect(close === null || isOurs || [1000, 1001, 1011].includes(close), name).toBe(true);
      expect(frame !== null || close !== null, name).toBe(true);
      expect(frame === null || /^[a-z-]+$/.test(frame), name).toBe(true);
    }
  });

  test('[V6] the table in PROTOCOL.md is the table in the code', () => {
    const expected = Object.entries(sessionCodes).map(([name, { frame, close }]) => [
      name,
      frame === null ? 'none' : `\`${frame}\``,
      close === null ? 'stays open' : String(close),
    ]);
    expect(documentedCodes()).toEqual(expected);
  });

  test('[V3] [V4] PROTOCOL.md shows every frame and every event', () => {
    for (const cmd of Object.keys(sessionFrames)) expect(protocol).toContain(`"cmd":"${cmd}"`);
    for (const event of Object.keys(sessionEvents)) expect(protocol).toContain(`\n| \`${event}\``);
  });
});
