/** The mean of several tensors. */
import * as ops from '../tensor/ops/index.ts';
import { defineJoin } from './joins.ts';

export const averageLayer = defineJoin({
  type: 'average',
  baseName: 'average',
  label: 'Average',
  doc: 'The mean of its inputs, element by element.',
  formula: '(x_1 + ... + x_n) / n, all of one shape',
  className: 'Average',
  torchCode: (inputs) => `(${inputs.join(' + ')}) / ${inputs.length}`,
  join: ops.add,
  finish: (sum, count) => ops.scale(sum, 1 / count),
});
