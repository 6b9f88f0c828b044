import { readFileSync } from 'node:fs';

const { version } = JSON.parse(
  readFileSync(new URL('../../packages/protocol/package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

/** The head of both documents. */
export function documentInfo(title: string, description: string) {
  const license = { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' };
  return { title, version, description, license };
}

/** Schemas as `components` hold them, and as others name them. */
export function schemaRef(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}
