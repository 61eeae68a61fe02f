import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, sliceSet } from '../images/index.ts';
import { findNetwork, resolveNetwork } from '../network/index.ts';
import { type Codes, codeExtent, encodeSets } from './codes.ts';
import { inferenceBatchSize } from './model.ts';
import { denseByLoops, imageOf, randomModel, smallMnist } from './testing/mnist.ts';

let mnist: Dataset;
beforeAll(() => {
  mnist = smallMnist(730, 40);
});

describe('encodeSets', () => {
  it('gives the codes that plain loops over the layers give, set after set', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const { values, count, size } = await encodeSets(model, [mnist.train, mnist.test]);
    expect([count, size, values.length]).toEqual([770, 2, 1540]);
    // The last batch of the first set is not full: images around it and around the border of the sets.
    for (const i of [0, 499, 500, 729, 730, 769]) {
      const image = i < 730 ? imageOf(mnist.train, i) : imageOf(mnist.test, i - 730);
      const code = denseByLoops(model, 'encoder', image);
      expect(values[2 * i]).toBeCloseTo(code[0], 5); // single precision: sums of 784 products
      expect(values[2 * i + 1]).toBeCloseTo(code[1], 5);
    }
  });

  it('flattens the code of a convolutional network to two numbers', async () => {
    const { values, size } = await encodeSets(randomModel(findNetwork('cnn-1')), [sliceSet(mnist.test, 0, 3)]);
    expect([size, values.length]).toEqual([2, 6]);
  });

  it('tells how far it has come, ending with all images', async () => {
    const told: number[][] = [];
    const onProgress = (done: number, total: number): unknown => told.push([done, total]);
    await encodeSets(randomModel(findNetwork('dense-1')), [mnist.train, mnist.test], { onProgress });
    expect(told).toEqual([
      [500, 770],
      [730, 770],
      [770, 770],
    ]);
  });

  it('refuses weights that give no numbers', async () => {
    const model = randomModel(findNetwork('dense-1'));
    model.weights.get('encoder/dense/bias')?.fill(Number.NaN);
    const failed = encodeSets(model, [mnist.test]);
    await expect(failed).rejects.toMatchObject({ code: 'not-finite', kind: 'work' });
    await expect(failed).rejects.toThrow('40 of 40 codes');
  });

  it('refuses a classifier, which has no code, and images of another size', async () => {
    const classifier = randomModel(findNetwork('classifier'));
    await expect(encodeSets(classifier, [mnist.test])).rejects.toMatchObject({ code: 'no-such-part', kind: 'input' });
    const tall = { ...mnist.test, height: 56, width: 28, count: 20 };
    await expect(encodeSets(randomModel(findNetwork('dense-1')), [tall])).rejects.toMatchObject({
      code: 'shape-mismatch',
      kind: 'input',
    });
  });
});

describe('codeExtent', () => {
  it('is the smallest, the largest and the population standard deviation of each dimension', () => {
    const codes: Codes = { values: Float32Array.of(1, -4, 2, 8, 6, 2), count: 3, size: 2 };
    const { min, max, std } = codeExtent(codes);
    expect(min).toEqual([1, -4]);
    expect(max).toEqual([6, 8]);
    expect(std[0]).toBeCloseTo(Math.sqrt(14 / 3), 12); // mean 3: squares 4, 1, 9
    expect(std[1]).toBeCloseTo(Math.sqrt(24), 12); // mean 2: squares 36, 36, 0
  });

  it('keeps a small deviation far from zero, where a difference of squares would lose it', () => {
    const { std } = codeExtent({ values: Float32Array.of(4096, 4096.5, 4097, 4097.5), count: 2, size: 2 });
    expect(std).toEqual([0.5, 0.5]);
  });

  it('refuses no codes at all', () => {
    expect(() => codeExtent({ values: new Float32Array(0), count: 0, size: 2 })).toThrow('no-codes');
  });
});

describe('inferenceBatchSize', () => {
  const sizeOf = (id: string): number => inferenceBatchSize(resolveNetwork(findNetwork(id)));

  it('is 500 images, fewer where the numbers that a convolution unfolds would pass two million', () => {
    expect(sizeOf('dense-1')).toBe(500);
    expect(sizeOf('convdense-3')).toBe(Math.floor(2e6 / 21_632)); // 26 x 26 places, 32 values out
    expect(sizeOf('n8python')).toBe(Math.floor(2e6 / (24 * 24 * 3 * 3 * 32)));
  });
});
