import { describe, expect, it } from 'vitest';
import { mosaic } from '../codes/index.ts';
import { computeBaselines, meanByPart, reconstruct } from '../evaluation/index.ts';
import { type Dataset, type ImageSet, preprocess } from '../images/index.ts';
import { conv2d, conv2dTranspose, dense, flatten, reshape } from '../layers/index.ts';
import { type AutoencoderSpec, findNetwork, parseRecipe, type Recipe, resolveNetwork } from '../network/index.ts';
import { imagesOf } from '../runs/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { trainToEnd } from './index.ts';

/** Squares of a few colours at a few places: 7 rows, 5 columns, an odd size. */
const colours = (count: number): ImageSet => {
  const palette = [
    [230, 40, 30],
    [20, 200, 60],
    [30, 60, 240],
  ];
  const [height, width] = [7, 5];
  const pixels = new Uint8Array(count * height * width * 3);
  for (let i = 0; i < count; i++)
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) {
        const isInside = Math.abs(r - 2 - (i % 4)) < 2 && Math.abs(c - 1 - ((i >> 2) % 3)) < 2;
        if (isInside) pixels.set(palette[i % 3], ((i * height + r) * width + c) * 3);
      }
  return { pixels, labels: Uint8Array.from({ length: count }, (_, i) => i % 3), count, height, width, channels: 3 };
};
const dataset: Dataset = {
  ...{ name: 'squares', licence: 'none', source: 'a test', classNames: ['red', 'green', 'blue'] },
  train: colours(240),
  test: colours(24),
};
const base = findNetwork('dense-1');
const recipe: Recipe = {
  ...base.recipes.documented,
  schedule: { type: 'constant', learningRate: 0.01 },
  outputBias: 'mean-image',
  ...{ name: 'custom', epochs: 2, batchSize: 4, validationSplit: 0.2, patience: undefined, restoreBest: false },
};
const spec = (inputShape: readonly number[], head: AutoencoderSpec['encoder'], tail: AutoencoderSpec['decoder']) => {
  if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
  return { ...base, id: 'colours', inputShape, encoder: head, decoder: tail, published: null };
};
const convolutions = spec(
  [7, 5, 3],
  [conv2d(4, [3, 3], 'tanh'), flatten(), dense(2, 'linear')],
  [dense(5 * 3 * 4, 'tanh'), reshape([5, 3, 4]), conv2dTranspose(3, [3, 3], 'sigmoid')],
);
const trained = async (network: AutoencoderSpec, asked: Recipe, data = dataset) => {
  const resolved = resolveNetwork(network);
  const { state, weights } = await trainToEnd({
    ...{ network: resolved, recipe: asked, ...imagesOf(data, asked) },
    ...{ runtime: nodeRuntime, threads: 1 },
  });
  return { state, model: { network: resolved, weights, runtime: nodeRuntime } };
};

describe('images in colour', () => {
  it('are trained on by convolutions, evaluated and drawn in colour', async () => {
    const { state, model } = await trained(convolutions, recipe);
    const [first, second] = state.history;
    expect(second.loss).toBeLessThan(first.loss);
    expect(second.valLoss).toBeLessThan(first.valLoss ?? 0);
    const { errors, codes } = await reconstruct(model, dataset);
    const mse = meanByPart(errors, dataset);
    const baselines = await computeBaselines(dataset, { runtime: nodeRuntime });
    // The mean over rows, columns and channels, by loops over what the decoder draws.
    const drawn = await mosaic(model, codes.values.subarray(0, 2), { columns: 1 });
    expect([drawn.height, drawn.width, drawn.channels, drawn.pixels.length]).toEqual([7, 5, 3, 105]);
    const difference = drawn.pixels.reduce((sum, byte, p) => sum + ((byte - dataset.train.pixels[p]) / 255) ** 2, 0);
    expect(errors[0]).toBeCloseTo(difference / 105, 2);
    expect(mse.all).toBeLessThan(baselines.all.constantGrey);
  });

  it('are the same numbers to a flat network, and to one whose input says the sides', async () => {
    const head = [dense(2, 'tanh')];
    const flat = await trained(spec([105], head, [dense(105, 'sigmoid')]), recipe);
    const sides = await trained(
      spec([7, 5, 3], [flatten(), ...head], [dense(105, 'sigmoid'), reshape([7, 5, 3])]),
      recipe,
    );
    expect(sides.state.parameters).toEqual(flat.state.parameters);
  });

  it('are refused by a network for grey ones, which names both shapes', async () => {
    await expect(
      trained(spec([7, 5, 1], [flatten(), dense(2, 'linear')], [dense(35, 'linear'), reshape([7, 5, 1])]), recipe),
    ).rejects.toThrow(
      /^shape-mismatch: network "colours", field "inputShape": expected images of \[7, 5, 1\], got 7 x 5 x 3 pixels/,
    );
  });

  it('train a network of the zoo where the recipe makes them grey and of its size, with the bytes of such images', async () => {
    const preprocessing = { type: 'pad', size: [28, 28], channels: 'grey', ground: 10 } as const;
    const asked = parseRecipe({ ...JSON.parse(JSON.stringify(recipe)), preprocessing });
    if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
    const made = { ...dataset, train: preprocess(dataset.train, preprocessing) };
    const [here, there] = [await trained(base, asked), await trained(base, recipe, made)];
    expect(here.state.parameters).toEqual(there.state.parameters);
  });
});
