import { describe, expect, it } from 'vitest';
import { networkWithInputRange } from './input-range.ts';
import { onlyParts, resolveNetwork } from './network.ts';
import type { AutoencoderSpec } from './types.ts';
import { networks } from './zoo/index.ts';

const [zoo] = networks;
const skipping: AutoencoderSpec = {
  ...resolveNetwork(zoo).spec,
  kind: 'autoencoder',
  published: null,
  id: 'skipping',
  inputShape: [4],
  encoder: [
    { type: 'dense', units: 4, activation: 'relu', name: 'first', inputs: ['input'] },
    { type: 'add', inputs: ['first', 'input'] },
    { type: 'dense', units: 2, activation: 'linear' },
  ],
  decoder: [{ type: 'dense', units: 4, activation: 'linear' }],
};

describe('a network that takes black and white as other numbers', () => {
  it('keeps its weights, between layers that scale', () => {
    const network = resolveNetwork(zoo);
    const { spec, parameters } = networkWithInputRange(network, { black: -1, white: 1 });
    expect(parameters).toEqual(network.parameters);
    expect(spec.id).toBe(`${zoo.id}-rescaled`);
    if (spec.kind !== 'autoencoder') throw new Error('an autoencoder was expected');
    expect(spec.encoder[0]).toEqual({ type: 'rescaling', scale: 2, offset: -1, name: 'input_range' });
    expect(spec.decoder.at(-1)).toEqual({ type: 'rescaling', scale: 0.5, offset: 0.5, name: 'output_range' });
  });

  it('may have a loss that wants a decoder of sigmoid', () => {
    const bernoulli: AutoencoderSpec = {
      ...skipping,
      decoder: [{ type: 'dense', units: 4, activation: 'sigmoid' }],
      loss: { type: 'combined', reconstruction: { type: 'bce', reduction: 'sum' }, terms: [] },
    };
    const { spec } = networkWithInputRange(resolveNetwork(bernoulli), { black: 1, white: 0 });
    expect(spec.loss).toMatchObject({ type: 'mse' });
  });

  it('hands them on to every layer that takes the image', () => {
    const { spec, parameters } = networkWithInputRange(resolveNetwork(skipping), { black: 255, white: 0 });
    if (spec.kind !== 'autoencoder') throw new Error('an autoencoder was expected');
    expect(spec.encoder.map(({ inputs }) => inputs)).toEqual([
      undefined,
      ['input_range'],
      ['first', 'input_range'],
      undefined,
    ]);
    expect([spec.id, parameters.map(({ name }) => name)]).toEqual([
      'skipping',
      ['encoder/first/kernel', 'encoder/first/bias', 'encoder/dense/kernel', 'encoder/dense/bias'].concat(
        ['kernel', 'bias'].map((role) => `decoder/dense/${role}`),
      ),
    ]);
  });

  it('has the parts that it had, and is itself where they are 0 and 1', () => {
    const decoder = onlyParts(resolveNetwork(zoo), ['decoder']);
    expect(networkWithInputRange(decoder, { black: 0, white: 255 }).parts.map(({ name }) => name)).toEqual(['decoder']);
    expect(networkWithInputRange(decoder, { black: 0, white: 1 })).toBe(decoder);
  });
});
