import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** Where `npm run dev` runs the product's server. */
const server = 'http://localhost:8081';

/** Only what a call says to the Collider over HTTP: the page itself is ours while developing. */
const colliderPath = '^/[A-Za-z0-9_-]+/[!-.0-~]+$';

/**
 * Vite wraps each dynamic import in a helper that loads style sheets and preloads chunks, 0.7 KB at the page's first load.
 * A lazy part of this page has one chunk and fetches its own style sheet.
 */
const plainDynamicImports: Plugin = {
  name: 'plain-dynamic-imports',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js'
      ? 'export const __vitePreload = (load) => load();'
      : undefined,
};

export default defineConfig({
  base: '/',
  plugins: [plainDynamicImports],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    // One sheet for both pages: split, the shared rules would come last and win.
    cssCodeSplit: false,
    rolldownOptions: { input: ['index.html', 'params.html'] },
  },
  server: {
    proxy: {
      '^/(join|message|leave|bye|params|v1alpha|status)(/|\\?|$)': { target: server },
      '/ws': { target: server, ws: true },
      [colliderPath]: {
        target: server,
        bypass: (request) => {
          const isCollider = request.method === 'POST' || request.method === 'DELETE';
          return isCollider ? undefined : request.url;
        },
      },
    },
  },
});
