/** The largest of several tensors. */
import * as ops from '../tensor/ops/index.ts';
import { defineJoin } from './joins.ts';

export const maximumLayer = defineJoin({
  type: 'maximum',
  baseName: 'maximum',
  label: 'Maximum',
  doc: 'The largest of its inputs, element by element; where several are equal the first takes the gradient.',
  formula: 'max(x_1, ..., x_n), all of one shape',
  className: 'Maximum',
  torchCode: (inputs) => inputs.reduce((joined, input) => `torch.maximum(${joined}, ${input})`),
  join: ops.maximum,
});
