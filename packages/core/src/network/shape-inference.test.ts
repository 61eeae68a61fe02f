import { describe, expect, test } from 'vitest';
import {
  conv2d,
  conv2dTranspose,
  dense,
  dropout,
  flatten,
  gaussianSampling,
  type LayerSpec,
  maxPooling2d,
  reshape,
  upSampling2d,
} from '../layers/index.ts';
import type { Shape } from '../tensor/index.ts';
import { inferLayers } from './shape-inference.ts';

const infer = (layers: readonly LayerSpec[], inputShape: Shape) =>
  inferLayers(layers, { inputShape, part: 'encoder', networkId: 'net' });
const shapes = (layers: readonly LayerSpec[], inputShape: Shape) =>
  infer(layers, inputShape).map(({ outputShape }) => outputShape.join('x'));
const message = (layers: readonly LayerSpec[], inputShape: Shape): string => {
  try {
    infer(layers, inputShape);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
};

describe('shapes', () => {
  test('a convolution trims its kernel less one, for kernels that are not square too', () => {
    expect(shapes([conv2d(4, [3, 5], 'relu')], [28, 20, 3])).toEqual(['26x16x4']);
  });

  test('a transposed convolution undoes the trimming', () => {
    expect(shapes([conv2d(4, [2, 3], 'relu'), conv2dTranspose(7, [2, 3], 'relu')], [9, 8, 1])).toEqual([
      '8x6x4',
      '9x8x7',
    ]);
  });

  test('pooling drops the remainder at the edge', () => {
    expect(shapes([maxPooling2d([2, 3])], [11, 11, 2])).toEqual(['5x3x2']);
  });

  test('up-sampling multiplies rows and columns', () => {
    expect(shapes([upSampling2d([2, 3])], [5, 4, 2])).toEqual(['10x12x2']);
  });

  test('flatten and reshape are inverse, dropout changes nothing', () => {
    expect(shapes([flatten(), dropout(0.5), reshape([4, 3, 2])], [4, 3, 2])).toEqual(['24', '24', '4x3x2']);
  });

  test('a chain of no layers resolves to none', () => {
    expect(infer([], [784])).toEqual([]);
  });
});

describe('names', () => {
  test('layers are numbered by type within their part, as Keras does', () => {
    const layers = [conv2d(1, [3, 3], 'relu'), maxPooling2d(), conv2d(1, [3, 3], 'relu'), flatten(), dense(3, 'tanh')];
    const names = infer([...layers, dropout(0.1), dense(2, 'tanh')], [28, 28, 1]).map(({ name }) => name);
    expect(names).toEqual(['conv2d', 'max_pooling2d', 'conv2d_1', 'flatten', 'dense', 'dropout', 'dense_1']);
  });

  test('transposed convolutions, up-samplings and reshapes carry their Keras names', () => {
    const layers = [conv2dTranspose(1, [2, 2], 'relu'), upSampling2d(), reshape([16])];
    expect(infer(layers, [1, 1, 1]).map(({ name }) => name)).toEqual(['conv2d_transpose', 'up_sampling2d', 'reshape']);
  });
});

describe('parameters', () => {
  test('a dense layer has a kernel of inputs x units and a bias', () => {
    const [layer] = infer([dense(128, 'sigmoid')], [784]);
    expect(layer.parameters).toEqual([
      { name: 'encoder/dense/kernel', shape: [784, 128], initializer: 'glorot-uniform', fanIn: 784, fanOut: 128 },
      { name: 'encoder/dense/bias', shape: [128], initializer: 'zeros', fanIn: 784, fanOut: 128 },
    ]);
    expect(layer.parameterCount).toBe(100_480);
  });

  test('the fans of a convolution are its receptive field times its channels', () => {
    const [layer] = infer([conv2d(8, [2, 3], 'relu')], [9, 9, 5]);
    expect(layer.parameters[0]).toMatchObject({ shape: [2, 3, 5, 8], fanIn: 30, fanOut: 48 });
  });

  test('a transposed convolution keeps its filters before its channels, and so do its fans', () => {
    const [layer] = infer([conv2dTranspose(8, [2, 3], 'relu')], [9, 9, 5]);
    expect(layer.parameters[0]).toMatchObject({ shape: [2, 3, 8, 5], fanIn: 48, fanOut: 30 });
    expect(layer.parameters[1]).toMatchObject({ name: 'encoder/conv2d_transpose/bias', shape: [8] });
  });

  test('Gaussian sampling has two heads, named by its parameterisation', () => {
    const names = (parameterisation: 'log-sigma' | 'log-variance') =>
      infer([gaussianSampling({ units: 2, meanActivation: 'linear', parameterisation, epsilonStd: 1 })], [8])
        .flatMap(({ parameters }) => parameters)
        .map(({ name, shape }) => `${name} ${shape.join('x')}`);
    expect(names('log-sigma')).toEqual([
      'encoder/sampling/z_mean/kernel 8x2',
      'encoder/sampling/z_mean/bias 2',
      'encoder/sampling/z_log_sigma/kernel 8x2',
      'encoder/sampling/z_log_sigma/bias 2',
    ]);
    expect(names('log-variance')[2]).toBe('encoder/sampling/z_log_var/kernel 8x2');
  });
});

describe('errors', () => {
  test('a dense layer after an image says to flatten it', () => {
    expect(message([conv2d(16, [3, 3], 'relu'), dense(128, 'relu')], [28, 28, 1])).toBe(
      'shape-mismatch: network "net", layer "encoder/dense": expected [batch, 10816], got [batch, 26, 26, 16]; ' +
        'put `flatten` before it',
    );
  });

  test('a convolution of a vector says to reshape it', () => {
    expect(message([conv2d(16, [3, 3], 'relu')], [784])).toBe(
      'shape-mismatch: network "net", layer "encoder/conv2d": expected [batch, rows, columns, channels], ' +
        'got [batch, 784]; put `reshape` before it or feed images of rows x columns x channels',
    );
  });

  test('a kernel larger than its image is refused', () => {
    expect(message([conv2d(1, [3, 3], 'relu')], [2, 28, 1])).toBe(
      'shape-mismatch: network "net", layer "encoder/conv2d": expected [batch, 3 rows or more, 3 columns or more, ' +
        'channels], got [batch, 2, 28, 1]; take a smaller kernel or pool less before it',
    );
  });

  test('a window larger than its image is refused', () => {
    expect(message([maxPooling2d([4, 4])], [4, 3, 1])).toContain('expected [batch, 4 rows or more, 4 columns or more');
  });

  test('a reshape to another number of elements names both', () => {
    expect(message([reshape([28, 28, 1])], [700])).toBe(
      'shape-mismatch: network "net", layer "encoder/reshape": expected [batch, 784], got [batch, 700]; ' +
        '28x28x1 holds 784 elements: give it as many, or change its target shape',
    );
  });

  test('a field out of its bounds names the layer, the field and the bounds', () => {
    expect(message([dense(4, 'relu'), dense(0, 'relu')], [784])).toBe(
      'invalid-layer: network "net", layer "encoder/dense_1", field "units": expected a whole number from 1 to 65536, ' +
        'got 0; correct it and try again',
    );
    expect(message([dropout(1)], [784])).toContain('field "rate": expected a number from 0 to 0.99, got 1');
    expect(message([conv2d(1, [3, 0], 'relu')], [28, 28, 1])).toContain('field "kernelSize[1]"');
    expect(message([conv2d(1, [3, 3], 'softmax')], [28, 28, 1])).toContain('one of linear, relu, ');
  });

  test('an output too large for memory is refused before anything is allocated', () => {
    expect(message([upSampling2d([64, 64]), upSampling2d([64, 64])], [28, 28, 1])).toContain(
      'layer-too-large: network "net", layer "encoder/up_sampling2d_1": expected at most 16777216 values for one image, ' +
        'got 114688x114688x1',
    );
  });
});
