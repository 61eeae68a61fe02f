import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { type ConvolutionGeometry, type ConvolutionSettings, convolutionGeometry } from '../geometry.ts';
import { type Dims, DYNAMIC, input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, relativeError, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { maxPool2d } from './pooling.ts';
import { sumAll } from './reduce.ts';
import { resizeBilinear } from './resize.ts';
import { averageWindows, maxImageChannels, maxWindows, meanImageChannels } from './windows.ts';

const geometryOf = (image: readonly [number, number], settings: ConvolutionSettings): ConvolutionGeometry => {
  const geometry = convolutionGeometry(image, settings);
  if (geometry === null) throw new Error('the window is larger than the image');
  return geometry;
};

const CASES: readonly (ConvolutionSettings & { readonly title: string; readonly image: readonly [number, number] })[] =
  [
    { title: 'overlapping, same, odd', image: [7, 5], kernelSize: [3, 3], strides: [2, 2], padding: 'same' },
    { title: 'rows left over', image: [8, 7], kernelSize: [2, 3], strides: [3, 2] },
    { title: 'stride larger than the window', image: [7, 9], kernelSize: [2, 1], strides: [3, 4] },
    {
      title: 'stride larger than the window, same',
      image: [7, 8],
      kernelSize: [2, 1],
      strides: [3, 4],
      padding: 'same',
    },
    { title: 'as many windows as pixels', image: [5, 4], kernelSize: [3, 3], strides: [1, 1], padding: 'same' },
    { title: 'one window', image: [4, 6], kernelSize: [4, 6], strides: [1, 1] },
    { title: 'one pixel', image: [1, 1], kernelSize: [2, 2], strides: [2, 2], padding: 'same' },
  ];

describe.each(CASES)('$title', ({ image, ...settings }) => {
  const geometry = geometryOf(image, settings);
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
  const geometry = geometryOf([2, 2], { kernelSize: [2, 2] });
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

const pair = (value: unknown): readonly [number, number] => {
  if (!Array.isArray(value)) throw new Error('a pair of numbers was recorded');
  return [Number(value[0]), Number(value[1])];
};

const recordedGeometry = (attributes: Readonly<Record<string, unknown>>, [, rows, columns]: Dims) =>
  geometryOf([rows, columns], {
    kernelSize: pair(attributes.window),
    strides: pair(attributes.strides),
    padding: String(attributes.padding) === 'same' ? 'same' : 'valid',
  });

describePyTorch('pool-windows', nodeRuntime, {
  maxWindows: (attributes, [x]) => maxWindows(x, recordedGeometry(attributes, x.dims)),
  averageWindows: (attributes, [x]) => averageWindows(x, recordedGeometry(attributes, x.dims)),
  maxImageChannels: (_attributes, [x]) => maxImageChannels(x),
  meanImageChannels: (_attributes, [x]) => meanImageChannels(x),
});

describe('padding', () => {
  const negative = arrayOf([1, 3, 3, 1], [-9, -8, -7, -6, -5, -4, -3, -2, -1]);
  const geometry = geometryOf([3, 3], { kernelSize: [2, 2], strides: [2, 2], padding: 'same' });

  test.each([
    ['never is the largest value, and comes below and right where it is odd', maxWindows, [-5, -4, -2, -1]],
    ['is not counted in a mean', averageWindows, [-7, -5.5, -2.5, -1]],
  ])('%s', async (_title, pool, expected) => {
    const x = input('x', [1, 3, 3, 1]);
    const y = pool(x, geometry);
    expect([...evaluator([y])({ x: negative })[0].data]).toEqual(expected);
    expect([...(await runGraph(nodeRuntime, { y }, [x], { x: negative })).y.data]).toEqual(expected);
  });
});

test('maxWindows gives what maxPool2d gives where windows do not overlap', () => {
  const x = input('x', [2, 5, 7, 3]);
  const geometry = geometryOf([5, 7], { kernelSize: [2, 3], strides: [2, 3] });
  const [one, other] = evaluator([maxPool2d(x, [2, 3]), maxWindows(x, geometry)])({ x: randomArray('x', x.dims) });
  expect(other).toEqual(one);
});

test('whole images are pooled with a batch size known only at the run', async () => {
  const x = input('x', [DYNAMIC, 5, 4, 2]);
  const outputs = { largest: maxImageChannels(x), mean: meanImageChannels(x), larger: resizeBilinear(x, [10, 4]) };
  const values = { x: randomArray('x', [3, 5, 4, 2]) };
  const native = await runGraph(nodeRuntime, outputs, [x], values);
  const exact = evaluator(Object.values(outputs))(values);
  for (const [n, name] of Object.keys(outputs).entries()) {
    expect(native[name].dims, name).toEqual(exact[n].dims);
    expect(relativeError(native[name].data, exact[n].data), name).toBeLessThan(1e-5);
  }
});
