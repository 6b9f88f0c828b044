import { parseSync, Visitor } from 'vite';

/** What a module imports, and which impure things it uses. */
export interface ModuleFacts {
  readonly imports: readonly { readonly line: number; readonly specifier: string }[];
  /** Named as they are written: `Date.now`, `setTimeout`, `await`. */
  readonly uses: readonly { readonly line: number; readonly name: string }[];
}

const impureFunctions = new Set(
  (
    'setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate ' +
    'queueMicrotask fetch require'
  ).split(' '),
);
const impureObjects = new Set(['console', 'crypto', 'performance', 'process', 'globalThis']);
const impureMembers = new Set(['Date.now', 'Math.random', 'process.env']);

/** Reads a module with the bundler's own parser. */
export function readModuleFacts(path: string, source: string): ModuleFacts {
  const { program, errors } = parseSync(path, source);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const imports: { line: number; specifier: string }[] = [];
  const uses: { line: number; name: string }[] = [];
  const lineOf = (node: { readonly start: number }) =>
    source.slice(0, node.start).split('\n').length;
  const imported = (node: { readonly start: number }, value: unknown) => {
    if (typeof value === 'string') imports.push({ line: lineOf(node), specifier: value });
  };
  const used = (node: { readonly start: number }, name: string | undefined) => {
    if (name !== undefined) uses.push({ line: lineOf(node), name });
  };
  new Visitor({
    ImportDeclaration: (node) => imported(node, node.source.value),
    ExportNamedDeclaration: (node) => imported(node, node.source?.value),
    ExportAllDeclaration: (node) => imported(node, node.source.value),
    ImportExpression: (node) =>
      imported(node, node.source.type === 'Literal' ? node.source.value : undefined),
    TSImportType: (node) => imported(node, node.source.value),
    AwaitExpression: (node) => used(node, 'await'),
    CallExpression: (node) => used(node, impureCall(node.callee)),
    NewExpression: (node) => used(node, impureNew(node.callee, node.arguments.length)),
    MemberExpression: (node) => used(node, impureMember(node)),
  }).visit(program);
  return { imports, uses };
}

/** The part of a syntax node that matters here. */
interface Named {
  readonly type: string;
  readonly name?: unknown;
}

function nameOf(node: Named): string | undefined {
  return node.type === 'Identifier' && typeof node.name === 'string' ? node.name : undefined;
}

function impureCall(callee: Named): string | undefined {
  const name = nameOf(callee);
  if (name === 'Date') return 'Date()';
  return name !== undefined && impureFunctions.has(name) ? name : undefined;
}

function impureNew(callee: Named, argumentCount: number): string | undefined {
  return nameOf(callee) === 'Date' && argumentCount === 0 ? 'new Date()' : undefined;
}

function impureMember(node: { readonly object: Named; readonly property: Named }) {
  const object = nameOf(node.object);
  if (object === undefined) return undefined;
  const member = `${object}.${nameOf(node.property) ?? '…'}`;
  return impureMembers.has(member) || impureObjects.has(object) ? member : undefined;
}
