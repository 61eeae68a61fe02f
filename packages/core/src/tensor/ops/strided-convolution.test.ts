import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import {
  type ConvolutionGeometry,
  type ConvolutionSettings,
  convolutionGeometry,
  transposedGeometry,
} from '../geometry.ts';
import { DYNAMIC, input } from '../tensor.ts';
import { describeOp, randomArray, relativeError, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { square } from './arithmetic.ts';
import { sumAll } from './reduce.ts';
import { stridedConv2d, stridedConv2dImage, stridedConv2dKernel } from './strided-convolution.ts';

interface Case extends ConvolutionSettings {
  readonly title: string;
  readonly image: readonly [number, number];
  readonly channels: number;
  readonly filters: number;
}

const CASES: readonly Case[] = [
  {
    title: 'stride 2, same, odd',
    image: [7, 5],
    channels: 3,
    filters: 2,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: 'same',
  },
  {
    title: 'stride 2, same, even',
    image: [6, 8],
    channels: 1,
    filters: 2,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: 'same',
  },
  {
    title: 'stride 2, valid, rows left over',
    image: [8, 6],
    channels: 2,
    filters: 3,
    kernelSize: [3, 2],
    strides: [2, 3],
  },
  {
    title: 'stride larger than the kernel',
    image: [7, 9],
    channels: 2,
    filters: 2,
    kernelSize: [2, 1],
    strides: [3, 4],
  },
  {
    title: 'stride larger than the kernel, same',
    image: [7, 9],
    channels: 2,
    filters: 2,
    kernelSize: [1, 2],
    strides: [3, 4],
    padding: 'same',
  },
  { title: 'dilation', image: [7, 8], channels: 2, filters: 2, kernelSize: [2, 3], dilation: [3, 2] },
  {
    title: 'dilation, same',
    image: [5, 6],
    channels: 1,
    filters: 2,
    kernelSize: [3, 3],
    dilation: [2, 2],
    padding: 'same',
  },
  {
    title: 'groups',
    image: [5, 5],
    channels: 4,
    filters: 6,
    kernelSize: [3, 3],
    strides: [2, 2],
    groups: 2,
    padding: 'same',
  },
  { title: 'depthwise', image: [6, 5], channels: 3, filters: 6, kernelSize: [3, 3], groups: 3, strides: [2, 2] },
  {
    title: 'a kernel a channel',
    image: [6, 5],
    channels: 3,
    filters: 3,
    kernelSize: [3, 3],
    groups: 3,
    padding: 'same',
  },
  { title: 'one pixel', image: [1, 1], channels: 2, filters: 3, kernelSize: [1, 1] },
  {
    title: 'one pixel, larger kernel, same',
    image: [1, 1],
    channels: 2,
    filters: 3,
    kernelSize: [3, 3],
    padding: 'same',
    strides: [2, 2],
  },
  { title: 'even kernel, same', image: [5, 4], channels: 2, filters: 2, kernelSize: [4, 2], padding: 'same' },
];

const BATCH = 3;

describe.each(CASES)('$title', ({ image, channels, filters, ...settings }) => {
  const geometry = convolutionGeometry(image, settings);
  if (geometry === null) throw new Error('the kernel is larger than the image');
  const x = randomArray('x', [BATCH, ...image, channels]);
  const k = randomArray('k', [...settings.kernelSize, channels / geometry.groups, filters]);
  const y = randomArray('y', [BATCH, ...geometry.output, filters]);
  const bias = (size: number) => randomArray('bias', [size]);
  describeOp('stridedConv2d', nodeRuntime, {
    build: ([a, b, c]) => stridedConv2d(a, b, c, geometry),
    operands: [x, k, bias(filters)],
  });
  describeOp('stridedConv2dImage', nodeRuntime, {
    build: ([a, b, c]) => stridedConv2dImage(a, b, c, geometry),
    operands: [y, k, bias(channels)],
  });
  describeOp('stridedConv2dKernel', nodeRuntime, {
    build: ([a, b]) => stridedConv2dKernel(a, b, geometry),
    operands: [x, y],
  });

  test('takes a batch whose size is known only when the graph runs', async () => {
    const tensors = [
      input('x', [DYNAMIC, ...image, channels]),
      input('k', k.dims),
      input('y', [DYNAMIC, ...y.dims.slice(1)]),
    ];
    const outputs = {
      forward: stridedConv2d(tensors[0], tensors[1], null, geometry),
      back: stridedConv2dImage(tensors[2], tensors[1], null, geometry),
    };
    const values = { x, k, y };
    const native = await runGraph(nodeRuntime, outputs, tensors, values);
    const [forward, back] = evaluator([outputs.forward, outputs.back])(values);
    expect(relativeError(native.forward.data, forward.data)).toBeLessThan(1e-5);
    expect(relativeError(native.back.data, back.data)).toBeLessThan(1e-5);
  });
});

/** Enough channels for products over patches; more filters than channels, and fewer. */
const WIDE = CASES.filter(({ groups = 1 }) => groups === 1).flatMap((each) => [
  { ...each, channels: 9, filters: 11 },
  { ...each, channels: 10, filters: 8 },
  { ...each, channels: 8, filters: 2 },
]);

describe.each(WIDE)('$title, $channels channels, $filters filters', ({ image, channels, filters, ...settings }) => {
  const geometry = convolutionGeometry(image, settings);
  if (geometry === null) throw new Error('the kernel is larger than the image');
  const values = {
    x: randomArray('x', [BATCH, ...image, channels]),
    k: randomArray('k', [...settings.kernelSize, channels, filters]),
    y: randomArray('y', [BATCH, ...geometry.output, filters]),
    ofFilters: randomArray('ofFilters', [filters]),
    ofChannels: randomArray('ofChannels', [channels]),
  };
  const inputsOf = (batch: number) =>
    Object.entries(values).map(([name, { dims }]) =>
      input(name, dims.length === 4 && name !== 'k' ? [batch, ...dims.slice(1)] : dims),
    );
  const outputsOf = ([x, k, y, ofFilters, ofChannels]: ReturnType<typeof inputsOf>) => ({
    forward: stridedConv2d(x, k, ofFilters, geometry),
    back: stridedConv2dImage(y, k, ofChannels, geometry),
  });

  test('a step gives what a graph for inference gives', async () => {
    const step = inputsOf(BATCH);
    const outputs = outputsOf(step);
    const native = await runGraph(nodeRuntime, outputs, step, values);
    const inference = outputsOf(inputsOf(DYNAMIC));
    const numbers = evaluator([inference.forward, inference.back, outputs.forward, outputs.back])(values);
    for (const [i, name] of (['forward', 'back'] as const).entries()) {
      expect(relativeError(native[name].data, numbers[i].data)).toBeLessThan(1e-5);
      expect(relativeError(numbers[i + 2].data, numbers[i].data)).toBeLessThan(1e-12);
    }
  });

  test('the gradient by the kernel is that of both', async () => {
    const step = inputsOf(BATCH);
    const [x, k, y] = step;
    const dk = stridedConv2dKernel(x, y, geometry);
    const native = await runGraph(nodeRuntime, { dk }, [x, y], values);
    // Linear in the kernel: the sum of y times the convolution is that of the kernel times this gradient.
    const [plain, gradient] = evaluator([stridedConv2d(x, k, null, geometry), dk])(values);
    const sum = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * b[i], 0);
    const [expected, found] = [sum(plain.data, values.y.data), sum(gradient.data, values.k.data)];
    expect(Math.abs(found - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)));
    expect(relativeError(native.dk.data, gradient.data)).toBeLessThan(1e-5);
  });
});

