import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeIdxImages, encodeIdxLabels, type ImageSet } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, temporaryFolder } from '../runs/testing.ts';

let folder = '';
let data = '';

/** Bars of three colours, 24 rows and 20 columns. */
const colours = (count: number): ImageSet => {
  const [height, width] = [24, 20];
  const pixels = new Uint8Array(count * height * width * 3);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < height * width; p++)
      if (Math.abs((p % width) - ((3 * i) % width)) < 4)
        pixels[(i * height * width + p) * 3 + (i % 3)] = 200 + (i % 50);
  return { pixels, labels: Uint8Array.from({ length: count }, (_, i) => i % 3), count, height, width, channels: 3 };
};

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  data = join(folder, 'bars');
  await mkdir(data);
  for (const [stem, set] of [
    ['train', colours(120)],
    ['test', colours(30)],
  ] as const) {
    await writeFile(join(data, `${stem}-images-idx4-ubyte`), encodeIdxImages(set));
    await writeFile(join(data, `${stem}-labels-idx1-ubyte`), encodeIdxLabels(set.labels));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const luma = (pixels: Uint8Array, at: number): number =>
  Math.round(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);

/** Of these bytes and so many of 0 beside them, 0..1. */
const varianceWith = (bytes: Uint8Array, blacks: number): number => {
  const count = bytes.length + blacks;
  const mean = bytes.reduce((sum, byte) => sum + byte / 255, 0) / count;
  return bytes.reduce((sum, byte) => sum + (byte / 255) ** 2, 0) / count - mean ** 2;
};

const trainWords = (out: string, ...more: string[]): string[] => [
  ...['train', 'dense-1', '--dataset', data, '--epochs', '2', '--batch-size', '20', '--threads', '1', '--json'],
  ...['--out', join(folder, out), ...more],
];
const GREY = ['preprocessing=pad', 'preprocessing.size=[28,28]', 'preprocessing.channels=grey'].flatMap((set) => [
  '--set',
  set,
]);

describe('a folder of IDX files in colour', () => {
  it('is told with its channels', async () => {
    const told = await latent(['data', data, '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({
      height: 24,
      width: 20,
      channels: 3,
      images: { train: 120, test: 30 },
    });
    expect((await latent(['data', data])).stdout).toContain('24x20x3 pixels');
  });

  it('is refused by a network for grey images, which names both shapes', async () => {
    const refused = await latent(trainWords('refused'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('expected images of [784], got 24 x 20 x 3 pixels');
  });

  it('trains and judges a network as the recipe preprocesses it, which the run records with the images as they were read', async () => {
    const run = await latent(trainWords('run', ...GREY));
    expect(run.stderr).not.toContain('error:');
    expect(run.code).toBe(0);
    const config = JSON.parse(await readFile(join(folder, 'run', 'config.json'), 'utf8'));
    expect(config.recipe.preprocessing).toEqual({ type: 'pad', size: [28, 28], channels: 'grey', ground: 0 });
    expect(config.dataset).toMatchObject({ height: 24, width: 20, channels: 3 });
    const judged = await latent(['evaluate', join(folder, 'run'), '--json']);
    expect(judged.stderr).not.toContain('was trained on');
    expect(judged.code).toBe(0);
    const { mse, baselines } = JSON.parse(judged.stdout);
    // The baselines are of the images that the network takes: in grey, with black around them.
    const { pixels } = colours(120);
    const taken = Uint8Array.from({ length: pixels.length / 3 }, (_, i) => luma(pixels, 3 * i));
    expect(baselines.constantGrey).toBeCloseTo(varianceWith(taken, 120 * 784 - taken.length), 3);
    expect(mse.test).toBeGreaterThan(0);
    // The figures are of the run's own images, so they are kept with it.
    const metrics = JSON.parse(await readFile(join(folder, 'run', 'metrics.json'), 'utf8'));
    expect(metrics.scores.evaluate.sha256).toEqual(config.dataset.sha256);
    expect(metrics.scores.evaluate.mse.test).toBeCloseTo(mse.test, 6);
    expect(await readFile(join(folder, 'run', 'README.md'), 'utf8')).toContain('pad to 28 x 28 in grey');
  });

  it('gives a new decoder the images that its encoder learned from', async () => {
    const tuned = await latent([
      ...['tune-decoder', join(folder, 'run'), '--decoder', 'dense-1', '--dataset', data, '--recipe', 'documented'],
      ...['--epochs', '1', '--batch-size', '20', '--threads', '1', '--out', join(folder, 'tuned')],
    ]);
    expect(tuned.stderr).not.toContain('error:');
    const { recipe } = JSON.parse(await readFile(join(folder, 'tuned', 'config.json'), 'utf8'));
    expect(recipe.preprocessing).toEqual({ type: 'pad', size: [28, 28], channels: 'grey', ground: 0 });
  });
});
