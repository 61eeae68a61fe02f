/** The product of several tensors: a gate. */
import * as ops from '../tensor/ops/index.ts';
import { defineJoin } from './joins.ts';

export const multiplyLayer = defineJoin({
  type: 'multiply',
  baseName: 'multiply',
  label: 'Multiply',
  doc: 'Multiplies its inputs, element by element.',
  formula: 'x_1 * ... * x_n, all of one shape',
  className: 'Multiply',
  torchCode: (inputs) => inputs.join(' * '),
  join: ops.multiply,
});
