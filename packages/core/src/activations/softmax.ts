/** Logits to probabilities. */
import { fixed } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const softmax = defineActivation({
  id: 'softmax',
  label: 'Softmax',
  doc: 'Makes probabilities of the values along the last axis: all positive, their sum 1.',
  formula: 'exp(x_j) / sum_k exp(x_k)',
  elementwise: false,
  monotone: false,
  range: [0, 1],
  distribution: true,
  build: ops.softmax,
  argumentFor: null,
  torchCode: (x, axis) => `F.softmax(${x}, dim=${axis})`,
  keras: { name: 'softmax', layer: { className: 'Softmax', settings: { axis: fixed(-1) } } },
});
