import { readdirSync } from 'node:fs';

const folders = ['packages', 'e2e', 'bench', 'scripts'];
const ignored = new Set(['node_modules', 'dist', 'dist-types', 'coverage', 'reports']);

/** The hand-written TypeScript and JavaScript files of the workspace, relative to its root, with `/`. */
export function sourceFiles(root = '.'): readonly string[] {
  return folders.flatMap((folder) => under(root, folder)).sort();
}

function under(root: string, folder: string): readonly string[] {
  return entriesOf(`${root}/${folder}`).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : under(root, path);
    return /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    // Not every workspace has every folder.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
