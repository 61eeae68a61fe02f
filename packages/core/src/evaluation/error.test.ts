import { beforeAll, describe, expect, it } from 'vitest';
import { encodeSets } from '../codes/index.ts';
import { denseByLoops, imageOf, randomModel, smallMnist } from '../codes/testing/mnist.ts';
import type { Dataset } from '../images/index.ts';
import { findNetwork } from '../network/index.ts';
import { meanByClass, meanByPart, reconstruct } from './error.ts';

let mnist: Dataset;
beforeAll(() => {
  mnist = smallMnist(520, 30);
});

/** Mean squared error of one image, by loops. */
const errorOf = (reconstruction: readonly number[], image: readonly number[]): number =>
  reconstruction.reduce((sum, y, p) => sum + (y - image[p]) ** 2, 0) / image.length;

describe('reconstruct', () => {
  it("gives each image's mean squared error per pixel, as loops over layers and pixels do", async () => {
    const model = randomModel(findNetwork('dense-1'));
    const { errors } = await reconstruct(model, mnist);
    expect(errors.length).toBe(550);
    for (const i of [0, 499, 500, 519, 520, 549]) {
      const image = i < 520 ? imageOf(mnist.train, i) : imageOf(mnist.test, i - 520);
      const code = denseByLoops(model, 'encoder', image);
      expect(errors[i]).toBeCloseTo(errorOf(denseByLoops(model, 'decoder', code), image), 6);
    }
  });

  it('meets the same codes as the encoder alone', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const { codes } = await reconstruct(model, mnist);
    const alone = await encodeSets(model, [mnist.train, mnist.test]);
    expect([codes.count, codes.size]).toEqual([alone.count, alone.size]);
    expect(codes.values).toEqual(alone.values);
  });

  it('refuses weights that give no numbers', async () => {
    const model = randomModel(findNetwork('dense-1'));
    model.weights.get('decoder/dense/bias')?.fill(Number.NaN);
    await expect(reconstruct(model, mnist)).rejects.toMatchObject({ code: 'not-finite', kind: 'work' });
  });

  it('refuses images of another size with exit 2', async () => {
    const halves = (set: Dataset['train']) => ({ ...set, width: 14, count: 2 * set.count });
    const half = { ...mnist, train: halves(mnist.train), test: halves(mnist.test) };
    const failed = reconstruct(randomModel(findNetwork('dense-1')), half);
    await expect(failed).rejects.toMatchObject({ code: 'shape-mismatch', kind: 'input' });
  });
});

describe('meanByPart and meanByClass', () => {
  const tiny = (train: readonly number[], test: readonly number[]): Dataset => {
    const set = (labels: readonly number[]) => ({
      pixels: new Uint8Array(labels.length),
      labels: Uint8Array.from(labels),
      count: labels.length,
      height: 1,
      width: 1,
      channels: 1 as const,
    });
    return { name: 'tiny', licence: '', source: '', classNames: ['a', 'b', 'c'], train: set(train), test: set(test) };
  };

  it('weigh every image the same', () => {
    const dataset = tiny([0, 1, 0], [1]);
    const values = Float64Array.of(1, 2, 6, 11);
    expect(meanByPart(values, dataset)).toEqual({ train: 3, test: 11, all: 5 });
    expect(meanByClass(values, dataset)).toEqual([3.5, 6.5, Number.NaN]);
  });

  it('of the classes of real images, weighed by their numbers, add up to the whole', async () => {
    const { errors } = await reconstruct(randomModel(findNetwork('dense-1')), mnist);
    const classes = meanByClass(errors, mnist);
    const counts = new Array<number>(10).fill(0);
    for (const label of [...mnist.train.labels, ...mnist.test.labels]) counts[label] += 1;
    const total = classes.reduce((sum, mean, label) => sum + mean * counts[label], 0) / 550;
    expect(total).toBeCloseTo(meanByPart(errors, mnist).all, 12);
  });
});
