/** What layers of the convolution family say of fields that go together. */
import { describe, expect, test } from 'vitest';
import { type ConvolutionSettings, transposedGeometry } from '../tensor/geometry.ts';
import { conv2dTransposeLayer } from './conv2d-transpose.ts';
import { convolutionDetail } from './convolution.ts';
import { definitionOf, type LayerSpec } from './index.ts';

describe('the detail of a convolution', () => {
  test.each<[string, ConvolutionSettings]>([
    ['kernel 3x3', { kernelSize: [3, 3] }],
    ['3x3 / 2 same', { kernelSize: [3, 3], strides: [2, 2], padding: 'same' }],
    ['3x3 same d2', { kernelSize: [3, 3], padding: 'same', dilation: [2, 2] }],
    ['3x3 / 2 same', { kernelSize: [3, 3], strides: [2, 2], padding: 'same', dilation: [1, 2] }],
    ['11x11 / 2x3 same', { kernelSize: [11, 11], strides: [2, 3], padding: 'same', dilation: [4, 4] }],
    ['64x64 / 64x63', { kernelSize: [64, 64], strides: [64, 63], padding: 'same', dilation: [64, 63] }],
  ])('is "%s", of whole words and 16 characters at most', (detail, settings) => {
    expect(convolutionDetail(settings)).toBe(detail);
    expect(detail.length).toBeLessThanOrEqual(16);
  });
});

describe('the output padding that a transposed convolution asks for', () => {
  const place = { networkId: 'n', part: 'decoder', layer: 'up' } as const;
  const base = { type: 'conv2d-transpose', filters: 1, activation: 'linear' } as const;
  const sides = [1, 2, 3, 4];
  const cases = sides.flatMap((kernel) =>
    sides.flatMap((stride) =>
      (['valid', 'same'] as const).flatMap((padding) =>
        [1, 2].map((dilation) => ({
          kernelSize: [kernel, kernel],
          strides: [stride, stride],
          padding,
          dilation: [dilation, dilation],
        })),
      ),
    ),
  ) as readonly ConvolutionSettings[];

  test.each(cases.map((settings) => [JSON.stringify(settings), settings] as const))(
    'is there, of %s',
    (_, settings) => {
      const input = [3, 3] as const;
      const takes = [...Array(10).keys()].filter((n) =>
        transposedGeometry(input, { ...settings, outputPadding: [n, n] }),
      );
      const [least, most] = [takes[0], takes[takes.length - 1]];
      const range = least === most ? String(least) : `${least} to ${most}`;
      const spec = { ...base, ...settings, outputPadding: [9, 9] } as const;
      expect(() => conv2dTransposeLayer.outputShape(spec, [3, 3, 1], place)).toThrow(
        `field "outputPadding": expected ${range} rows and ${range} columns, `,
      );
      expect(takes).toHaveLength(most - least + 1);
    },
  );
});

describe('what TensorFlow.js lacks', () => {
  const base = { kernelSize: [3, 3], activation: 'linear' } as const;
  const [strides, dilation] = [
    [2, 2],
    [2, 2],
  ] as const;
  test.each<[LayerSpec, string | null]>([
    [{ type: 'conv2d', filters: 2, ...base, strides }, null],
    [{ type: 'conv2d', filters: 2, ...base, dilation }, null],
    [{ type: 'conv2d', filters: 2, ...base, strides, dilation }, 'strides and dilation in one convolution'],
    [{ type: 'conv2d', filters: 2, ...base, groups: 2 }, 'convolutions of groups'],
    [{ type: 'separable-conv2d', filters: 2, ...base, dilation }, null],
    [{ type: 'separable-conv2d', filters: 2, ...base, strides, dilation }, 'strides and dilation in one convolution'],
    [{ type: 'depthwise-conv2d', ...base, strides }, null],
    [{ type: 'depthwise-conv2d', ...base, dilation }, 'dilation of depthwise convolutions'],
  ])('of %j is %j', (spec, lacks) => {
    expect(definitionOf(spec).tfjsLacks(spec)).toBe(lacks);
  });
});

describe('what Keras lacks', () => {
  const base = { filters: 2, kernelSize: [3, 3], activation: 'linear' } as const;
  const [strides, dilation] = [
    [2, 2],
    [2, 2],
  ] as const;
  test.each<[LayerSpec, string | null]>([
    [{ type: 'conv2d', ...base, strides, groups: 2 }, null],
    [{ type: 'conv2d', ...base, strides, dilation }, 'strides and dilation in one convolution'],
    [{ type: 'conv2d-transpose', ...base, strides, dilation }, 'strides and dilation in one convolution'],
    [{ type: 'conv2d-transpose', ...base, strides, outputPadding: [1, 0] }, null],
    [
      { type: 'conv2d-transpose', ...base, kernelSize: [2, 2], padding: 'same', strides, outputPadding: [2, 1] },
      'output padding that is not less than the strides',
    ],
    [{ type: 'separable-conv2d', ...base, strides, dilation }, null],
  ])('of %j is %j', (spec, lacks) => {
    expect(definitionOf(spec).kerasLacks(spec)).toBe(lacks);
  });
});
