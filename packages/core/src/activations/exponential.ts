/** Makes every value positive. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** It never gives 0. */
const SMALLEST = 0.005;

export const exponential = defineActivation({
  id: 'exponential',
  label: 'Exponential',
  doc: 'Makes every value positive.',
  formula: 'exp(x)',
  monotone: true,
  range: [0, Number.POSITIVE_INFINITY],
  build: ops.exponential,
  argumentFor: (value) => Math.log(Math.max(SMALLEST, value)),
  torchCode: (x) => `torch.exp(${x})`,
  tfjs: false,
  keras: { name: 'exponential' },
});
