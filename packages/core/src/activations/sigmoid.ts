/** Logistic function. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** Keeps first values away from where there is no slope. */
const EDGE = 0.005;

export const sigmoid = defineActivation({
  id: 'sigmoid',
  label: 'Sigmoid',
  doc: 'Squeezes the sums between 0 and 1.',
  formula: '1 / (1 + exp(-x))',
  monotone: true,
  range: [0, 1],
  build: ops.sigmoid,
  argumentFor: (value) => {
    const inside = Math.min(1 - EDGE, Math.max(EDGE, value));
    return Math.log(inside / (1 - inside));
  },
  torchCode: (x) => `torch.sigmoid(${x})`,
  keras: { name: 'sigmoid' },
});
