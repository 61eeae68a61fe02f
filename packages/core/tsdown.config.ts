/** The library: one file for each entry of the package's `exports`, and what they share. */
import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/charts.ts', 'src/internal.ts', 'src/node.ts', 'src/web.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  fixedExtension: false,
  // Types take seconds; `node scripts/build.mjs --types` makes them.
  dts: false,
  // How long plugins took is for whoever tunes the build; anyone else would take it for a warning.
  inputOptions: { checks: { pluginTimings: false } },
});
