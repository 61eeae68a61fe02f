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
      skipped: 'unsupported: no such gradient',
    });
    writePeer('tfjs.mjs', `console.error('first'); console.error('out of memory'); process.exit(3);`);
    expect(await runPeer('tfjs-wasm', spec, 32, 1, { folder })).toEqual({
      engine: 'tfjs-wasm',
      skipped: 'its script ended with 3: out of memory',
    });
  });
});

describe('runPeer in Python', () => {
  /** A "Python" that runs what the test writes: Node takes a file of any ending for a script. */
  const python = process.execPath;
  const writeScript = (source: string): void =>
    writePeer('pytorch.py', `const { readFileSync } = require('node:fs');\n${source}`);
  const fused = (options: { readonly python?: string } = { python }) =>
    runPeer('pytorch-fused', spec, 32, 1, { folder, ...options });

  test('skips a row with the command that sets the peers up, where there is no Python of the bench', async () => {
    expect(await fused({})).toEqual({
      engine: 'pytorch-fused',
      skipped: "no Python of the bench's own; `npm run bench:setup` sets the Python peers up",
    });
    expect(await fused({ python: join(folder, 'no-python') })).toMatchObject({
      skipped: expect.stringMatching(/no-python cannot be run; `npm run bench:setup`/),
    });
  });

  test('names the package that a Python lacks', async () => {
    writeScript(`console.error("Traceback\\nModuleNotFoundError: No module named 'torch'"); process.exit(1);`);
    expect(await fused()).toEqual({
      engine: 'pytorch-fused',
      skipped: 'its Python has no torch; `npm run bench:setup` sets the Python peers up',
    });
  });

  test('hands over the way, and the network with its layers in order and its loss in parts', async () => {
    writeScript(`
      const network = JSON.parse(readFileSync(0, 'utf8'));
      const note = [process.argv.slice(2).join(' '), network.resolved.map(({ name, inputs }) => inputs + ' > ' + name), JSON.stringify(network.objective)].join('\\n');
      console.log('a banner', '{ of no row');
      console.log(JSON.stringify({ version: '2', model: network.id, batchSize: 32, imagesPerSecond: 5, steps: 3, seconds: 1, loss: 0.1, note }));
    `);
    const row = await fused();
    expect(row).toMatchObject({ engine: 'pytorch-fused', version: '2', imagesPerSecond: 5 });
    const { note = '' } = 'skipped' in row ? {} : row;
    const [args, layers, objective] = note.split('\n');
    expect(args).toBe('--batch-size 32 --seconds 1 --way fused');
    expect(layers).toMatch(/^input > encoder\/dense,.*encoder\/dense_3 > decoder\/dense,.*> decoder\/dense_3$/);
    expect(JSON.parse(objective)).toMatchObject({ reconstruction: { type: 'mse' }, terms: [] });
  });

  test('tells which layer a peer does not know, and what is wrong with a row that lacks a figure', async () => {
    writeScript(`console.log(JSON.stringify({ version: '2', unsupported: 'no layer "prelu" in this script' }));`);
    expect(await fused()).toMatchObject({ skipped: 'unsupported: no layer "prelu" in this script' });
    writeScript(
      `console.log(JSON.stringify({ version: '2', model: 'dense-1', batchSize: 32, imagesPerSecond: 'many' }));`,
    );
    expect(await fused()).toMatchObject({ skipped: 'its script ended with 0' });
  });

  test('gives Keras several steps in a call where there are no convolutions', async () => {
    writePeer(
      'keras-fit.py',
      `console.log(JSON.stringify({ version: '3', model: 'm', batchSize: 1, imagesPerSecond: 1, steps: 1, seconds: 1, note: process.argv.slice(6).join(' ') }));`,
    );
    const row = (id: string) => runPeer('keras-jax', findNetwork(id), 32, 1, { folder, python });
    expect(await row('dense-1')).toMatchObject({ note: '--backend jax --steps-per-execution 8' });
    expect(await row('convdense-2')).toMatchObject({ note: '--backend jax' });
  });
});

test('the versions of the Python peers are pinned', () => {
  const lines = readFileSync(join(cloneFolder ?? '', 'bench', 'requirements.txt'), 'utf8')
    .trim()
    .split('\n');
  const packages = lines.filter((line) => !line.startsWith('#'));
  for (const line of packages) expect(line).toMatch(/^[a-z]+==\d+\.\d+\.\d+$/);
  expect(packages).toContain('torch==2.13.0');
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
