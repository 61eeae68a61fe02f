/** A smooth ReLU that dips below 0 before it rises. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const mish = defineActivation({
  id: 'mish',
  label: 'Mish',
  doc: 'A smooth ReLU that dips below 0 before it rises.',
  formula: 'x tanh(log(1 + exp(x)))',
  source: 'Misra 2019',
  monotone: false,
  range: [-0.30884302, Number.POSITIVE_INFINITY],
  build: ops.mish,
  argumentFor: null,
  torchCode: (x) => `F.mish(${x})`,
  keras: { name: 'mish' },
});
