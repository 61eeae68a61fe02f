/** Weighs a value by the share of the normal distribution below it. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const gelu = defineActivation({
  id: 'gelu',
  label: 'GELU',
  doc: 'Weighs a value by the share of the normal distribution below it.',
  formula: 'x Phi(x), Phi the cumulative normal distribution',
  source: 'Hendrycks & Gimpel 2016',
  monotone: false,
  range: [-0.16997120747990369, Number.POSITIVE_INFINITY],
  build: ops.gelu,
  argumentFor: null,
  torchCode: (x) => `F.gelu(${x})`,
  // Keras' `gelu` is this one where it is not asked for the approximation.
  keras: { name: 'gelu' },
});
