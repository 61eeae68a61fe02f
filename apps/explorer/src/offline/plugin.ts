/**
 * Builds the service worker after the page, since it lists the page's files.
 *
 * In: the folder that Vite wrote. Out: `service-worker.js` in it. What runs is Workbox; only its build program is left
 * out, which would bring some 350 packages for the list made here.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type ResolvedConfig } from 'vite';
import { WORKER_FILE } from './protocol.ts';

/** Heavier files and all WebAssembly (engines, decoders, readers of foreign formats) are kept when they are first used. */
const MAX_PRECACHED_BYTES = 2 ** 20;

const sum = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex').slice(0, 20);

interface Lists {
  readonly precache: readonly { readonly url: string; readonly revision: string | null }[];
  readonly heavy: readonly string[];
}

/** Every file of the page but data, what is hidden, and the worker itself. */
const listFiles = async (folder: string): Promise<Lists> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !/(^|\/)\.|^data\/|\.map$/.test(path) && path !== WORKER_FILE)
    .sort();
  const precache: { url: string; revision: string | null }[] = [];
  const heavy: string[] = [];
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    // Vite names what is in assets/ after its content.
    if (bytes.length > MAX_PRECACHED_BYTES || path.endsWith('.wasm')) heavy.push(path);
    else precache.push({ url: path, revision: path.startsWith('assets/') ? null : sum(bytes) });
  }
  return { precache, heavy };
};

export const serviceWorker = (): Plugin => {
  let folder = '';
  let alias: ResolvedConfig['resolve']['alias'] = [];
  let failed = false;
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved: ({ root, resolve: { alias: ofPage }, build: { outDir } }) => {
      folder = resolve(root, outDir);
      alias = ofPage;
    },
    buildEnd: (error) => {
      failed = error !== undefined;
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        if (failed) return;
        const lists = await listFiles(folder);
        await build({
          configFile: false,
          logLevel: 'warn',
          publicDir: false,
          resolve: { alias },
          define: {
            // Tests build too, and Workbox would log there.
            'process.env.NODE_ENV': '"production"',
            PRECACHE: JSON.stringify(lists.precache),
            HEAVY: JSON.stringify(lists.heavy),
            BUILD: JSON.stringify(sum(JSON.stringify(lists))),
          },
          build: {
            outDir: folder,
            emptyOutDir: false,
            target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
            rollupOptions: {
              input: fileURLToPath(new URL('service-worker.ts', import.meta.url)),
              output: { format: 'iife', entryFileNames: WORKER_FILE },
            },
          },
        });
      },
    },
  };
};
