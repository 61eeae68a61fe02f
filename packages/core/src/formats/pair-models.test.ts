import { describe, expect, it } from 'vitest';
import { decodeCodes, encodeSets } from '../codes/index.ts';
import { randomModel } from '../codes/testing/mnist.ts';
import { LatentError } from '../errors.ts';
import { parseNetworkFile } from '../network/file/index.ts';
import { onlyParts, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';

import { type ModelHalf, onlyPart, pairModels } from './pair-models.ts';

const networkOf = (encoder: string, decoder: string, inputShape = '[4, 4, 1]') =>
  resolveNetwork(
    parseNetworkFile(`inputShape: ${inputShape}\nencoder: ${encoder}\ndecoder: ${decoder}\n`, 'net.yaml').spec,
  );
const whole = networkOf(
  '[{type: flatten}, {type: dense, units: 6, activation: tanh}, {type: reshape, targetShape: [1, 2, 3]}]',
  '[{type: flatten}, {type: dense, units: 16, activation: sigmoid}, {type: reshape, targetShape: [4, 4, 1]}]',
);
const flat = networkOf(
  '[{type: dense, units: 6, activation: tanh}]',
  '[{type: dense, units: 5, activation: relu}, {type: dense, units: 16, activation: sigmoid}]',
  '[16]',
);
const wider = networkOf('[{type: dense, units: 7, activation: tanh}]', '[{type: dense, units: 16}]', '[16]');
const larger = networkOf('[{type: dense, units: 6}]', '[{type: dense, units: 25}]', '[25]');

const half = (network: typeof whole, part: 'encoder' | 'decoder', file: string): ModelHalf => {
  const own = onlyParts(network, [part]);
  const { weights } = randomModel(network.spec);
  return {
    network: own,
    weights: new Map(own.parameters.map(({ name }) => [name, weights.get(name) ?? new Float32Array()])),
    notes: [`the file holds ${part === 'encoder' ? 'an encoder' : 'a decoder'} alone`, `a note of the ${part}`],
    file,
  };
};

const refusal = (first: ModelHalf, second: ModelHalf): LatentError => {
  try {
    pairModels(first, second);
  } catch (error) {
    if (error instanceof LatentError) return error;
    throw error;
  }
  throw new Error('they were paired');
};

describe('an encoder and a decoder of two files', () => {
  it('are one where the encoder gives mean and log-variance in one output, which is told', async () => {
    const encoder = half(flat, 'encoder', 'encoder.onnx');
    const small = networkOf('[{type: dense, units: 3}]', '[{type: dense, units: 16}]', '[16]');
    const decoder = half(small, 'decoder', 'decoder.onnx');
    const { network, weights, notes } = pairModels(encoder, decoder);
    expect(network.parts.map(({ outputShape }) => outputShape)).toEqual([[3], [16]]);
    expect(network.spec).toMatchObject({ loss: { type: 'vae' } });
    expect(notes[0]).toBe(
      'the encoder gives 6 numbers, the decoder takes 3: the first 3 are taken for the mean, the others for the log-variance',
    );
    // The code is the first half of what the encoder gives alone.
    const pixels = Uint8Array.from({ length: 16 }, (_, i) => 16 * i);
    const images = { pixels, labels: Uint8Array.of(0), count: 1, height: 4, width: 4, channels: 1 as const };
    const paired = await encodeSets({ network, weights, runtime: nodeRuntime }, [images]);
    const alone = await encodeSets({ network: encoder.network, weights: encoder.weights, runtime: nodeRuntime }, [
      images,
    ]);
    expect([...paired.values]).toEqual([...alone.values.subarray(0, 3)]);
    // Twice as many by chance, and a code that is a sample already, are no pair.
    expect(refusal(half(wider, 'encoder', 'e.h5'), decoder).code).toBe('pair-mismatch');
  });

  it('are one model in whatever order, named after what their files have in common', () => {
    const [encoder, decoder] = [
      half(whole, 'encoder', 'a/mine-encoder.h5'),
      half(flat, 'decoder', 'b/mine_decoder.keras'),
    ];
    for (const model of [pairModels(encoder, decoder), pairModels(decoder, encoder)]) {
      expect(model.network.parts.map(({ name }) => name)).toEqual(['encoder', 'decoder']);
      expect(model.network.spec.id).toBe('mine');
      expect(model.notes).toEqual(['a note of the encoder', 'a note of the decoder']);
      expect([...model.weights.keys()].sort()).toEqual(model.network.parameters.map(({ name }) => name).sort());
    }
  });

  it('may have one code in two shapes, and images as rows or as a vector', async () => {
    const encoder = half(whole, 'encoder', 'encoder.h5');
    const decoder = half(flat, 'decoder', 'decoder.h5');
    const { network, weights } = pairModels(encoder, decoder);
    expect(network.spec.inputShape).toEqual([4, 4, 1]);
    const code = Float32Array.from([0.1, -0.2, 0.3, -0.4, 0.5, -0.6]);
    const drawn = await decodeCodes({ network, weights, runtime: nodeRuntime }, code);
    // As the decoder draws it alone.
    const alone = await decodeCodes({ network: decoder.network, weights: decoder.weights, runtime: nodeRuntime }, code);
    expect(drawn).toEqual(alone);
  });

  it('of one network are that network', () => {
    const { network } = pairModels(half(whole, 'encoder', 'x.h5'), half(whole, 'decoder', 'y.h5'));
    expect(network.spec).toBe(whole.spec);
  });

  it('are refused where their codes or images differ, with both', () => {
    const codes = refusal(half(wider, 'encoder', 'a.h5'), half(flat, 'decoder', 'b.h5'));
    expect(codes.code).toBe('pair-mismatch');
    expect(codes.message).toBe(
      'pair-mismatch: their codes differ, expected 7, as the encoder "a.h5" has them, got 6 of the decoder "b.h5"; name the two halves of one model',
    );
    const images = refusal(half(flat, 'encoder', 'a.h5'), half(larger, 'decoder', 'b.h5'));
    expect(images.message).toContain('their images differ');
  });

  it('are refused where they are not one of each', () => {
    const error = refusal(half(flat, 'decoder', 'a.h5'), half(flat, 'decoder', 'b.h5'));
    expect(error.code).toBe('not-a-pair');
    expect(error.message).toContain('"a.h5" (decoder) and "b.h5" (decoder)');
    expect(onlyPart(whole)).toBeNull();
    expect(onlyPart(half(flat, 'decoder', 'a.h5').network)).toBe('decoder');
  });
});
