import { describe, expect, test } from 'vitest';
import { type LayerSpec, layerSchema } from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { kerasClassOf, kerasConfigOf, translateLayer } from './classes.ts';

const read = (className: string, config: Readonly<Record<string, unknown>>, shape: Shape = [8, 8, 2]): unknown => {
  const place = { file: 'mine.keras', layer: 'layer', className };
  const translation = translateLayer({ class_name: className, config }, place, shape);
  return translation.kind === 'layer' ? translation.spec : translation;
};

describe('a config of Keras, however its settings are spelt', () => {
  test.each<[string, Readonly<Record<string, unknown>>, LayerSpec]>([
    ['MaxPooling2D', { pool_size: 2, strides: null }, { type: 'max-pooling2d', poolSize: [2, 2] }],
    ['MaxPool2D', { pool_size: [3, 3], strides: 3 }, { type: 'max-pooling2d', poolSize: [3, 3] }],
    [
      'MaxPooling2D',
      { pool_size: [3, 3], strides: 2, padding: 'same' },
      { type: 'max-pooling2d', poolSize: [3, 3], strides: [2, 2], padding: 'same' },
    ],
    ['AveragePooling2D', {}, { type: 'average-pooling2d', poolSize: [2, 2] }],
    [
      'AvgPool2D',
      { pool_size: 3, strides: [1, 2], padding: 'valid', data_format: 'channels_last' },
      { type: 'average-pooling2d', poolSize: [3, 3], strides: [1, 2] },
    ],
    ['GlobalAveragePooling2D', { data_format: 'channels_last' }, { type: 'global-average-pooling2d' }],
    ['GlobalAvgPool2D', { keepdims: true }, { type: 'global-average-pooling2d', keepDims: true }],
    ['GlobalMaxPool2D', { keepdims: false }, { type: 'global-max-pooling2d' }],
    ['UpSampling2D', { size: 3, interpolation: 'nearest' }, { type: 'up-sampling2d', size: [3, 3] }],
    ['UpSampling2D', { interpolation: 'bilinear' }, { type: 'up-sampling2d', size: [2, 2], interpolation: 'bilinear' }],
    ['ZeroPadding2D', {}, { type: 'zero-padding2d', rows: [1, 1], columns: [1, 1] }],
    ['ZeroPadding2D', { padding: 2 }, { type: 'zero-padding2d', rows: [2, 2], columns: [2, 2] }],
    ['ZeroPadding2D', { padding: [2, 0] }, { type: 'zero-padding2d', rows: [2, 2], columns: [0, 0] }],
    [
      'ZeroPadding2D',
      {
        padding: [
          [0, 1],
          [2, 3],
        ],
      },
      { type: 'zero-padding2d', rows: [0, 1], columns: [2, 3] },
    ],
    ['Cropping2D', {}, { type: 'cropping2d', rows: [0, 0], columns: [0, 0] }],
    ['Cropping2D', { cropping: [1, 2] }, { type: 'cropping2d', rows: [1, 1], columns: [2, 2] }],
    [
      'Cropping2D',
      {
        cropping: [
          [0, 1],
          [2, 3],
        ],
      },
      { type: 'cropping2d', rows: [0, 1], columns: [2, 3] },
    ],
    ['Permute', { dims: [2, 1, 3] }, { type: 'permute', order: [2, 1, 3] }],
    ['RepeatVector', { n: 4 }, { type: 'repeat-vector', times: 4 }],
    ['Rescaling', { scale: 0.5 }, { type: 'rescaling', scale: 0.5, offset: 0 }],
    ['Rescaling', { scale: 2, offset: -1 }, { type: 'rescaling', scale: 2, offset: -1 }],
  ])('%s %o is read', (className, config, spec) => {
    expect(read(className, config)).toStrictEqual(spec);
    expect(layerSchema['~standard'].validate(spec)).toEqual(expect.not.objectContaining({ issues: expect.anything() }));
    expect(read(kerasClassOf(spec), kerasConfigOf(spec))).toStrictEqual(spec);
  });

  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['MaxPooling2D', { padding: 'causal' }, /field "padding": expected valid or same, got "causal"/],
    ['AveragePooling2D', { strides: [1, 2, 3] }, /field "strides"/],
    ['UpSampling2D', { interpolation: 'bicubic' }, /field "interpolation": expected nearest or bilinear/],
    ['ZeroPadding2D', { padding: [1, 2, 3] }, /field "padding": expected a whole number, two/],
    ['ZeroPadding2D', { padding: -1 }, /field "padding"/],
    ['Cropping2D', { cropping: [[1, 2], 'a'] }, /field "cropping"/],
    ['Permute', { dims: [1, 1, 2] }, /field "dims": expected each axis once/],
    ['Rescaling', { scale: [1, 2] }, /field "scale": expected a number/],
    ['GlobalMaxPooling2D', { data_format: 'channels_first' }, /field "data_format"/],
  ])('%s %o is refused by name', (className, config, message) => {
    expect(() => read(className, config)).toThrow(message);
  });
});

test('max pooling and up-sampling without optional fields are written as ever', () => {
  expect(kerasConfigOf({ type: 'max-pooling2d', poolSize: [2, 3] })).toEqual({
    pool_size: [2, 3],
    padding: 'valid',
    strides: [2, 3],
    data_format: 'channels_last',
  });
  expect(kerasConfigOf({ type: 'up-sampling2d', size: [2, 2] })).toEqual({
    size: [2, 2],
    data_format: 'channels_last',
    interpolation: 'nearest',
  });
});
