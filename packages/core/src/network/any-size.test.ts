import { describe, expect, test } from 'vitest';
import type { LayerSpec } from '../layers/index.ts';
import type { Shape } from '../tensor/index.ts';
import { lengthFrom, networkAtSize, takenLengths } from './any-size.ts';
import { resolveNetwork } from './network.ts';
import { newRecipes } from './recipes.ts';

const network = (encoder: readonly LayerSpec[], decoder: readonly LayerSpec[], inputShape: Shape = [12, 20, 1]) =>
  resolveNetwork({
    kind: 'autoencoder',
    id: 'any',
    title: 'Any',
    file: '',
    inputShape,
    encoder,
    decoder,
    loss: { type: 'mse' },
    published: null,
    recipes: newRecipes(''),
    record: '',
  });

const conv = (filters: number, more: object = {}): LayerSpec => ({
  type: 'conv2d',
  filters,
  kernelSize: [3, 3],
  activation: 'relu',
  padding: 'same',
  ...more,
});
const up = (filters: number, strides: readonly [number, number]): LayerSpec => ({
  type: 'conv2d-transpose',
  filters,
  kernelSize: [3, 3],
  activation: 'linear',
  padding: 'same',
  strides,
});

describe('a network of convolutions', () => {
  const strided = network(
    [conv(4, { strides: [2, 4] }), { type: 'batch-normalization', momentum: 0.99, epsilon: 0.001 }],
    [up(1, [2, 4])],
  );

  test('takes lengths that its strides divide, along each axis its own', () => {
    expect(takenLengths(strided)).toEqual([
      { first: 2, step: 2 },
      { first: 4, step: 4 },
    ]);
  });

  test('exists at another size with the same weights, and not where its size does not come back', () => {
    const other = networkAtSize(strided, [300, 404]);
    expect(other?.spec.inputShape).toEqual([300, 404, 1]);
    expect(other?.parts[1].outputShape).toEqual([300, 404, 1]);
    expect(other?.parameters).toEqual(strided.parameters);
    expect(networkAtSize(strided, [301, 404])).toBeNull();
    expect(networkAtSize(strided, [300, 402])).toBeNull();
  });

  test('may have a code of more numbers than a network that is trained', () => {
    expect(networkAtSize(strided, [400, 400])?.parts[0].outputShape).toEqual([200, 100, 4]);
  });

  test('takes nothing smaller than its kernels', () => {
    const valid = network(
      [conv(2, { kernelSize: [5, 5], padding: 'valid' })],
      [{ type: 'conv2d-transpose', filters: 1, kernelSize: [5, 5], activation: 'linear' }],
    );
    expect(takenLengths(valid)).toEqual([
      { first: 5, step: 1 },
      { first: 5, step: 1 },
    ]);
  });

  test('takes lengths that lie a whole number of steps from its own where nothing is padded', () => {
    // (h - 3) / 2 + 1 rows and back: odd lengths alone.
    const odd = network(
      [conv(2, { padding: 'valid', strides: [2, 2] })],
      [{ type: 'conv2d-transpose', filters: 1, kernelSize: [3, 3], strides: [2, 2], activation: 'linear' }],
      [13, 21, 1],
    );
    expect(takenLengths(odd)).toEqual([
      { first: 3, step: 2 },
      { first: 3, step: 2 },
    ]);
  });
});

describe('a network that takes no size but its own', () => {
  test.each<[string, readonly LayerSpec[], readonly LayerSpec[]]>([
    [
      'of dense layers',
      [{ type: 'flatten' }, { type: 'dense', units: 3, activation: 'relu' }],
      [
        { type: 'dense', units: 240, activation: 'linear' },
        { type: 'reshape', targetShape: [12, 20, 1] },
      ],
    ],
    [
      'of a target shape alone',
      [conv(1), { type: 'reshape', targetShape: [240] }],
      [{ type: 'reshape', targetShape: [12, 20, 1] }, conv(1)],
    ],
    [
      'whose code is a mean over the image',
      [conv(4), { type: 'global-average-pooling2d' }],
      [{ type: 'reshape', targetShape: [1, 1, 4] }, up(1, [12, 20])],
    ],
  ])('%s', (_, encoder, decoder) => {
    const own = network(encoder, decoder);
    expect(takenLengths(own)).toBeNull();
    expect(networkAtSize(own, [24, 40])).toBeNull();
    expect(networkAtSize(own, [12, 20])).toBe(own);
  });

  test('of flattened images', () => {
    const flat = network(
      [{ type: 'dense', units: 3, activation: 'relu' }],
      [{ type: 'dense', units: 240, activation: 'relu' }],
      [240],
    );
    expect(takenLengths(flat)).toBeNull();
  });
});

test('the smallest length that is not below another', () => {
  expect([1, 4, 5, 8, 9].map((least) => lengthFrom({ first: 4, step: 4 }, least))).toEqual([4, 4, 8, 8, 12]);
});
