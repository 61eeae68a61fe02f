/** The command line: nothing of node_modules is bundled, `latent-plane` included. */
import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: false,
  deps: { skipNodeModulesBundle: true },
});
