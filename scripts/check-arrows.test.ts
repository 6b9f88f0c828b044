import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkArrows } from './arrows.ts';

const run = promisify(execFile);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'apprtc-arrows-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function plant(path: string, source: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), source);
}

function check() {
  const script = new URL('./check-arrows.ts', import.meta.url).pathname;
  return run(process.execPath, ['--conditions=source', '--import', 'tsx', script, root]);
}

describe('check-arrows', () => {
  it('lists every violation of a bad tree with its place and fails', async () => {
    await plant('packages/client/src/call.ts', "\nimport { room } from '@apprtc/signaling';\n");
    await plant('packages/web/src/page.tsx', "import '../../client/src/call.ts';\n");
    await plant('packages/protocol/src/ids.ts', 'export const id = Math.random();\n');
    await expect(check()).rejects.toMatchObject({
      code: 1,
      stderr: [
        'packages/client/src/call.ts:2: client may not import @apprtc/signaling',
        'packages/protocol/src/ids.ts:1: protocol uses Math.random: it is pure',
        'packages/web/src/page.tsx:1: ../../client/src/call.ts leads out of packages/web',
        '',
      ].join('\n'),
    });
  });

  it('is silent about a good tree', async () => {
    await plant('packages/client/src/call.ts', "import { parsed } from '@apprtc/protocol';\n");
    await plant(
      'packages/client/src/call.test.ts',
      "import 'node:fs'; import '@apprtc/testkit';\n",
    );
    await expect(check()).resolves.toMatchObject({ stderr: '' });
  });
});

describe('checkArrows', () => {
  it.each([
    ['packages/protocol/src/a.ts', "import 'node:fs'"],
    ['packages/protocol/src/a.ts', "import 'zod'"],
    ['packages/protocol/src/a.ts', "export * from '@apprtc/signaling'"],
    ['packages/signaling/src/a.ts', 'setTimeout(() => {}, 1)'],
    ['packages/signaling/src/a.ts', 'export const now = Date.now()'],
    ['packages/signaling/src/a.ts', 'export const now = new Date()'],
    ['packages/signaling/src/a.ts', 'console.log(1)'],
    ['packages/signaling/src/a.ts', 'export async function f() { await 1 }'],
    ['packages/server/src/a.ts', "import type { A } from '@apprtc/client'"],
    ['packages/server/src/a.ts', "import '@apprtc/testkit'"],
    ['packages/server/src/a.ts', "import '@apprtc/conformance'"],
    ['packages/conformance/src/a.ts', "import '@apprtc/server'"],
    ['packages/server/src/a.ts', "import '@apprtc/doctor'"],
    ['packages/doctor/src/a.ts', "import '@apprtc/conformance'"],
    ['packages/server/src/a.ts', "import '@apprtc/protocol/src/ids.ts'"],
    ['packages/server/src/a.ts', "import './a.test.ts'"],
    ['packages/server/src/a.ts', 'export const port = process.env.PORT'],
    ['packages/server/src/a.ts', '// kept in Redis'],
    ['packages/server/src/collider/a.ts', "import '../rooms/memory-store.ts'"],
    ['packages/client/src/a.ts', "export type B = import('@apprtc/server').B"],
    ['packages/client/src/a.test.ts', "import '@apprtc/server'"],
    ['packages/web/src/a.tsx', "import '@apprtc/protocol'"],
    ['packages/web/src/a.tsx', "import 'lit'"],
    ['e2e/a.ts', "import '@apprtc/server'"],
    ['e2e/a.ts', "import '../packages/server/src/cli.ts'"],
  ])('%s may not contain: %s', (path, source) => {
    expect(checkArrows(path, source)).toHaveLength(1);
  });

  it.each([
    ['packages/protocol/src/a.ts', "import './ids.ts'; export const at = new Date(5);"],
    ['packages/signaling/src/a.ts', "// Date.now() is banned\nexport const a = 'console.log(1)';"],
    ['packages/server/src/a.ts', "import 'node:fs'; import 'fastify'; setTimeout(() => {}, 1);"],
    ['packages/server/src/cli.ts', 'export const environment = process.env;'],
    ['packages/server/src/cli.ts', "await import('@apprtc/conformance')"],
    ['packages/server/src/cli.ts', "await import('@apprtc/doctor')"],
    ['packages/conformance/src/a.ts', "import 'node:net'; import '@apprtc/protocol';"],
    ['packages/server/src/rooms/redis-store.ts', "import '@redis/client';"],
    ['packages/web/src/a.tsx', "import '@apprtc/client'; import 'preact/hooks'; import './a.css';"],
    ['packages/testkit/src/a.ts', "import '@apprtc/client';"],
    ['e2e/a.ts', "import '@apprtc/testkit'; import 'playwright-core'; import './b.ts';"],
    ['scripts/a.ts', "import '../packages/server/src/cli.ts';"],
  ])('%s may contain: %s', (path, source) => {
    expect(checkArrows(path, source)).toEqual([]);
  });
});
