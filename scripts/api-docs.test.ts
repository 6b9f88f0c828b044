import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from './api/async-api-document.ts';
import { openApiDocument } from './api/open-api-document.ts';

function published(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../docs/api/${name}`, import.meta.url), 'utf8'));
}

function asyncApiSchema(): object {
  const path = '../node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json';
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as object;
}

/** Where each `$ref` of a document leads. */
function refsIn(document: unknown): readonly string[] {
  return [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at = '']) => at);
}

function at(document: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
}

const documents = [
  ['openapi.json', openApiDocument()],
  ['asyncapi.json', asyncApiDocument()],
] as const;

describe('the documents of the wire', () => {
  test.each(documents)(
    '%s is what the schemas make, and names nothing that it lacks',
    (name, document) => {
      expect(published(name)).toEqual(JSON.parse(JSON.stringify(document)));
      expect(refsIn(document).length).toBeGreaterThan(10);
      for (const ref of refsIn(document)) expect(at(document, ref), ref).toBeDefined();
    },
  );

  test('openapi.json is an OpenAPI document', async () => {
    const document = published('openapi.json') as Record<string, unknown>;
    expect(await new Validator().validate(document)).toEqual({ valid: true });
    const broken = { ...document, paths: { '/x': { post: { responses: 5 } } } };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  test('asyncapi.json is an AsyncAPI document', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const isValid = ajv.compile(asyncApiSchema());
    const document = published('asyncapi.json') as Record<string, unknown>;
    isValid(document);
    expect(isValid.errors).toBeNull();
    expect(isValid({ ...document, operations: { x: { action: 'dance' } } })).toBe(false);
  });

  test('every example of a frame fits its schema, and no frame of a session is without one', () => {
    const ajv = new Ajv2020({ allowUnionTypes: true });
    const { messages } = asyncApiDocument().components as {
      messages: Record<string, { payload: object; examples?: readonly { payload: unknown }[] }>;
    };
    for (const [id, { payload, examples }] of Object.entries(messages)) {
      const isValid = ajv.compile(payload);
      for (const example of examples ?? []) expect(isValid(example.payload), id).toBe(true);
      if (id.startsWith('session')) expect(examples?.length ?? 0, id).toBeGreaterThan(0);
    }
  });

  test('every schema of openapi.json is one', () => {
    const { schemas } = openApiDocument().components;
    const ajv = new Ajv2020({ allowUnionTypes: true, strict: true });
    for (const schema of Object.values(schemas))
      expect(typeof ajv.compile(schema)).toBe('function');
  });
});
