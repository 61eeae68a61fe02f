import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { input } from '../tensor/tensor.ts';
import { arrayOf, describeOp, randomArray } from '../tensor/testing/gradient-check.ts';
import { nearestImages } from './nearest-images.ts';
import { neighbourEmbedding, neighboursTerm } from './neighbours.ts';

describeOp('neighbourEmbedding', nodeRuntime, {
  build: ([codes]) => neighbourEmbedding(codes, 2),
  operands: [randomArray('codes', [8, 2], -2, 2)],
});

describe('the neighbour embedding of four codes', () => {
  const codes = input('codes', [4, 2]);
  const lossOf = evaluator([neighbourEmbedding(codes, 1)]);
  const at = (values: readonly number[]): number => lossOf({ codes: arrayOf([4, 2], values) })[0].data[0];

  test('is the sum of the two cross-entropies written out', () => {
    const points = [
      [0, 0],
      [3, 0],
      [0, 1],
      [3, 2],
    ];
    const q = (m: number, n: number): number =>
      1 / (1 + 1.577 * ((points[m][0] - points[n][0]) ** 2 + (points[m][1] - points[n][1]) ** 2 + 1e-3) ** 0.895);
    const together = -(Math.log(q(0, 2)) + Math.log(q(1, 3))) / 2;
    const apart = -[0, 1, 2, 3].reduce((sum, i) => sum + Math.log(1 - q(i, (i + 1) % 4)), 0) / 4;
    // The graph's constants are in single precision.
    expect(at(points.flat())).toBeCloseTo(together + apart, 5);
  });

  test('falls as neighbours come together and as negatives part', () => {
    const start = at([0, 0, 3, 0, 0, 1, 3, 1]);
    expect(at([0, 0, 3, 0, 0, 0.5, 3, 0.5])).toBeLessThan(start);
    expect(at([0, 0, 9, 0, 0, 1, 9, 1])).toBeLessThan(start);
  });
});

test('the term takes codes of any shape for the numbers that they hold', () => {
  const absent = (): never => {
    throw new Error('the term asked for what it does not need');
  };
  const ofCodes = (dims: readonly number[]): number => {
    const codes = input('codes', dims);
    const others = { heads: absent, logits: absent, decode: absent, normal: absent, share: absent };
    const term = neighboursTerm.compute(neighboursTerm.defaults, { output: codes, target: codes, codes, ...others });
    return evaluator([term])({ codes: { dims, data: randomArray('codes', [48]).data } })[0].data[0];
  };
  expect(ofCodes([8, 6])).toBeGreaterThan(0);
  for (const dims of [
    [8, 3, 2],
    [8, 1, 3, 2],
  ])
    expect(ofCodes(dims)).toBe(ofCodes([8, 6]));
});

test.each([
  [1, 1, [1, 0, 1]],
  [1, 2, [1, 0, 1]],
  [3, 1, [1, 0, 1]],
])('images of %i x %i pixels have neighbours too', async (height, width, nearest) => {
  const pixels = [10, 20, 200].flatMap((value) => Array.from({ length: height * width }, () => value));
  const images = {
    ...{ pixels: Uint8Array.from(pixels), labels: new Uint8Array(3), count: 3 },
    ...{ height, width, channels: 1 as const },
  };
  const found = await nearestImages({ images, runtime: nodeRuntime }, { neighbours: 1, metric: 'pixels' });
  expect([...found]).toEqual(nearest);
});
