/** The command line: nothing of node_modules is bundled, `latent-plane` included. */
import { defineConfig } from 'tsdown';

export default defineConfig({
  // The thread that reads model files is started by its path.
  entry: ['src/main.ts', 'src/models/read-worker.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: false,
  deps: { skipNodeModulesBundle: true },
});
