import { describe, expect, it } from 'vitest';
import type { Activation } from '../activations/index.ts';
import type { ImageSet } from '../images/index.ts';
import {
  conv2dTranspose,
  dense,
  dropout,
  flatten,
  type LayerSpec,
  layerNormalization,
  reshape,
  residualDense,
} from '../layers/index.ts';
import { findNetwork, initializeParameters, parameterSlots, resolveNetwork } from '../network/index.ts';
import { setMeanImage } from './mean-image.ts';

/** Two images of 2 x 2 pixels: the mean is 0.2, 0.4, 0.6, 0.8. */
const training = {
  pixels: Uint8Array.of(0, 51, 102, 153, 102, 153, 204, 255),
  labels: Uint8Array.of(0, 1),
  count: 2,
  height: 2,
  width: 2,
  channels: 1,
} as ImageSet;

/** The biases of a decoder that are not 0 after the mean image was set. */
const biasesFor = async (
  images: ImageSet,
  inputShape: readonly number[],
  decoder: readonly LayerSpec[],
): Promise<Readonly<Record<string, readonly number[]>>> => {
  const base = findNetwork('dense-1');
  if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
  const network = resolveNetwork({ ...base, inputShape, encoder: [flatten(), dense(2, 'tanh')], decoder });
  const values = initializeParameters(network.parameters, 1);
  await setMeanImage(values, network.parameters, { network, training: images });
  const set = parameterSlots(network.parameters)
    .map(({ parameter: { name }, offset, length }) => [name, [...values.subarray(offset, offset + length)]] as const)
    .filter(([name, bias]) => /bias$/.test(name) && bias.some((value) => value !== 0));
  return Object.fromEntries(set);
};

const biasesOf = (...decoder: LayerSpec[]) => biasesFor(training, [2, 2, 1], decoder);

const logit = (p: number): number => Math.log(p / (1 - p));
const MEAN = [0.2, 0.4, 0.6, 0.8];

describe('the mean image', () => {
  it.each<[Activation, number[]]>([
    ['sigmoid', MEAN.map(logit)],
    ['linear', MEAN],
    ['relu', MEAN],
    ['tanh', MEAN.map(Math.atanh)],
  ])('is what a last layer with %s begins with', async (activation, expected) => {
    const { 'decoder/dense/bias': bias, ...others } = await biasesOf(
      dense(4, activation),
      dropout(0.1),
      reshape([2, 2, 1]),
    );
    expect(others).toEqual({});
    bias.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6);
    });
  });

  it('is one value for all pixels where the last layer has one bias', async () => {
    const set = await biasesOf(dense(1, 'relu'), reshape([1, 1, 1]), conv2dTranspose(1, [2, 2], 'linear'));
    expect(Object.keys(set)).toEqual(['decoder/conv2d_transpose/bias']);
    expect(set['decoder/conv2d_transpose/bias'][0]).toBeCloseTo(0.5, 6);
  });

  it('is one value for each channel of a last layer that draws colours', async () => {
    const colours: ImageSet = {
      ...training,
      pixels: Uint8Array.of(51, 102, 204, 153, 204, 0),
      count: 1,
      height: 1,
      channels: 3,
    };
    const set = await biasesFor(
      colours,
      [1, 2, 3],
      [dense(1, 'relu'), reshape([1, 1, 1]), conv2dTranspose(3, [1, 2], 'linear')],
    );
    const bias = set['decoder/conv2d_transpose/bias'];
    for (const [c, value] of [0.4, 0.6, 0.4].entries()) expect(bias[c]).toBeCloseTo(value, 6);
  });

  it.each<[string, LayerSpec]>([
    ['a residual block, whose activation is within', residualDense(3, 'sigmoid')],
    ['a normalisation, which takes a shift of its input out again', layerNormalization()],
    ['an activation that has no simple inverse', dense(4, 'silu')],
  ])('is left alone by %s', async (_what, last) => {
    expect(await biasesOf(dense(4, 'sigmoid'), last, reshape([2, 2, 1]))).toEqual({});
  });
});
