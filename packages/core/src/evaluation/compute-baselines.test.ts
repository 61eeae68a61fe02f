import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { realMnist } from '../codes/testing/mnist.ts';
import type { Dataset, ImageSet } from '../images/index.ts';
import { RandomStream } from '../random/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { baselinesSchema, flatBaselines, namedBaselines } from './baselines.ts';
import { computeBaselines, principalComponents } from './compute-baselines.ts';

const runtime = nodeRuntime;

/** Random images, brighter to the right and with a border that is always black. */
const randomSet = (count: number, seed: number): ImageSet => {
  const uniform = new Float32Array(count * 12);
  new RandomStream(seed, 'test-images').fillUniform(uniform);
  const pixels = Uint8Array.from(uniform, (u, i) => (i % 4 === 0 ? 0 : 40 * (i % 4) + 100 * u));
  return { pixels, labels: new Uint8Array(count), count, height: 3, width: 4, channels: 1 };
};

const datasetOf = (train: ImageSet, test: ImageSet): Dataset => ({
  name: 'random',
  licence: '',
  source: '',
  classNames: ['0'],
  train,
  test,
});

const row = ({ pixels }: ImageSet, i: number): number[] =>
  Array.from(pixels.subarray(12 * i, 12 * i + 12), (b) => b / 255);

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Mean squared error per pixel of a guess at each image of a set. */
const errorOf = (set: ImageSet, guess: (image: readonly number[]) => readonly number[]): number =>
  mean(
    Array.from({ length: set.count }, (_, i) => {
      const image = row(set, i);
      const drawn = guess(image);
      return mean(image.map((x, p) => (x - drawn[p]) ** 2));
    }),
  );

describe('computeBaselines', () => {
  const train = randomSet(1234, 1); // more than one chunk, the last one not full
  const test = randomSet(77, 2);

  it('scores what is fitted on the training images, by loops over the definition', async () => {
    const baselines = await computeBaselines(datasetOf(train, test), { runtime });
    const images = Array.from({ length: train.count }, (_, i) => row(train, i));
    const grey = mean(images.flat());
    const average = Array.from({ length: 12 }, (_, p) => mean(images.map((image) => image[p])));
    const { components } = await principalComponents(train, 2, { runtime });
    const projected = (image: readonly number[]): number[] =>
      components.reduce<number[]>(
        (drawn, component) => {
          const share = image.reduce((sum, x, p) => sum + (x - average[p]) * component[p], 0);
          return drawn.map((y, p) => y + share * component[p]);
        },
        [...average],
      );
    for (const [part, set] of [
      ['train', train],
      ['test', test],
    ] as const) {
      expect(baselines[part].constantGrey).toBeCloseTo(
        errorOf(set, (image) => image.map(() => grey)),
        10,
      );
      expect(baselines[part].meanImage).toBeCloseTo(
        errorOf(set, () => average),
        10,
      );
      expect(baselines[part].pca.mse).toBeCloseTo(errorOf(set, projected), 10);
    }
    expect(baselines.all.pca.mse).toBeCloseTo(
      (1234 * baselines.train.pca.mse + 77 * baselines.test.pca.mse) / 1311,
      12,
    );
  });

  it('of images that never change is the error of the mean image, with no direction to find', async () => {
    const grey: ImageSet = { ...train, pixels: new Uint8Array(train.pixels.length).fill(100) };
    const baselines = await computeBaselines(datasetOf(grey, grey), { runtime });
    for (const { mse } of namedBaselines(baselines.all)) expect(mse).toBeCloseTo(0, 12);
  });

  it('refuses a data set without training images', async () => {
    const none = { ...train, count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
    await expect(computeBaselines(datasetOf(none, test), { runtime })).rejects.toMatchObject({ code: 'empty-data' });
  });

  it('of MNIST is the one on record: grey 0.0949, mean image 0.0675, two components 0.055667 on the test images', async () => {
    const { train: fitted, test: heldOut, all } = await computeBaselines(realMnist(), { runtime });
    expect(Math.abs(heldOut.pca.mse - 0.055667)).toBeLessThan(1e-5);
    expect(fitted.constantGrey).toBeCloseTo(0.0949, 4);
    expect(heldOut.meanImage).toBeCloseTo(0.0675, 4);
    const errors = [all, fitted, heldOut].map((part) => Object.values(flatBaselines(part)));
    errors[0].forEach((error, i) => {
      expect(error).toBeCloseTo((6 * errors[1][i] + errors[2][i]) / 7, 10);
    });
  });
});

describe('baselinesSchema', () => {
  const baselines = { constantGrey: 0.3, meanImage: 0.2, pca: { components: 2, mse: 0.1 } };

  it('reads baselines by their names and by their older ones', () => {
    expect(v.parse(baselinesSchema, baselines)).toEqual(baselines);
    expect(v.parse(baselinesSchema, flatBaselines(baselines))).toEqual(baselines);
    expect(v.safeParse(baselinesSchema, { constantGrey: 0.3, meanImage: 0.2 }).success).toBe(false);
  });

  it('names as many principal components as there are', () => {
    expect(namedBaselines({ ...baselines, pca: { components: 1, mse: 0.1 } })[0].name).toBe('one principal component');
    expect(namedBaselines({ ...baselines, pca: { components: 32, mse: 0.1 } })[0].name).toBe('32 principal components');
  });
});

describe('principalComponents', () => {
  it('are unit vectors at right angles that no turn of the pair improves on', async () => {
    const set = randomSet(500, 3);
    const { components, mean: average } = await principalComponents(set, 2, { runtime });
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
    expect(dot(components[0], components[0])).toBeCloseTo(1, 10);
    expect(dot(components[1], components[1])).toBeCloseTo(1, 10);
    expect(dot(components[0], components[1])).toBeCloseTo(0, 10);
    const variance = (direction: Float64Array): number =>
      mean(
        Array.from(
          { length: set.count },
          (_, i) =>
            dot(
              direction,
              Float64Array.from(row(set, i), (x, p) => x - average[p]),
            ) ** 2,
        ),
      );
    const [first, second] = components.map(variance);
    expect(first).toBeGreaterThanOrEqual(second);
    const noise = new Float32Array(12);
    for (let trial = 0; trial < 20; trial++) {
      new RandomStream(trial, 'direction').fillNormal(noise);
      const length = Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0));
      expect(variance(Float64Array.from(noise, (v) => v / length))).toBeLessThanOrEqual(first + 1e-9);
    }
  });

  it('leave pixels that never change alone', async () => {
    const { components } = await principalComponents(randomSet(200, 4), 2, { runtime });
    for (const component of components) expect([component[0], component[4], component[8]]).toEqual([0, 0, 0]);
  });
});
