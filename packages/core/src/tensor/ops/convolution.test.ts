import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { DYNAMIC, input, type Tensor } from '../tensor.ts';
import {
  arrayOf,
  describeOp,
  randomArray,
  relativeError,
  runGraph,
  SINGLE_PRECISION,
} from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { conv2d, conv2dTranspose } from './convolution.ts';
import { sumAll } from './reduce.ts';

/** `[batch, h, w, channels]` and `[kh, kw, filters]`; one channel and several take different paths through the code. */
const sizes = [
  { x: [2, 5, 7, 1], k: [3, 3, 4] },
  { x: [2, 5, 7, 1], k: [2, 3, 1] },
  { x: [2, 5, 6, 3], k: [3, 3, 2] },
  { x: [1, 4, 5, 3], k: [3, 2, 1] },
  { x: [3, 3, 3, 2], k: [3, 3, 2] },
  { x: [1, 1, 1, 1], k: [1, 1, 1] },
  { x: [2, 3, 3, 5], k: [1, 1, 3] },
] as const;

for (const { x, k } of sizes) {
  const [kh, kw, filters] = k;
  const title = `${kh}x${kw}, ${filters} filters, of ${x.join('x')}`;
  const operands = [randomArray('x', x), randomArray('kernel', [kh, kw, x[3], filters])];
  const bias = randomArray('bias', [filters]);
  describeOp(`conv2d ${title}`, nodeRuntime, {
    build: ([image, kernel, b]) => conv2d(image, kernel, b),
    operands: [...operands, bias],
  });
  describeOp(`conv2d ${title}, without bias`, nodeRuntime, {
    build: ([image, kernel]) => conv2d(image, kernel, null),
    operands,
  });
  const turned = [operands[0], randomArray('kernel', [kh, kw, filters, x[3]])];
  describeOp(`conv2dTranspose ${title}`, nodeRuntime, {
    build: ([image, kernel, b]) => conv2dTranspose(image, kernel, b),
    operands: [...turned, bias],
  });
  describeOp(`conv2dTranspose ${title}, without bias`, nodeRuntime, {
    build: ([image, kernel]) => conv2dTranspose(image, kernel, null),
    operands: turned,
  });
}

describeOp('two convolutions of one image, which share its patches', nodeRuntime, {
  build: ([x, first, second]) => conv2d(conv2d(x, first, null), second, null),
  operands: [randomArray('x', [2, 6, 5, 1]), randomArray('k', [2, 2, 1, 3]), randomArray('l', [3, 2, 3, 1])],
});

describePyTorch('convolution', nodeRuntime, {
  conv2d: (_attributes, [x, kernel, bias]) => conv2d(x, kernel, bias),
  conv2dTranspose: (_attributes, [x, kernel, bias]) => conv2dTranspose(x, kernel, bias),
});

describe('conv2d', () => {
  test('is a correlation: the kernel is not turned', () => {
    const [x, kernel] = [input('x', [1, 2, 2, 1]), input('k', [2, 2, 1, 1])];
    const values = { x: arrayOf([1, 2, 2, 1], [1, 10, 100, 1000]), k: arrayOf([2, 2, 1, 1], [1, 2, 3, 4]) };
    expect([...evaluator([conv2d(x, kernel, null)])(values)[0].data]).toEqual([4321]);
  });

  test('computes no gradient of an image that is fed', () => {
    const [x, kernel] = [input('x', [2, 5, 5, 1]), input('k', [3, 3, 1, 2])];
    const [grad] = gradients(sumAll(conv2d(x, kernel, null)), [kernel]);
    const ops = new Set<string>();
    const visit = ({ producer }: Tensor): void => {
      if (producer.kind !== 'op') return;
      ops.add(producer.op);
      producer.inputs.forEach(visit);
    };
    visit(grad);
    expect(ops.has('flip')).toBe(false);
    expect(ops.has('patchColumns')).toBe(true);
  });

  test('refuses a kernel for other channels, and one larger than the image', () => {
    expect(() => conv2d(input('x', [1, 5, 5, 2]), input('k', [3, 3, 1, 4]), null)).toThrow(/conv2d: shapes/);
    expect(() => conv2d(input('x', [1, 2, 5, 1]), input('k', [3, 3, 1, 4]), null)).toThrow(/conv2d: shapes/);
  });
});

test('conv2dTranspose of one pixel draws the kernel', () => {
  const [x, kernel] = [input('x', [1, 1, 1, 1]), input('k', [2, 3, 1, 1])];
  const values = { x: arrayOf([1, 1, 1, 1], [2]), k: arrayOf([2, 3, 1, 1], [1, 2, 3, 4, 5, 6]) };
  expect([...evaluator([conv2dTranspose(x, kernel, null)])(values)[0].data]).toEqual([2, 4, 6, 8, 10, 12]);
});

test.each([1, 3])('both run on %i channels with a batch size known only at the run', async (channels) => {
  const x = input('x', [DYNAMIC, 5, 4, channels]);
  const [k, b] = [input('k', [3, 2, channels, 2]), input('b', [2])];
  const back = input('turned', [2, 2, channels, 2]);
  const outputs = { there: conv2d(x, k, b), back: conv2dTranspose(conv2d(x, k, b), back, null) };
  const values = {
    x: randomArray('x', [3, 5, 4, channels]),
    k: randomArray('k', [3, 2, channels, 2]),
    b: randomArray('b', [2]),
    turned: randomArray('turned', [2, 2, channels, 2]),
  };
  const [there, andBack] = evaluator(Object.values(outputs))(values);
  const native = await runGraph(nodeRuntime, outputs, [x, k, b, back], values);
  expect(native.there.dims).toEqual([3, 3, 3, 2]);
  expect(there.dims).toEqual([3, 3, 3, 2]);
  expect(relativeError(native.there.data, there.data)).toBeLessThan(SINGLE_PRECISION);
  expect(relativeError(native.back.data, andBack.data)).toBeLessThan(SINGLE_PRECISION);
});
