/** The difference of two tensors. */
import * as ops from '../tensor/ops/index.ts';
import { defineJoin } from './joins.ts';

export const subtractLayer = defineJoin({
  type: 'subtract',
  baseName: 'subtract',
  label: 'Subtract',
  doc: 'Subtracts its second input from the first, element by element.',
  formula: 'x_1 - x_2, both of one shape',
  most: 2,
  className: 'Subtract',
  tfjsLacks: 'the difference of two layers',
  torchCode: (inputs) => inputs.join(' - '),
  join: ops.subtract,
});
