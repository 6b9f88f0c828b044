// Writes docs/configuration.md from the table of options. With --check it only says whether the page is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from '../packages/server/src/config/help-text.ts';

const path = new URL('../docs/configuration.md', import.meta.url);
const page = configurationPage();

if (!process.argv.includes('--check')) {
  writeFileSync(path, page);
} else if (readFileSync(path, 'utf8') !== page) {
  console.error('docs/configuration.md is out of date. Run: npm run config-docs');
  process.exitCode = 1;
}
