import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import clientFrames from '../vectors/client-frames.json' with { type: 'json' };
import iceConfigs from '../vectors/ice-configs.json' with { type: 'json' };
import joinReplies from '../vectors/join-replies.json' with { type: 'json' };
import serverFrames from '../vectors/server-frames.json' with { type: 'json' };
import sessionEventVectors from '../vectors/session-events.json' with { type: 'json' };
import sessionFrameVectors from '../vectors/session-frames.json' with { type: 'json' };
import { inputOf, type Vector } from '../vectors/vector.ts';
import { wireCodes } from './codes.ts';
import { reservedNames } from './ids.ts';
import { parseJsonObject } from './parsed.ts';
import { encodeErrorFrame, encodeMessageFrame, type ServerFrame } from './server-frame.ts';
import { sessionEvents } from './session/session-event.ts';
import { sessionFrames } from './session/session-frame.ts';
import type { JsonSchema, Shape } from './session/shape.ts';
import { clientFrameSchemas, httpSchemas, serverFrameSchemas } from './wire-schemas.ts';

const ajv = new Ajv2020({ allowUnionTypes: true });

function validatorOf(schemas: readonly JsonSchema[]) {
  return ajv.compile({ oneOf: schemas });
}

function schemasOf(shapes: Readonly<Record<string, Shape<unknown>>>): readonly JsonSchema[] {
  return Object.values(shapes).map(({ schema }) => schema);
}

interface Outcome {
  readonly ok: boolean;
  readonly problem?: string;
  readonly value?: unknown;
}

/** The vectors that are JSON objects, for the rest is no matter of a schema. */
function objectsOf(vectors: readonly unknown[]) {
  return (vectors as readonly Vector[]).flatMap((vector) => {
    const json = parseJsonObject(inputOf(vector));
    const outcome = vector.expect as Outcome;
    return json.ok ? [{ name: vector.name, json: json.value, outcome }] : [];
  });
}

function named(vectors: readonly unknown[], name: string) {
  const found = objectsOf(vectors).find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`No vector is named ${name}`);
  return found.json;
}

describe('the schemas and the parsers say the same', () => {
  test('[V3] [V5] of the frames of a session', () => {
    const isValid = validatorOf(schemasOf(sessionFrames));
    for (const { name, json, outcome } of objectsOf(sessionFrameVectors)) {
      // What an SDP may hold, and which names are taken [ID3], is said in words.
      const isReserved = reservedNames.has(String(json['roomid']));
      const isExpected = outcome.ok || outcome.problem === 'offerRefused' || isReserved;
      expect(isValid(json), name).toBe(isExpected);
    }
  });

  test('[V4] of its events', () => {
    const isValid = validatorOf(schemasOf(sessionEvents));
    for (const { name, json, outcome } of objectsOf(sessionEventVectors)) {
      expect(isValid(json), name).toBe(outcome.ok);
    }
  });

  test('[FR1] [FR2] [FR3] [FR4] [FR5] of the frames of a legacy client', () => {
    const isValid = validatorOf(Object.values(clientFrameSchemas));
    for (const { name, json, outcome } of objectsOf(clientFrames)) {
      expect(isValid(json), name).toBe(outcome.ok);
    }
  });
});

describe('the schemas of what a server says', () => {
  test('[FR7] [ER1] hold for its frames', () => {
    const isValid = validatorOf(Object.values(serverFrameSchemas));
    for (const { name, outcome } of objectsOf(serverFrames)) {
      if (!outcome.ok) continue;
      const frame = outcome.value as ServerFrame;
      const text =
        frame.kind === 'error' ? encodeErrorFrame(frame.error) : encodeMessageFrame(frame.message);
      expect(isValid(JSON.parse(text)), name).toBe(true);
    }
    for (const { frame } of Object.values(wireCodes)) {
      if (frame !== null) expect(isValid(JSON.parse(encodeErrorFrame(frame)))).toBe(true);
    }
    for (const frame of [{ msg: 'x' }, { error: 'x' }, { msg: '', error: '' }]) {
      expect(isValid(frame)).toBe(false);
    }
  });

  test('[JN1] [JN2] [PR1] [PR2] [PR3] hold for a join', () => {
    const isValid = validatorOf([httpSchemas.JoinReply]);
    const first = named(joinReplies, 'the first client');
    expect(isValid(first)).toBe(true);
    expect(isValid({ result: 'FULL', params: { messages: [] } })).toBe(true);
    expect(isValid({ result: 'FULL', params: { messages: ['x'] } })).toBe(false);
    const params = first['params'] as Record<string, unknown>;
    for (const key of Object.keys(params)) {
      const { [key]: _left, ...others } = params;
      expect(isValid({ ...first, params: others }), `without ${key}`).toBe(false);
    }
    const asIn = (changes: object) => isValid({ ...first, params: { ...params, ...changes } });
    expect(asIn({ is_initiator: true })).toBe(false);
    expect(asIn({ session_protocol: 2 })).toBe(true);
    expect(asIn({ session_protocol: '2' })).toBe(false);
  });

  test('[IC1] [IC4] [IC6] hold for ICE servers', () => {
    const isValid = validatorOf([httpSchemas.IceConfig]);
    expect(isValid(named(iceConfigs, 'ours'))).toBe(true);
    expect(isValid({ lifetimeDuration: '60s', iceServers: [] })).toBe(false);
    expect(isValid({ lifetimeDuration: '60s', iceServers: [{ urls: [] }] })).toBe(false);
    expect(isValid({ lifetimeDuration: '60s', iceServers: [{ urls: 'stun:s' }] })).toBe(false);
  });
});
