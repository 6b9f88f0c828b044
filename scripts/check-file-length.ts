// Fails when a source file is longer than a person wants to hold in mind.
import { readFileSync } from 'node:fs';
import { sourceFiles } from './source-files.ts';

const maxLines = 400;

for (const path of sourceFiles()) {
  const lines = readFileSync(path, 'utf8').split('\n').length - 1;
  if (lines <= maxLines) continue;
  console.error(`${path} has ${lines} lines, more than ${maxLines}: split it`);
  process.exitCode = 1;
}
