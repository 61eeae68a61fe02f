import { describe, expect, it } from 'vitest';
import type { Dataset, ImageSet } from '../images/index.ts';
import { resolveNetwork } from '../network/index.ts';
import { RandomStream } from '../random/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { dataClassifier, trainDataClassifier } from './data-classifier.ts';

/** Pictures in colour whose class is the channel that is brighter on average. */
const tinted = (count: number, side: number, name: string): ImageSet => {
  const pixels = new Uint8Array(count * side * side * 3);
  const labels = new Uint8Array(count);
  const noise = new Float32Array(pixels.length);
  new RandomStream(1, `tinted/${name}`, 0).fillUniform(noise, 0, 160);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 3;
    for (let p = 0; p < side * side * 3; p++)
      pixels[i * side * side * 3 + p] = noise[i * side * side * 3 + p] + (p % 3 === labels[i] ? 80 : 0);
  }
  return { pixels, labels, count, height: side, width: side, channels: 3 };
};

const dataset = (side: number): Dataset => ({
  name: 'tinted',
  licence: '',
  source: '',
  classNames: ['red', 'green', 'blue'],
  train: tinted(120, side, 'train'),
  test: tinted(60, side, 'test'),
});

describe('trainDataClassifier', () => {
  it.each([1, 5, 12])('learns the classes of images of %i x the same in colour, to the same weights', async (side) => {
    const epochs: number[] = [];
    const options = { runtime: nodeRuntime, threads: 1 };
    const first = await trainDataClassifier(dataset(side), { ...options, onProgress: (done) => epochs.push(done) });
    expect(first.accuracy).toBeGreaterThan(side === 1 ? 0.6 : 0.95);
    expect(epochs).toHaveLength(first.model.network.spec.recipes.best.epochs);
    const again = await trainDataClassifier(dataset(side), options);
    expect([...again.model.weights]).toEqual([...first.model.weights]);
  });

  it('takes the training images for the accuracy where there are no others', async () => {
    const { train } = dataset(5);
    const { accuracy } = await trainDataClassifier(
      { ...dataset(5), test: { ...train, count: 0, pixels: new Uint8Array(), labels: new Uint8Array() } },
      { runtime: nodeRuntime },
    );
    expect(accuracy).toBeGreaterThan(0.95);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(trainDataClassifier(dataset(5), { runtime: nodeRuntime, signal })).rejects.toThrow(/abort/i);
  });

  it('refuses images without labels, and those of one class', async () => {
    const options = { runtime: nodeRuntime };
    await expect(trainDataClassifier({ ...dataset(5), classNames: [] }, options)).rejects.toThrow(/without labels/);
    await expect(trainDataClassifier({ ...dataset(5), classNames: ['one'] }, options)).rejects.toThrow(/no-classes/);
  });

  it('is a network for images of every size, whose training grows no longer with their number', () => {
    for (const side of [1, 8, 9, 28, 64, 257]) {
      const spec = dataClassifier({ height: side, width: side, channels: 1, count: 100_000 }, 62);
      expect(resolveNetwork(spec).parts[0].outputShape).toEqual([62]);
      expect(spec.recipes.best.epochs).toBe(2);
    }
    expect(dataClassifier({ height: 8, width: 8, channels: 1, count: 20 }, 2).recipes.best).toMatchObject({
      epochs: 40,
      batchSize: 20,
    });
  });
});
