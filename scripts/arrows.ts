import { dirname, join } from 'node:path/posix';
import { readModuleFacts } from './module-facts.ts';

/** Something in a file that the layout of the workspace forbids. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly problem: string;
}

/** What the production files of each package may import from the workspace. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  signaling: ['protocol'],
  server: ['protocol', 'signaling'],
  conformance: ['protocol'],
  doctor: ['protocol'],
  client: ['protocol'],
  web: ['client'],
  testkit: ['protocol', 'signaling', 'client'],
};
/** These speak over the wire and use the SDK by its public door. */
const outside: readonly string[] = ['protocol', 'client', 'testkit', 'conformance'];
const withoutNode = new Set(['protocol', 'signaling', 'client', 'web']);
const webDependencies = /^(preact|@preact\/signals)(\/|$)/;
const shells = /^packages\/server\/src\/(room-server|collider)\//;
const redisFiles =
  /^packages\/server\/src\/(rooms\/redis[^/]*(\/.*)?|config\/options\.ts|create-product\.ts)$/;
/** What never ships: tests, what only they use, and the configuration of tools. */
const testFiles = /\.(test|fixture|config)\.tsx?$/;
const environmentFile = 'packages/server/src/cli.ts';
/** The one file of the server that knows the packages behind commands: a server that serves needs none of them. */
const commandLineFile = environmentFile;
const commands = new Set(['conformance', 'doctor']);

/** Where a file stands. */
interface Place {
  readonly path: string;
  /** The package's folder name; undefined for e2e and bench. */
  readonly home: string | undefined;
  readonly isTest: boolean;
}

/** What is wrong with one file. `path` is relative to the root of the workspace; scripts may do anything. */
export function checkArrows(path: string, source: string): readonly Violation[] {
  if (path.startsWith('scripts/')) return [];
  const place = placeOf(path);
  const facts = readModuleFacts(path, source);
  const found = [
    ...facts.imports.map(({ line, specifier }) => ({
      line,
      problem: checkImport(place, specifier),
    })),
    ...facts.uses.map(({ line, name }) => ({ line, problem: checkUse(place, name) })),
    ...[...source.matchAll(/\bredis|\bvalkey|Redis|Valkey/g)].map(({ index }) => ({
      line: source.slice(0, index).split('\n').length,
      problem: checkRedisWord(place),
    })),
  ];
  return found.flatMap(({ line, problem }) =>
    problem === undefined ? [] : [{ path, line, problem }],
  );
}

function placeOf(path: string): Place {
  const home = /^packages\/([^/]+)\//.exec(path)?.[1];
  return { path, home, isTest: testFiles.test(path) || home === undefined };
}

function checkImport(place: Place, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return checkRelative(place, specifier);
  if (specifier.startsWith('@apprtc/')) return checkPackage(place, specifier);
  if (place.isTest || place.home === undefined) return undefined;
  if (specifier.startsWith('node:')) {
    return withoutNode.has(place.home) ? `${place.home} imports ${specifier}` : undefined;
  }
  if (place.home === 'protocol' || place.home === 'signaling') {
    return `${place.home} imports ${specifier}: it has no dependencies`;
  }
  if (place.home === 'web' && !webDependencies.test(specifier)) {
    return `web imports ${specifier}: only @apprtc/client, preact and @preact/signals`;
  }
  return undefined;
}

function checkRelative(place: Place, specifier: string): string | undefined {
  const target = join(dirname(place.path), specifier);
  const home = place.home === undefined ? place.path.split('/')[0] : `packages/${place.home}`;
  if (!target.startsWith(`${home}/`)) return `${specifier} leads out of ${home}`;
  if (!place.isTest && /\.test(\.tsx?)?$/.test(target)) return `${specifier} is a test`;
  const isShell = !place.isTest && shells.test(place.path);
  if (isShell && /^packages\/server\/src\/rooms\/.*store/.test(target)) {
    return `${specifier}: the HTTP and WebSocket shells call the room service, not a store`;
  }
  return undefined;
}

function checkPackage({ path, home, isTest }: Place, specifier: string): string | undefined {
  const [, name = '', ...deep] = specifier.split('/');
  if (deep.length > 0) return `${specifier}: a package has one door, @apprtc/${name}`;
  const allowed = home === undefined ? outside : (arrows[home] ?? []);
  if (allowed.includes(name) || (isTest && name === 'testkit')) return undefined;
  if (commands.has(name) && path === commandLineFile) return undefined;
  return `${home ?? 'a test over the wire'} may not import ${specifier}`;
}

function checkUse({ path, home, isTest }: Place, name: string): string | undefined {
  if (isTest) return undefined;
  if (name === 'process.env') {
    return path === environmentFile || home === 'testkit'
      ? undefined
      : `process.env is read in ${environmentFile} only`;
  }
  const isPure = home === 'protocol' || home === 'signaling';
  return isPure ? `${home} uses ${name}: it is pure` : undefined;
}

function checkRedisWord({ path, home, isTest }: Place): string | undefined {
  if (isTest || home === 'testkit' || redisFiles.test(path)) return undefined;
  return 'this word belongs to the files packages/server/src/rooms/redis*';
}
