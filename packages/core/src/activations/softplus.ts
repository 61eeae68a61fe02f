/** A smooth ReLU, never 0. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** It never gives 0. */
const SMALLEST = 0.005;

export const softplus = defineActivation({
  id: 'softplus',
  label: 'Softplus',
  doc: 'A smooth ReLU, never 0.',
  formula: 'log(1 + exp(x))',
  source: 'Dugas et al. 2001',
  monotone: true,
  range: [0, Number.POSITIVE_INFINITY],
  build: ops.softplus,
  argumentFor: (value) => Math.log(Math.expm1(Math.max(SMALLEST, value))),
  torchCode: (x) => `F.softplus(${x})`,
  keras: { name: 'softplus' },
});
