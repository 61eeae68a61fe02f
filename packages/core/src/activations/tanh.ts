/** Hyperbolic tangent. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** Keeps first values away from where there is no slope. */
const EDGE = 0.005;

export const tanh = defineActivation({
  id: 'tanh',
  label: 'Tanh',
  doc: 'Squeezes the sums between -1 and 1.',
  formula: 'tanh(x)',
  monotone: true,
  range: [-1, 1],
  build: ops.tanh,
  argumentFor: (value) => Math.atanh(Math.min(1 - EDGE, Math.max(EDGE, value))),
  torchCode: (x) => `torch.tanh(${x})`,
  keras: { name: 'tanh' },
});
