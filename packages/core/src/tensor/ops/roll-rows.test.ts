import { nodeRuntime } from '../../runtime/node.ts';
import { describeOp, randomArray } from '../testing/gradient-check.ts';
import { rollRows } from './roll-rows.ts';

describeOp('rollRows', nodeRuntime, { build: ([x]) => rollRows(x, 2), operands: [randomArray('x', [5, 3])] });
describeOp('rollRows by all but one', nodeRuntime, {
  build: ([x]) => rollRows(x, 3),
  operands: [randomArray('x', [4, 2])],
});
