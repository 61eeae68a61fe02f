import { describe, expect, test } from 'vitest';
import { dense, dropout, flatten, gaussianSampling, reshape } from '../layers/index.ts';
import { partOf, resolveNetwork } from './network.ts';
import type { AutoencoderSpec, NetworkSpec } from './types.ts';
import { classifier } from './zoo/classifier.ts';
import { convdense2Tuned } from './zoo/convdense-2-tuned.ts';
import { dense1 } from './zoo/dense-1.ts';
import { vae1 } from './zoo/vae-1.ts';

const changed = (change: Partial<AutoencoderSpec>): AutoencoderSpec => ({ ...dense1, id: 'net', ...change });
const sampling = gaussianSampling({
  units: 2,
  meanActivation: 'linear',
  parameterisation: 'log-variance',
  epsilonStd: 1,
});
const message = (spec: NetworkSpec): string => {
  try {
    resolveNetwork(spec);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
};

describe('resolveNetwork', () => {
  test('the decoder starts at the shape of the code', () => {
    const { parts } = resolveNetwork(dense1);
    expect(parts.map(({ name, inputShape, outputShape }) => [name, inputShape, outputShape])).toEqual([
      ['encoder', [784], [2]],
      ['decoder', [2], [784]],
    ]);
  });

  test('parameters stand in the order of parts and layers, counted in all', () => {
    const resolved = resolveNetwork(dense1);
    expect(resolved.parameters.map(({ name }) => name).slice(6, 10)).toEqual([
      'encoder/dense_3/kernel',
      'encoder/dense_3/bias',
      'decoder/dense/kernel',
      'decoder/dense/bias',
    ]);
    expect(resolved.parameters).toHaveLength(16);
    expect(resolved.parameterCount).toBe(210_562);
  });

  test('a part whose weights come from another network is frozen', () => {
    expect(resolveNetwork(convdense2Tuned).parts.map(({ frozen }) => frozen)).toEqual([true, false]);
    expect(resolveNetwork(dense1).parts.map(({ frozen }) => frozen)).toEqual([false, false]);
  });

  test('a code of 4,096 numbers is allowed, of 4,097 is not', () => {
    const codeOf = (units: number) => changed({ encoder: [dense(units, 'tanh')] });
    expect(partOf(resolveNetwork(codeOf(4096)), 'encoder').outputShape).toEqual([4096]);
    expect(message(codeOf(4097))).toBe(
      'invalid-network: network "net", part "encoder": expected a code of 1 to 4096 numbers, got 4097; ' +
        'end it with a narrower layer',
    );
  });

  test('a decoder that ends flat where the images are not is refused with the layer to add', () => {
    const spec = changed({ inputShape: [28, 28, 1], encoder: [flatten(), dense(2, 'tanh')] });
    expect(message(spec)).toBe(
      'shape-mismatch: network "net", layer "decoder/dense_3": expected [batch, 28, 28, 1], the shape of the images, ' +
        'got [batch, 784]; end the decoder with `reshape`',
    );
    expect(message({ ...spec, decoder: [...spec.decoder, reshape([28, 28, 1])] })).toBe('no error');
  });

  test('a decoder of another size is refused', () => {
    expect(message(changed({ decoder: [dense(783, 'sigmoid')] }))).toContain(
      "got [batch, 783]; change the decoder's last layers",
    );
  });

  test('an empty part is refused', () => {
    expect(message(changed({ decoder: [] }))).toContain('expected layers in the decoder, got none');
  });

  test('Gaussian sampling anywhere but at the end of the encoder is refused', () => {
    expect(message(changed({ encoder: [sampling, dense(2, 'tanh')] }))).toContain('layer "encoder/sampling"');
    expect(message(changed({ decoder: [sampling, dense(784, 'tanh')] }))).toContain('layer "decoder/sampling"');
  });

  test("a variational loss asks for Gaussian sampling, the author's variant for its log-sigma", () => {
    const withSampling = changed({ encoder: [sampling] });
    expect(message(changed({ loss: { type: 'vae', weight: 1 } }))).toContain(
      'ends in Gaussian sampling for the loss "vae"',
    );
    expect(message({ ...withSampling, loss: { type: 'vae', weight: 1 } })).toBe('no error');
    expect(message({ ...withSampling, loss: { type: 'vae-log-sigma', weight: 1 } })).toContain('got log-variance');
    expect(message(changed({ loss: { type: 'vae-log-sigma', weight: 1 } }))).toContain('got none');
    expect(message({ ...vae1, loss: { type: 'vae', weight: 1 } })).toBe('no error');
  });

  test('a classifier without softmax at its end, or with a loss of images, is refused', () => {
    expect(message({ ...classifier, loss: { type: 'mse' } })).toContain('got "dense" and "mse"');
    expect(message({ ...classifier, layers: [flatten(), dense(10, 'softmax'), dropout(0.1)] })).toContain('"dropout"');
    expect(message(changed({ loss: { type: 'cross-entropy' } }))).toContain('one of labels; take "mse"');
  });

  test('more parameters than fit in memory are refused', () => {
    expect(message(changed({ encoder: [dense(65_536, 'relu'), dense(65_536, 'relu'), dense(2, 'relu')] }))).toContain(
      'expected at most 100000000 parameters, got ',
    );
  });
});

describe('partOf', () => {
  test('the encoder of a classifier is refused, with the parts there are', () => {
    expect(() => partOf(resolveNetwork(classifier), 'encoder')).toThrow(
      'no-such-part: network "classifier": expected the part "encoder", got a network of classifier; name another',
    );
  });
});
