import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { repeatRows, spread, sumAll, sumRows } from './reduce.ts';

describeOp('sumAll of an image', nodeRuntime, {
  build: ([x]) => sumAll(x),
  operands: [randomArray('x', [2, 3, 5, 1])],
});
describeOp('sumAll of a scalar', nodeRuntime, { build: ([x]) => sumAll(x), operands: [randomArray('x', [])] });
describeOp('spread', nodeRuntime, {
  build: ([value, like]) => spread(value, like),
  operands: [randomArray('value', []), randomArray('like', [3, 5])],
  differentiable: [true, false],
});
describeOp('sumRows', nodeRuntime, { build: ([x]) => sumRows(x), operands: [randomArray('x', [7, 3])] });
describeOp('sumRows of one row', nodeRuntime, { build: ([x]) => sumRows(x), operands: [randomArray('x', [1, 5])] });
describeOp('repeatRows', nodeRuntime, { build: ([x]) => repeatRows(x, 5), operands: [randomArray('x', [3])] });

describePyTorch('reduce', nodeRuntime, {
  sumAll: (_attributes, [x]) => sumAll(x),
  sumRows: (_attributes, [x]) => sumRows(x),
});

describe('long sums', () => {
  test('the sum of 100,000 numbers keeps five digits in single precision', async () => {
    const x = input('x', [100_000, 1]);
    const values = { x: randomArray('long', [100_000, 1], 0, 1) };
    const outputs = { all: sumAll(x), rows: sumRows(x) };
    const [all, rows] = evaluator(Object.values(outputs))(values);
    const native = await runGraph(nodeRuntime, outputs, [x], values);
    expect(Math.abs(native.all.data[0] / all.data[0] - 1)).toBeLessThan(1e-5);
    expect(Math.abs(native.rows.data[0] / rows.data[0] - 1)).toBeLessThan(1e-5);
  });
});
