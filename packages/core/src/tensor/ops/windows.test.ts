import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { type ConvolutionSettings, convolutionGeometry } from '../geometry.ts';
import { DYNAMIC, input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, relativeError, runGraph } from '../testing/gradient-check.ts';
import { sumAll } from './reduce.ts';
import { resizeBilinear } from './resize.ts';
import { averageWindows, maxImageChannels, maxWindows, meanImageChannels } from './windows.ts';

const CASES: readonly (ConvolutionSettings & { readonly title: string; readonly image: readonly [number, number] })[] =
  [
    { title: 'overlapping, same, odd', image: [7, 5], kernelSize: [3, 3], strides: [2, 2], padding: 'same' },
    { title: 'rows left over', image: [8, 7], kernelSize: [2, 3], strides: [3, 2] },
    { title: 'stride larger than the window', image: [7, 9], kernelSize: [2, 1], strides: [3, 4] },
    { title: 'one pixel', image: [1, 1], kernelSize: [2, 2], strides: [2, 2], padding: 'same' },
  ];

describe.each(CASES)('$title', ({ image, ...settings }) => {
  const geometry = convolutionGeometry(image, settings);
  if (geometry === null) throw new Error('the window is larger than the image');
  // All below 0: a padding of zeros would win.
  const x = randomArray('x', [2, ...image, 3], -2, -1);
  describeOp('maxWindows', nodeRuntime, { build: ([a]) => maxWindows(a, geometry), operands: [x] });
  describeOp('averageWindows', nodeRuntime, { build: ([a]) => averageWindows(a, geometry), operands: [x] });

  test('takes a batch whose size is known only when the graph runs', async () => {
    const a = input('x', [DYNAMIC, ...image, 3]);
    const outputs = { max: maxWindows(a, geometry), average: averageWindows(a, geometry) };
    const native = await runGraph(nodeRuntime, outputs, [a], { x });
    const [max, average] = evaluator([outputs.max, outputs.average])({ x });
    expect(relativeError(native.max.data, max.data)).toBeLessThan(1e-6);
    expect(relativeError(native.average.data, average.data)).toBeLessThan(1e-6);
  });
});

describeOp('meanImageChannels', nodeRuntime, {
  build: ([a]) => meanImageChannels(a),
  operands: [randomArray('x', [2, 3, 4, 2])],
});
describeOp('maxImageChannels', nodeRuntime, {
  build: ([a]) => maxImageChannels(a),
  operands: [randomArray('x', [2, 3, 4, 2])],
});
describeOp('resizeBilinear', nodeRuntime, {
  build: ([a]) => resizeBilinear(a, [6, 9]),
  operands: [randomArray('x', [2, 3, 3, 2])],
});
describeOp('resizeBilinear of one pixel', nodeRuntime, {
  build: ([a]) => resizeBilinear(a, [2, 3]),
  operands: [randomArray('x', [2, 1, 1, 2])],
});

test('of equal windows the first element takes the gradient, of equal pixels each its share', async () => {
  const x = input('x', [1, 2, 2, 1]);
  const geometry = convolutionGeometry([2, 2], { kernelSize: [2, 2] });
  if (geometry === null) throw new Error('no geometry');
  const [window] = gradients(sumAll(maxWindows(x, geometry)), [x]);
  const [image] = gradients(sumAll(maxImageChannels(x)), [x]);
  const native = await runGraph(nodeRuntime, { window, image }, [x], { x: arrayOf([1, 2, 2, 1], [1, 3, 3, 2]) });
  expect([...native.window.data]).toEqual([0, 1, 0, 0]);
  expect([...native.image.data]).toEqual([0, 0.5, 0.5, 0]);
});

test('bilinear values are those of half-pixel centres', async () => {
  const x = input('x', [1, 1, 2, 1]);
  const native = await runGraph(nodeRuntime, { y: resizeBilinear(x, [1, 4]) }, [x], {
    x: arrayOf([1, 1, 2, 1], [0, 4]),
  });
  expect([...native.y.data]).toEqual([0, 1, 3, 4]);
});
