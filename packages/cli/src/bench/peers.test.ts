import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNetwork } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cloneFolder } from '../places.ts';
import { runPeer } from './peers.ts';

const spec = findNetwork('dense-1');
let folder = '';

/** A bench folder whose "TensorFlow.js" and "jax-js" are scripts of this test. */
const writePeer = (name: string, source: string): void => writeFileSync(join(folder, 'peers', name), source);

/** Prints a row of the engine's own arguments; `rate` is an expression. */
const printing = (rate: string): string => `
  import { readFileSync } from 'node:fs';
  const args = process.argv.slice(2);
  const value = (name) => args[args.indexOf(name) + 1];
  const network = JSON.parse(readFileSync(0, 'utf8'));
  const seconds = Number(value('--seconds'));
  console.log('a banner of the library');
  console.log(JSON.stringify({ version: '1', model: network.id, batchSize: Number(value('--batch-size')), imagesPerSecond: ${rate}, steps: 3, seconds, note: args.join(' ') }));
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latent-peers-test-'));
  // The test runner ends its processes without an `exit`, so what is written for the peers goes with this folder.
  vi.stubEnv('TMPDIR', folder);
  mkdirSync(join(folder, 'peers'));
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), '{}');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('runPeer', () => {
  test('hands the spec and the options to the script and reads the row among what a library prints', async () => {
    writePeer('tfjs.mjs', printing('1000'));
    const row = await runPeer('tfjs-wasm', spec, 64, 2, { folder });
    expect(row).toMatchObject({
      engine: 'tfjs-wasm',
      model: 'dense-1',
      batchSize: 64,
      imagesPerSecond: 1000,
      note: '--batch-size 64 --seconds 2 --backend wasm',
    });
  });

  test('shares the seconds among the ways to run a peer and keeps the fastest', async () => {
    writePeer('jax-js.mjs', printing("value('--threads') === 'all' ? 200 : 300"));
    const row = await runPeer('jax-js-wasm', spec, 32, 3, { folder });
    expect(row).toMatchObject({ imagesPerSecond: 300, seconds: 1.5, note: expect.stringContaining('--threads 1') });
  });

  test('keeps a way that works where another fails', async () => {
    writePeer('jax-js.mjs', printing("value('--threads') === '1' ? undefined : 200"));
    expect(await runPeer('jax-js-wasm', spec, 32, 1, { folder })).toMatchObject({ imagesPerSecond: 200 });
  });

  test('writes the images once as a file of raw pixels', async () => {
    const images = {
      count: 2,
      height: 1,
      width: 3,
      channels: 1 as const,
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
      labels: Uint8Array.of(0, 1),
    };
    writePeer('tfjs.mjs', printing("readFileSync(value('--images')).reduce((sum, byte) => sum + byte, 0)"));
    const [first, second] = [
      await runPeer('tfjs-cpu', spec, 32, 1, { folder, images }),
      await runPeer('tfjs-cpu', spec, 32, 1, { folder, images }),
    ];
    expect(first).toMatchObject({ imagesPerSecond: 21 });
    expect(second).toEqual(first);
  });

  test('passes on why a peer cannot train a network, and the last words of one that fails', async () => {
    writePeer('tfjs.mjs', `console.log(JSON.stringify({ unsupported: 'no such gradient' }));`);
    expect(await runPeer('tfjs-wasm', spec, 32, 1, { folder })).toEqual({
      engine: 'tfjs-wasm',
      skipped: 'no such gradient',
    });
    writePeer('tfjs.mjs', `console.error('first'); console.error('out of memory'); process.exit(3);`);
    expect(await runPeer('tfjs-wasm', spec, 32, 1, { folder })).toEqual({
      engine: 'tfjs-wasm',
      skipped: 'its script ended with 3: out of memory',
    });
  });
});

test('the peers and their versions are pinned in a package of their own, outside the workspaces', () => {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(cloneFolder ?? '', ...path), 'utf8'));
  const { dependencies } = read('bench', 'package.json');
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(read('package.json').workspaces).not.toContain('bench');
  // What the packages bring along; the tests of formats have TensorFlow.js for themselves.
  const own = ['core', 'cli'].map((name) => read('packages', name, 'package.json').dependencies);
  expect(JSON.stringify(own)).not.toMatch(/tensorflow|jax-js/);
});
