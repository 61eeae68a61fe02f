/** What people do with codes: grids, draws, odd images, directions, clusters, neighbours. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { decodeNpy } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

const network = (id: string, encoder: string, loss: string): string => `
id: ${id}
inputShape: [28, 28, 1]
encoder:
  - flatten
  - { type: dense, name: hidden, units: 32, activation: relu }
${encoder}
decoder:
  - { type: dense, units: 32, activation: relu }
  - { type: dense, units: 784, activation: sigmoid }
  - { type: reshape, targetShape: [28, 28, 1] }
loss: ${loss}
recipe:
  epochs: 12
  batchSize: 50
  schedule: { type: constant, learningRate: 0.005 }
`;

const PLAIN = network('plain', '  - { type: dense, units: 6 }', 'mse');
const GAUSSIAN = network(
  'gaussian',
  `  - { type: dense, name: z_mean, units: 4, inputs: [hidden] }
  - { type: dense, name: z_log_var, units: 4, inputs: [hidden] }
  - { type: sampling, inputs: [z_mean, z_log_var] }`,
  '{ reconstruction: { type: mse, reduction: sum }, terms: [{ type: kl, weight: 1 }] }',
);

const done = async (...words: string[]) => {
  const finished = await latent(words);
  expect(finished.code, finished.stderr).toBe(0);
  return finished;
};

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  await writeIdxFolder(at('digits'), await smallMnist(600, 200));
  await writeFile(at('plain.yaml'), PLAIN);
  await writeFile(at('gaussian.yaml'), GAUSSIAN);
  for (const [name, data] of [
    ['plain', 'digits#without=7'],
    ['gaussian', 'digits'],
  ])
    await done('train', at(`${name}.yaml`), '--dataset', at(data), '--out', at(name), '--threads', '1');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('latent sample', () => {
  it('draws from the prior of a Gaussian code, the same bytes from the same seed', async () => {
    const { stderr } = await done('sample', at('gaussian'), '--count', '10', '--out', at('a.png'));
    expect(stderr).toContain('10 images, seed 1, drawn from the unit Gaussian, the prior of its code');
    await done('sample', at('gaussian'), '--count', '10', '--out', at('b.png'));
    await done('sample', at('gaussian'), '--count', '10', '--seed', '2', '--out', at('c.png'));
    const [a, b, c] = await Promise.all(['a.png', 'b.png', 'c.png'].map((name) => readFile(at(name))));
    expect(b.equals(a)).toBe(true);
    expect(c.equals(a)).toBe(false);
    // Four columns of 28 pixels and gaps of 2, seven times enlarged.
    expect(decodePng(a)).toMatchObject({ width: 7 * 118, height: 7 * 88, channels: 1 });
  });

  it('draws from a fit of the codes where the code is none, and says so', async () => {
    const { stderr } = await done('sample', at('plain'), '--count', '5', '--out', at('plain.npy'));
    expect(stderr).toMatch(/drawn from the Gaussian of the codes of the \d+ training images of digits/);
    const { dims, data } = decodeNpy(await readFile(at('plain.npy')));
    expect([dims, data instanceof Uint8Array]).toEqual([[5, 28, 28], true]);
    // A file of images like any other.
    expect((await done('data', at('plain.npy'))).stdout).toContain('28x28 pixels');
  });

  it('draws from a mixture, at a temperature, and reports as JSON', async () => {
    const words = ['sample', at('plain'), '--from', 'mixture', '--components', '3', '--temperature', '0.5'];
    const { stdout } = await done(
      ...words,
      '--count',
      '3',
      '--columns',
      '3',
      '--scale',
      '2',
      '--out',
      at('m.png'),
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ count: 3, seed: 1, temperature: 0.5, components: 3, dataset: 'digits' });
    expect(decodePng(await readFile(at('m.png')))).toMatchObject({ width: 2 * 88, height: 56 });
  });

  it('of an autoencoder from the prior says that nothing brought its codes there', async () => {
    const { stderr } = await done('sample', at('plain'), '--from', 'prior', '--count', '1', '--out', at('p.png'));
    expect(stderr).toContain('which nothing in its training brought its codes to');
  });
});

describe('latent reconstruct without images', () => {
  it('writes images above their reconstructions, and says which', async () => {
    const words = ['reconstruct', at('plain'), '--count', '5', '--columns', '3', '--scale', '1'];
    const { stdout, stderr } = await done(...words, '--out', at('grid.png'), '--json');
    const told = JSON.parse(stdout);
    expect(told.images).toHaveLength(5);
    expect(stderr).toContain('test images of digits (seed 1), each above its reconstruction, mean squared error 0.');
    const { width, height, data } = decodePng(await readFile(at('grid.png')));
    // Two pairs of rows: 28 + 2 + 28, 8 between them.
    expect([width, height]).toEqual([88, 124]);
    await done('reconstruct', at('plain'), '--count', '5', '--out', at('grid.npy'));
    const array = decodeNpy(await readFile(at('grid.npy')));
    expect(array.dims).toEqual([2, 5, 28, 28]);
    const tile = (left: number, top: number): number[] =>
      Array.from({ length: 784 }, (_, i) => Number(data[(top + Math.floor(i / 28)) * width + left + (i % 28)]));
    const image = (i: number): number[] => Array.from(array.data.subarray(i * 784, (i + 1) * 784), Number);
    expect(tile(30, 0)).toEqual(image(1));
    expect(tile(30, 30)).toEqual(image(5 + 1));
    expect(tile(30, 66)).toEqual(image(4));
    expect(tile(30, 96)).toEqual(image(5 + 4));
    const mse = image(1).reduce((sum, value, i) => sum + ((value - image(6)[i]) / 255) ** 2 / 784, 0);
    expect(told.images[1].mse).toBeCloseTo(mse, 3); // of bytes
  });

  it('takes another part and other data, and either images or a grid', async () => {
    const words = ['reconstruct', at('plain'), '--dataset', at('digits'), '--split', 'train', '--count', '2'];
    const { stderr } = await done(...words, '--out', at('train.png'));
    expect(stderr).toContain('2 of 600 training images of digits');
    const mixed = await latent(['reconstruct', at('plain'), at('digits'), '--count', '2', '--out', at('none')]);
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('--count: expected no images')]);
    for (const [images, out] of [
      [[], 'none'],
      [[at('digits')], 'none.png'],
    ] as const)
      expect((await latent(['reconstruct', at('plain'), ...images, '--out', at(out)])).stderr).toContain('file-type');
  });
});
