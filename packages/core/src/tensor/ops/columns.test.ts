import { nodeRuntime } from '../../runtime/node.ts';
import { describeOp, randomArray } from '../testing/gradient-check.ts';
import { scaleColumns, shiftColumns } from './columns.ts';

describeOp('scaleColumns', nodeRuntime, {
  build: ([x, factor]) => scaleColumns(x, factor),
  operands: [randomArray('x', [4, 3]), randomArray('factor', [3])],
});
describeOp('shiftColumns', nodeRuntime, {
  build: ([x, offset]) => shiftColumns(x, offset),
  operands: [randomArray('x', [4, 3]), randomArray('offset', [3])],
});
