import { findNetwork, parseNetworkFile } from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import { describe, expect, test } from 'vitest';
import { BENCH_ENGINES, combineRounds, NATIVE_ENGINES, runBench } from './bench.ts';
import { madeUpImages } from './made-up-images.ts';
import { networkForPeers } from './peer-network.ts';

describe('combineRounds', () => {
  const sample = (imagesPerSecond: number, productsShare: number) => ({
    version: '1',
    imagesPerSecond,
    shares: { productsShare, peakShare: productsShare / 2 },
  });

  test('takes the median of each figure and tells the slowest and the fastest round', () => {
    expect(combineRounds([sample(30, 0.8), sample(10, 0.4), sample(20, 0.6)])).toEqual({
      version: '1',
      imagesPerSecond: 20,
      productsShare: 0.6,
      peakShare: 0.3,
      rounds: [30, 10, 20],
      spread: [10, 30],
    });
  });

  test('says why there is no figure', () => {
    expect(combineRounds([{ version: '', imagesPerSecond: null, note: 'none' }])).toEqual({
      version: '',
      imagesPerSecond: null,
      note: 'none',
    });
  });
});

test('a run names machine and versions, and says how far a step is from its products and from the processor', async () => {
  const spec = findNetwork('cnn-1');
  const { machine, versions, rows } = await runBench({
    cases: [{ spec, batchSize: 32 }],
    engines: ['latent-plane-node'],
    seconds: 0.01,
    rounds: 2,
    images: madeUpImages(spec),
    nodeRuntime,
    wasmRuntime: () => Promise.reject(new Error('not asked for')),
    onProgress: () => undefined,
  });
  expect(machine.peakGigaflops).toBeGreaterThan(0);
  expect(versions).toMatchObject({ 'latent-plane': expect.any(String), 'latent-plane-node': nodeRuntime.version });
  const [row] = rows;
  expect(row).toMatchObject({ engine: 'latent-plane-node', ratio: 1, rounds: { length: 2 } });
  expect(row.productsShare).toBeGreaterThan(0);
  // A step computes nothing that its processor could not.
  expect(row.peakShare).toBeGreaterThan(0);
  expect(row.peakShare).toBeLessThan(1);
});

test('native engines are among all engines, ours first', () => {
  expect(BENCH_ENGINES[0]).toBe('latent-plane-node');
  expect(NATIVE_ENGINES[0]).toBe('latent-plane-node');
  expect(new Set(BENCH_ENGINES).size).toBe(BENCH_ENGINES.length);
  for (const engine of NATIVE_ENGINES) expect(BENCH_ENGINES).toContain(engine);
});

describe('networkForPeers', () => {
  const branched = parseNetworkFile(
    `
id: branched
inputShape: [4]
encoder:
  - { type: dense, name: wide, units: 3 }
  - { type: dense, name: narrow, units: 3 }
  - { type: add, inputs: [wide, narrow] }
decoder:
  - { type: dense, name: wide, units: 4, activation: sigmoid }
loss: bce
`,
    'branched.yaml',
  ).spec;

  test('gives every layer a name of its own, its inputs and its shapes', () => {
    const { resolved, objective } = networkForPeers(branched);
    expect(resolved.map(({ name, inputs, outputShape }) => [name, inputs, outputShape])).toEqual([
      ['encoder/wide', ['input'], [3]],
      ['encoder/narrow', ['encoder/wide'], [3]],
      ['encoder/add', ['encoder/wide', 'encoder/narrow'], [3]],
      ['decoder/wide', ['encoder/add'], [4]],
    ]);
    expect(objective).toMatchObject({ reconstruction: { type: 'bce' }, terms: [] });
  });
});
