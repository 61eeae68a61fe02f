/** An activation as somebody would add it: one file. Not part of the program. */
import * as ops from '../../tensor/ops/index.ts';
import { defineActivation } from '../definition.ts';

export const squaredRelu = defineActivation({
  id: 'squared-relu',
  label: 'Squared ReLU',
  doc: 'Negative sums become 0, the others are squared.',
  formula: 'max(x, 0)^2',
  source: 'So et al. 2021, Primer',
  monotone: true,
  range: [0, Number.POSITIVE_INFINITY],
  dies: true,
  build: (x) => ops.square(ops.relu(x)),
  argumentFor: (value) => Math.sqrt(Math.max(value, 0.02)),
  torchCode: (x) => `F.relu(${x}).square()`,
  keras: { name: 'relu_squared' },
});
