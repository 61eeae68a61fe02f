/** Negative sums approach -1. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const elu = defineActivation({
  id: 'elu',
  label: 'ELU',
  doc: 'Negative sums approach -1.',
  formula: 'x above 0, exp(x) - 1 below',
  source: 'Clevert, Unterthiner & Hochreiter 2016',
  monotone: true,
  range: [-1, Number.POSITIVE_INFINITY],
  build: (x) => ops.elu(x, 1),
  argumentFor: (value) => value,
  torchCode: (x) => `F.elu(${x})`,
  keras: { name: 'elu' },
});
