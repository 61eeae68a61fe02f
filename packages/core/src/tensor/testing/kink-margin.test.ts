import { expect, test } from 'vitest';
import { convolutionGeometry } from '../geometry.ts';
import * as ops from '../ops/index.ts';
import { input, type Tensor } from '../tensor.ts';
import { arrayOf } from './gradient-check.ts';
import { kinkMargin } from './kink-margin.ts';

const DIMS = [1, 2, 3, 1];
/** Largest number 8; the nearest two in a window of 2x2 are 8 and 7, the nearest to 0 is -1. */
const x = arrayOf(DIMS, [8, 3, -1, 7, 2, 5]);

const windows = (tensor: Tensor): Tensor => {
  const geometry = convolutionGeometry([2, 3], { kernelSize: [2, 2], strides: [1, 1] });
  if (geometry === null) throw new Error('no geometry');
  return ops.maxWindows(tensor, geometry);
};

test.each<[string, (tensor: Tensor) => Tensor, number]>([
  ['relu', (tensor) => ops.relu(tensor), 1 / 8],
  ['leakyRelu', (tensor) => ops.leakyRelu(tensor, 0.2), 1 / 8],
  ['hardSigmoid', (tensor) => ops.hardSigmoid(ops.shift(tensor, 0.25)), 0.25 / 8.25],
  ['maxPool2d', (tensor) => ops.maxPool2d(tensor, [2, 2]), 1 / 8],
  // 8 over 7 in the left window, 5 over 3 in the right one.
  ['maxWindows', windows, 1 / 8],
  ['maxImageChannels', (tensor) => ops.maxImageChannels(tensor), 1 / 8],
  ['maximum', (tensor) => ops.maximum(tensor, ops.shift(ops.scale(tensor, 0.5), 3)), 0.5 / 8],
  ['no op whose derivative jumps', (tensor) => ops.square(tensor), Number.POSITIVE_INFINITY],
])('the distance to a kink of %s is the smallest there is', (_op, build, margin) => {
  expect(kinkMargin(build(input('x', DIMS)))({ x })).toBe(margin);
});

test('the nearest of all kinks on the way counts, those of maxima over overlapping windows too', () => {
  const y = ops.maxImageChannels(ops.shift(windows(input('x', DIMS)), 0.25));
  // The windows give 8 and 5.
  expect(kinkMargin(y)({ x: arrayOf(DIMS, [8, 3, -1, 7.75, 2, 5]) })).toBe(0.25 / 8);
});

test('equal values in a window are no kink', () => {
  expect(kinkMargin(windows(input('x', DIMS)))({ x: arrayOf(DIMS, [0, 0, 0, 0, 0, 4]) })).toBe(1);
});
