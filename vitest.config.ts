import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^latent-plane$/, replacement: source('packages/core/src/index.ts') },
      { find: /^latent-plane\/charts$/, replacement: source('packages/core/src/charts.ts') },
      { find: /^latent-plane\/internal$/, replacement: source('packages/core/src/internal.ts') },
      { find: /^latent-plane\/node$/, replacement: source('packages/core/src/node.ts') },
      { find: /^latent-plane\/web$/, replacement: source('packages/core/src/web.ts') },
    ],
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // Limits for what hangs, not for what is slow: where others use the machine too, a browser can take ten times as long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000, interval: 50 } },
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // What is left to chance even so; a test that fails twice has failed.
    retry: process.env.CI ? 1 : 0,
    maxWorkers: 2,
    // What the program keeps for the next time, such as classifiers of data sets, is not a person's here.
    env: { LATENT_PLANE_CACHE: join(tmpdir(), 'latent-plane-tests-cache') },
  },
});
