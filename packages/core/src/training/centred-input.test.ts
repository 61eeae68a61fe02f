import { describe, expect, it } from 'vitest';
import type { ImageSet } from '../images/index.ts';
import { conv2d, dense, flatten, type LayerSpec, reshape } from '../layers/index.ts';
import { findNetwork, initializeParameters, parameterSlots, resolveNetwork } from '../network/index.ts';
import { setCentredInput } from './centred-input.ts';

/** Two pictures of 2 x 2 pixels in colour; the mean of red is 0.2, of green 0.5, of blue 0.9. */
const training: ImageSet = {
  pixels: Uint8Array.from({ length: 24 }, (_, i) => [51, 127.5, 229.5][i % 3] + (i < 12 ? 20.4 : -20.4)),
  labels: new Uint8Array(2),
  count: 2,
  height: 2,
  width: 2,
  channels: 3,
};

const begin = async (...encoder: LayerSpec[]) => {
  const base = findNetwork('dense-1');
  if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
  const spec = { ...base, inputShape: [2, 2, 3], encoder, decoder: [dense(12, 'sigmoid'), reshape([2, 2, 3])] };
  const network = resolveNetwork(spec);
  const values = initializeParameters(network.parameters, 1);
  const before = values.slice();
  await setCentredInput(values, network.parameters, { network, training });
  const changed = parameterSlots(network.parameters)
    .filter(({ offset, length }) =>
      values.subarray(offset, offset + length).some((value, i) => value !== before[offset + i]),
    )
    .map(({ parameter: { name }, offset, length }) => ({ name, bias: [...values.subarray(offset, offset + length)] }));
  const kernel = (name: string) => {
    const slot = parameterSlots(network.parameters).find(({ parameter }) => parameter.name === name);
    if (!slot) throw new Error(name);
    return values.subarray(slot.offset, slot.offset + slot.length);
  };
  return { changed, kernel };
};

/** Of each value of the mean image. */
const mean = Array.from({ length: 12 }, (_, i) => (training.pixels[i] + training.pixels[12 + i]) / 2 / 255);

describe('a centred input', () => {
  it('gives units of a dense layer the value 0 at the mean image', async () => {
    const { changed, kernel } = await begin(flatten(), dense(5, 'relu'), dense(2, 'linear'));
    expect(changed.map(({ name }) => name)).toEqual(['encoder/dense/bias']);
    const weights = kernel('encoder/dense/kernel');
    changed[0].bias.forEach((bias, unit) => {
      const sum = mean.reduce((total, value, i) => total + weights[i * 5 + unit] * value, 0);
      expect(sum + bias).toBeCloseTo(0, 6);
    });
  });

  it('gives filters of a convolution the value 0 at an image of the mean colour', async () => {
    const { changed, kernel } = await begin(conv2d(4, [2, 2], 'relu'), flatten(), dense(2, 'linear'));
    expect(changed.map(({ name }) => name)).toEqual(['encoder/conv2d/bias']);
    const weights = kernel('encoder/conv2d/kernel');
    const colour = [0, 1, 2].map((c) => mean.filter((_, i) => i % 3 === c).reduce((sum, value) => sum + value, 0) / 4);
    changed[0].bias.forEach((bias, filter) => {
      let sum = 0;
      for (let i = 0; i < 12; i++) sum += weights[i * 4 + filter] * colour[i % 3];
      expect(sum + bias).toBeCloseTo(0, 6);
    });
  });

  it('leaves a first layer without a bias as it is', async () => {
    const { changed } = await begin(flatten(), { ...dense(2, 'linear'), useBias: false });
    expect(changed).toEqual([]);
  });
});
