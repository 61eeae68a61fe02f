import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import type { ConvolutionGeometry } from '../geometry.ts';
import { type Dims, input } from '../tensor.ts';
import { describeOp, type OpCase, randomArray } from '../testing/gradient-check.ts';
import * as ops from './index.ts';

/** Windows of 2 x 2, two pixels apart, over an image of 3 x 3 and zeros below and right. */
const GEOMETRY: ConvolutionGeometry = {
  image: [3, 3],
  output: [2, 2],
  kernel: [2, 2],
  strides: [2, 2],
  dilation: [1, 1],
  padding: [0, 0],
  groups: 1,
};

type OpName = keyof typeof ops;

/** Rows that sum to 1. */
const distribution = (rows: number, columns: number) => ({
  dims: [rows, columns],
  data: Float64Array.from({ length: rows * columns }, (_, i) => (i % columns === 0 ? 0.5 : 0.5 / (columns - 1))),
});

const ROWS: Dims = [4, 3];
const x = (dims: Dims = ROWS, low = -1, high = 1) => randomArray('x', dims, low, high);
const y = (dims: Dims = ROWS, low = -1, high = 1) => randomArray('y', dims, low, high);

/** An example of each op, with the dimensions that it gives; the compiler asks for one for every op of the list. */
const examples: Readonly<Record<OpName, OpCase & { readonly dims: Dims }>> = {
  relu: { build: ([a]) => ops.relu(a), operands: [x()], dims: ROWS },
  reluGradient: {
    build: ([a, dy]) => ops.reluGradient(a, dy),
    operands: [x(), y()],
    differentiable: [false, true],
    dims: ROWS,
  },
  sigmoid: { build: ([a]) => ops.sigmoid(a), operands: [x()], dims: ROWS },
  softmax: { build: ([a]) => ops.softmax(a), operands: [x()], dims: ROWS },
  tanh: { build: ([a]) => ops.tanh(a), operands: [x()], dims: ROWS },
  silu: { build: ([a]) => ops.silu(a), operands: [x()], dims: ROWS },
  softplus: { build: ([a]) => ops.softplus(a), operands: [x()], dims: ROWS },
  logarithm: { build: ([a]) => ops.logarithm(a), operands: [x(ROWS, 0.5, 2)], dims: ROWS },
  add: { build: ([a, b]) => ops.add(a, b), operands: [x(), y()], dims: ROWS },
  subtract: { build: ([a, b]) => ops.subtract(a, b), operands: [x(), y()], dims: ROWS },
  multiply: { build: ([a, b]) => ops.multiply(a, b), operands: [x(), y()], dims: ROWS },
  divide: { build: ([a, b]) => ops.divide(a, b), operands: [x(), y(ROWS, 0.5, 2)], dims: ROWS },
  scale: { build: ([a]) => ops.scale(a, -2.5), operands: [x()], dims: ROWS },
  shift: { build: ([a]) => ops.shift(a, 0.75), operands: [x()], dims: ROWS },
  square: { build: ([a]) => ops.square(a), operands: [x()], dims: ROWS },
  squareRoot: { build: ([a]) => ops.squareRoot(a), operands: [x(ROWS, 0.5, 2)], dims: ROWS },
  exponential: { build: ([a]) => ops.exponential(a), operands: [x()], dims: ROWS },
  scaleColumns: { build: ([a, b]) => ops.scaleColumns(a, b), operands: [x(), y([3])], dims: ROWS },
  shiftColumns: { build: ([a, b]) => ops.shiftColumns(a, b), operands: [x(), y([3])], dims: ROWS },
  conv2d: {
    build: ([a, kernel, bias]) => ops.conv2d(a, kernel, bias),
    operands: [x([2, 5, 4, 3]), y([2, 3, 3, 2]), randomArray('bias', [2])],
    dims: [2, 4, 2, 2],
  },
  conv2dTranspose: {
    build: ([a, kernel, bias]) => ops.conv2dTranspose(a, kernel, bias),
    operands: [x([2, 3, 4, 3]), y([2, 3, 2, 3]), randomArray('bias', [2])],
    dims: [2, 4, 6, 2],
  },
  maxPool2d: { build: ([a]) => ops.maxPool2d(a, [2, 3]), operands: [x([2, 5, 6, 2])], dims: [2, 2, 2, 2] },
  upSample2d: { build: ([a]) => ops.upSample2d(a, [2, 3]), operands: [x([2, 2, 1, 2])], dims: [2, 4, 3, 2] },
  crossEntropyWithLogits: {
    build: ([logits, target]) => ops.crossEntropyWithLogits(logits, target),
    operands: [x(), distribution(4, 3)],
    differentiable: [true, false],
    dims: [],
  },
  gemm: { build: ([a, b]) => ops.gemm(a, b, { transB: true }), operands: [x([4, 3]), y([2, 3])], dims: [4, 2] },
  dense: {
    build: ([a, w, b]) => ops.dense(a, w, b),
    operands: [x([4, 3]), y([3, 2]), randomArray('bias', [2])],
    dims: [4, 2],
  },
  sumAll: { build: ([a]) => ops.sumAll(a), operands: [x()], dims: [] },
  spread: {
    build: ([a, like]) => ops.spread(a, like),
    operands: [x([]), y()],
    differentiable: [true, false],
    dims: ROWS,
  },
  sumRows: { build: ([a]) => ops.sumRows(a), operands: [x()], dims: [3] },
  repeatRows: { build: ([a]) => ops.repeatRows(a, 4), operands: [x([3])], dims: ROWS },
  rollRows: { build: ([a]) => ops.rollRows(a, 1), operands: [x()], dims: ROWS },
  reshape: { build: ([a]) => ops.reshape(a, [2, 6]), operands: [x()], dims: [2, 6] },
  concatRows: { build: ([a, row]) => ops.concatRows(a, row), operands: [x(), y([3])], dims: [5, 3] },
  sliceRows: { build: ([a]) => ops.sliceRows(a, 1, 3), operands: [x()], dims: [2, 3] },
  elu: { build: ([a]) => ops.elu(a, 0.7), operands: [x()], dims: ROWS },
  gelu: { build: ([a]) => ops.gelu(a), operands: [x(ROWS, -3, 3)], dims: ROWS },
  geluTanh: { build: ([a]) => ops.geluTanh(a), operands: [x(ROWS, -3, 3)], dims: ROWS },
  hardSigmoid: { build: ([a]) => ops.hardSigmoid(a), operands: [x(ROWS, -4, 4)], dims: ROWS },
  hardSilu: { build: ([a]) => ops.hardSilu(a), operands: [x(ROWS, -4, 4)], dims: ROWS },
  leakyRelu: { build: ([a]) => ops.leakyRelu(a, 0.3), operands: [x()], dims: ROWS },
  mish: { build: ([a]) => ops.mish(a), operands: [x(ROWS, -3, 3)], dims: ROWS },
  selu: { build: ([a]) => ops.selu(a), operands: [x()], dims: ROWS },
  shapedRelu: {
    build: ([a]) => ops.shapedRelu(a, { slope: 0.2, threshold: 0.1, maximum: 0.6 }),
    operands: [x()],
    dims: ROWS,
  },
  softsign: { build: ([a]) => ops.softsign(a), operands: [x(ROWS, -3, 3)], dims: ROWS },
  logSoftmax: { build: ([a]) => ops.logSoftmax(a), operands: [x(ROWS, -3, 3)], dims: ROWS },
  padZeros: { build: ([a]) => ops.padZeros(a, [1], [2]), operands: [x()], dims: [4, 6] },
  cutMargins: { build: ([a]) => ops.cutMargins(a, [1], [1]), operands: [x()], dims: [4, 1] },
  sliceAxis: { build: ([a]) => ops.sliceAxis(a, 1, 0, 2), operands: [x()], dims: [4, 2] },
  concatenate: { build: ([a, b]) => ops.concatenate([a, b], 1), operands: [x(), y()], dims: [4, 6] },
  permute: { build: ([a]) => ops.permute(a, [0, 2, 1]), operands: [x([2, 3, 4])], dims: [2, 4, 3] },
  resizeBilinear: {
    build: ([a]) => ops.resizeBilinear(a, [4, 2]),
    operands: [x([2, 2, 1, 3])],
    dims: [2, 4, 2, 3],
  },
  stridedConv2d: {
    build: ([a, b]) => ops.stridedConv2d(a, b, null, GEOMETRY),
    operands: [x([2, 3, 3, 2]), y([2, 2, 2, 1])],
    dims: [2, 2, 2, 1],
  },
  stridedConv2dImage: {
    build: ([a, b]) => ops.stridedConv2dImage(a, b, null, GEOMETRY),
    operands: [x([2, 2, 2, 1]), y([2, 2, 2, 1])],
    dims: [2, 3, 3, 2],
  },
  stridedConv2dKernel: {
    build: ([a, b]) => ops.stridedConv2dKernel(a, b, GEOMETRY),
    operands: [x([2, 3, 3, 2]), y([2, 2, 2, 1])],
    dims: [2, 2, 2, 1],
  },
  averageWindows: { build: ([a]) => ops.averageWindows(a, GEOMETRY), operands: [x([2, 3, 3, 2])], dims: [2, 2, 2, 2] },
  maxWindows: { build: ([a]) => ops.maxWindows(a, GEOMETRY), operands: [x([2, 3, 3, 2])], dims: [2, 2, 2, 2] },
  meanImageChannels: { build: ([a]) => ops.meanImageChannels(a), operands: [x([2, 3, 3, 2])], dims: [2, 2] },
  maxImageChannels: { build: ([a]) => ops.maxImageChannels(a), operands: [x([2, 3, 3, 2])], dims: [2, 2] },
  maximum: { build: ([a, b]) => ops.maximum(a, b), operands: [x(), y()], dims: ROWS },
  standardizeColumns: { build: ([a]) => ops.standardizeColumns(a, 1e-3).y, operands: [x()], dims: ROWS },
  standardizeRows: { build: ([a]) => ops.standardizeRows(a, 1e-3), operands: [x()], dims: ROWS },
};

for (const [name, { dims, ...opCase }] of Object.entries(examples)) {
  describeOp(name, nodeRuntime, opCase);
  test(`${name} declares the dimensions that it gives`, () => {
    expect(opCase.build(opCase.operands.map((value, i) => input(`operand${i}`, value.dims))).dims).toEqual(dims);
  });
}

describe('the list of ops', () => {
  const files = readdirSync(new URL('.', import.meta.url)).flatMap(
    (name) => /^(?!index\.)([\w-]+)\.ts$/.exec(name)?.[1] ?? [],
  );

  test.each(files)('holds every op of %s', async (file) => {
    const names = Object.keys(await import(/* @vite-ignore */ `./${file}.ts`));
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !(name in ops))).toEqual([]);
  });
});
