// Fails when a file imports or uses what the layout of the workspace forbids. The folder to check can be given.
import { readFileSync } from 'node:fs';
import { checkArrows } from './arrows.ts';
import { sourceFiles } from './source-files.ts';

const root = process.argv[2] ?? '.';

for (const path of sourceFiles(root)) {
  for (const { line, problem } of checkArrows(path, readFileSync(`${root}/${path}`, 'utf8'))) {
    console.error(`${path}:${line}: ${problem}`);
    process.exitCode = 1;
  }
}
