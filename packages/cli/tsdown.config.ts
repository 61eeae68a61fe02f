/**
 * The command line, which carries what it uses of the core: a chunk for each command and for what several share, so that each
 * reads only its own. Of node_modules nothing is bundled.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsdown';

const CORE = /^latent-plane(\/|$)/;

export default defineConfig({
  // The thread that reads model files is started by its path.
  entry: ['src/main.ts', 'src/models/read-worker.ts'],
  plugins: [
    {
      name: 'core-from-its-sources',
      resolveId: {
        filter: { id: CORE },
        handler: (id) => fileURLToPath(new URL(`../core/src/${id.replace(CORE, '') || 'index'}.ts`, import.meta.url)),
      },
    },
  ],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: false,
  // What the core needs of others is named among this package's dependencies too, or the build fails.
  deps: { alwaysBundle: CORE, onlyBundle: [] },
});
