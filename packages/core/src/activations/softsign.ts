/** Squeezes the sums between -1 and 1, slower than tanh. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** Keeps first values away from where there is no slope. */
const EDGE = 0.005;

export const softsign = defineActivation({
  id: 'softsign',
  label: 'Softsign',
  doc: 'Squeezes the sums between -1 and 1, slower than tanh.',
  formula: 'x / (1 + |x|)',
  source: 'Turian, Bergstra & Bengio 2009',
  monotone: true,
  range: [-1, 1],
  build: ops.softsign,
  argumentFor: (value) => Math.min(1 - EDGE, value) / (1 - Math.min(1 - EDGE, value)),
  torchCode: (x) => `F.softsign(${x})`,
  keras: { name: 'softsign' },
});
