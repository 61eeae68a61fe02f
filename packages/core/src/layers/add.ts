/** The sum of several tensors: a skip that is added. */
import * as ops from '../tensor/ops/index.ts';
import { defineJoin } from './joins.ts';

export const addLayer = defineJoin({
  type: 'add',
  baseName: 'add',
  label: 'Add',
  doc: 'Adds its inputs, element by element.',
  formula: 'x_1 + ... + x_n, all of one shape',
  className: 'Add',
  torchCode: (inputs) => inputs.join(' + '),
  join: ops.add,
});
