/** Negative sums are made small rather than 0: a fifth of them. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** Keras’ own. */
const SLOPE = 0.2;

export const leakyRelu = defineActivation({
  id: 'leaky-relu',
  label: 'Leaky ReLU',
  doc: 'Negative sums are made small rather than 0: a fifth of them. Other slopes: the layer `leaky-relu`.',
  formula: 'max(x, 0.2 x)',
  source: 'Maas, Hannun & Ng 2013',
  monotone: true,
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  build: (x) => ops.leakyRelu(x, SLOPE),
  argumentFor: (value) => value,
  torchCode: (x) => `F.leaky_relu(${x}, ${SLOPE})`,
  tfjs: false,
  keras: { name: 'leaky_relu' },
});
