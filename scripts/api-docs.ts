// Writes docs/api from the schemas of the wire. With --check it only says whether the documents are up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { asyncApiDocument } from './api/async-api-document.ts';
import { openApiDocument } from './api/open-api-document.ts';

const folder = new URL('../docs/api/', import.meta.url);
const documents = [
  ['openapi.json', openApiDocument()],
  ['asyncapi.json', asyncApiDocument()],
] as const;

mkdirSync(folder, { recursive: true });
for (const [name, document] of documents) {
  const path = new URL(name, folder);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`docs/api/${name} is out of date. Run: npm run api-docs`);
    process.exitCode = 1;
  }
}
