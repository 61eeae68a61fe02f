/** An ELU whose scale keeps the variance of sums from layer to layer. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** Slope above 0. */
const SCALE = 1.0507009873554805;

export const selu = defineActivation({
  id: 'selu',
  label: 'SELU',
  doc: 'An ELU whose scale keeps the variance of sums from layer to layer.',
  formula: '1.0507 x above 0, 1.0507 1.67326 (exp(x) - 1) below',
  source: 'Klambauer et al. 2017, equation 2',
  monotone: true,
  range: [-1.7580993408473766, Number.POSITIVE_INFINITY],
  build: ops.selu,
  argumentFor: (value) => value / SCALE,
  torchCode: (x) => `F.selu(${x})`,
  keras: { name: 'selu' },
});
