/**
 * Lists the rules of PROTOCOL.md that no test's title cites, and the rules that tests cite but PROTOCOL.md
 * lacks. Run with `npx tsx scripts/check-rules.ts`; exits 1 if there are any.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const rulePattern = /\[([A-Z]{1,2}\d+)\]/g;
/** The first argument of a call, if it is a string: in a test file that cites rules it is a title. */
const titlePattern = /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

function filesUnder(folder: string, ending: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/(?:^|\/)(?:node_modules|dist)\//.test(file));
}

function rulesIn(text: string): readonly string[] {
  return [...text.matchAll(rulePattern)].map((match) => match[1] ?? '');
}

/** Defined are the bold ids at the start of a line of PROTOCOL.md. */
function definedRules(): readonly string[] {
  const text = readFileSync(join(root, 'PROTOCOL.md'), 'utf8');
  return [...text.matchAll(/^- \*\*\[([A-Z]{1,2}\d+)\]\*\*/gm)].map((match) => match[1] ?? '');
}

/** Rule to the files whose test titles cite it. Vectors make titles of their `rule`. */
function citedRules(): ReadonlyMap<string, ReadonlySet<string>> {
  const cited = new Map<string, Set<string>>();
  const cite = (rule: string, file: string) => {
    cited.set(rule, (cited.get(rule) ?? new Set()).add(file));
  };
  const tests = ['packages', 'e2e'].flatMap((folder) => [
    ...filesUnder(folder, '.test.ts'),
    ...filesUnder(folder, '.test.tsx'),
  ]);
  for (const file of tests) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const title of text.matchAll(titlePattern)) {
      for (const rule of rulesIn(title[1] ?? title[2] ?? title[3] ?? '')) cite(rule, file);
    }
  }
  for (const file of filesUnder('packages/protocol/vectors', '.json')) {
    const vectors = JSON.parse(readFileSync(join(root, file), 'utf8')) as { rule: string }[];
    for (const vector of vectors) cite(vector.rule, file);
  }
  return cited;
}

function main(): number {
  const defined = definedRules();
  const cited = citedRules();
  const twice = defined.filter((rule, index) => defined.indexOf(rule) !== index);
  const untested = defined.filter((rule) => !cited.has(rule));
  const unknown = [...cited].filter(([rule]) => !defined.includes(rule));
  for (const rule of twice) console.log(`[${rule}] is defined twice`);
  for (const rule of untested) console.log(`[${rule}] has no test`);
  for (const [rule, files] of unknown) {
    console.log(`[${rule}] is not in PROTOCOL.md, but cited in ${[...files].join(', ')}`);
  }
  const problems = twice.length + untested.length + unknown.length;
  console.log(`${defined.length} rules, ${problems} problems`);
  return problems === 0 ? 0 : 1;
}

process.exitCode = main();
