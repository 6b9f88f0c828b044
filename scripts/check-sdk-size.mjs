// Bundles the SDK with everything that it needs, as an application would, and fails when it has grown too large.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const maxBytes = 20 * 1024;
const entry = fileURLToPath(new URL('../packages/client/src/index.ts', import.meta.url));

const bundle = await rolldown({
  input: entry,
  platform: 'browser',
  resolve: { conditionNames: ['source', 'import', 'default'] },
});
const { output } = await bundle.generate({ format: 'esm', minify: true });
await bundle.close();

const code = output.map((part) => (part.type === 'chunk' ? part.code : '')).join('\n');
const bytes = gzipSync(code, { level: 9 }).length;
console.log(`SDK: ${bytes} bytes gzipped of ${maxBytes} allowed (${code.length} minified)`);
if (bytes > maxBytes) process.exitCode = 1;
