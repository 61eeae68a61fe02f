import { describe, expect, it } from 'vitest';
import { asStored, type Dataset, type ImageSet } from '../images/index.ts';
import { findNetwork, parseRecipe, type Recipe, resolveNetwork } from '../network/index.ts';
import { RandomStream } from '../random/index.ts';
import { imagesOf } from '../runs/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { train, trainToEnd } from './index.ts';

const made = (count: number, seed: number): ImageSet => {
  const values = new Float32Array(count * 784);
  new RandomStream(seed, 'made').fillNormal(values, 60);
  return {
    pixels: Uint8Array.from(values, (value) => Math.min(255, Math.abs(value))),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    ...{ count, height: 28, width: 28, channels: 1 },
  };
};

const inMemory: Dataset = {
  ...{ name: 'made', licence: 'none', source: 'a test', classNames: [] },
  ...{ train: made(130, 1), test: made(20, 2) },
};
const sums = { trainImages: '', trainLabels: '', testImages: '', testLabels: '' };
const stored: Dataset = {
  ...inMemory,
  train: made(3, 3), // what is looked at elsewhere counts for no training
  stored: { train: asStored(inMemory.train), test: asStored(inMemory.test), sums },
};
const network = resolveNetwork(findNetwork('dense-1'));
const recipe: Recipe = {
  ...parseRecipe({ ...findNetwork('dense-1').recipes.documented, name: 'custom', epochs: 2, batchSize: 32 }),
  validationSplit: 0.1,
  trainOn: 'train',
};
const jobOf = (data: Dataset, asked: Recipe) => ({
  ...{ network, recipe: asked, ...imagesOf(data, asked), runtime: nodeRuntime, threads: 1 },
});

describe('a training on stored images', () => {
  it.each([
    ['in a seeded order', {}],
    ['with a shuffled validation split', { validationFrom: 'shuffled' as const }],
    ['on all images', { trainOn: 'all' as const }],
    ['from the mean image', { outputBias: 'mean-image' as const, inputBias: 'centred' as const }],
    ['of images brought to black and white', { preprocessing: { type: 'pad' as const, threshold: 90 } }],
  ])('computes the same bytes as in memory %s', async (_, more) => {
    const asked = { ...recipe, ...more };
    const [one, other] = [await trainToEnd(jobOf(inMemory, asked)), await trainToEnd(jobOf(stored, asked))];
    expect(other.state.parameters).toEqual(one.state.parameters);
    expect(other.state.history).toEqual(one.state.history);
    expect(other.state.history).toHaveLength(2);
  });

  it('goes on from the middle of an epoch to the same bytes', async () => {
    const whole = await trainToEnd(jobOf(stored, recipe));
    const first = train(jobOf(stored, recipe));
    for (let pulls = 0; pulls < 3; pulls++) await first.next();
    await first.return();
    const { state } = first.result();
    expect(state.batch).toBe(2);
    const rest = await trainToEnd(jobOf(stored, recipe), state);
    expect(rest.state.parameters).toEqual(whole.state.parameters);
  });

  it('fails where an image cannot be read, and holds nothing up', async () => {
    const broken: Dataset = {
      ...stored,
      stored: {
        train: {
          ...asStored(inMemory.train),
          read: (numbers, into) =>
            numbers.includes(7)
              ? Promise.reject(new Error('unreadable'))
              : asStored(inMemory.train).read(numbers, into),
        },
        test: asStored(inMemory.test),
        sums,
      },
    };
    await expect(trainToEnd(jobOf(broken, recipe))).rejects.toThrow('unreadable');
  });

  it('refuses a loss that compares all images, before it begins', async () => {
    const loss = { ...findNetwork('map-1'), id: 'pairs' };
    const asked = { ...recipe, batchSize: 32 };
    const job = { ...jobOf(stored, asked), network: resolveNetwork(loss) };
    await expect(trainToEnd(job)).rejects.toMatchObject({ code: 'images-stored' });
  });
});