test('sizes are those of Keras', () => {
  const same = convolutionGeometry([28, 28], { kernelSize: [3, 3], strides: [2, 2], padding: 'same' });
  expect(same).toMatchObject({ output: [14, 14], padding: [0, 0] });
  expect(convolutionGeometry([7, 7], { kernelSize: [3, 3], strides: [2, 2], padding: 'same' })?.padding).toEqual([
    1, 1,
  ]);
  expect(convolutionGeometry([2, 5], { kernelSize: [3, 3] })).toBeNull();
  const size = (input: readonly [number, number], settings: Parameters<typeof transposedGeometry>[1]) =>
    transposedGeometry(input, settings)?.image ?? null;
  expect(size([7, 7], { kernelSize: [3, 3], strides: [2, 2], padding: 'same' })).toEqual([14, 14]);
  expect(size([7, 7], { kernelSize: [3, 3], strides: [2, 2] })).toEqual([15, 15]);
  expect(size([7, 7], { kernelSize: [2, 2], strides: [3, 3] })).toEqual([21, 21]);
  expect(size([4, 4], { kernelSize: [3, 3], strides: [2, 2], padding: 'same', outputPadding: [0, 0] })).toEqual([7, 7]);
  expect(size([4, 4], { kernelSize: [3, 3], strides: [2, 2], outputPadding: [1, 1] })).toEqual([10, 10]);
  expect(size([4, 4], { kernelSize: [3, 3], strides: [2, 2], outputPadding: [2, 2] })).toBeNull();
});

type Attributes = Readonly<Record<string, number | boolean | string | readonly number[]>>;

const pairOf = (value: Attributes[string]): readonly [number, number] =>
  Array.isArray(value) ? [value[0], value[1]] : [1, 1];

const recordedGeometry = (attributes: Attributes): ConvolutionGeometry => ({
  image: pairOf(attributes.input),
  output: pairOf(attributes.output),
  kernel: pairOf(attributes.kernel),
  strides: pairOf(attributes.strides),
  dilation: pairOf(attributes.dilation),
  padding: pairOf(attributes.before),
  groups: Number(attributes.groups),
});

describePyTorch('strided-convolution', nodeRuntime, {
  stridedConv2d: (attributes, [x, kernel]) => stridedConv2d(x, kernel, null, recordedGeometry(attributes)),
  stridedConv2dImage: (attributes, [y, kernel]) => stridedConv2dImage(y, kernel, null, recordedGeometry(attributes)),
});

describeOp('the second derivative of a strided convolution', nodeRuntime, {
  build: ([x, kernel]) => {
    const geometry = convolutionGeometry([6, 4], { kernelSize: [3, 3], strides: [2, 2], padding: 'same' });
    if (geometry === null) throw new Error('no geometry');
    const [dx] = gradients(sumAll(square(stridedConv2d(x, kernel, null, geometry))), [x]);
    return square(dx);
  },
  operands: [randomArray('x', [2, 6, 4, 1]), randomArray('kernel', [3, 3, 1, 2])],
});
