/** The logarithm of the softmax. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const logSoftmax = defineActivation({
  id: 'log-softmax',
  label: 'Log-softmax',
  doc: 'Makes log-probabilities of the values along the last axis.',
  formula: 'x_j - log sum_k exp(x_k)',
  elementwise: false,
  monotone: false,
  range: [Number.NEGATIVE_INFINITY, 0],
  build: ops.logSoftmax,
  argumentFor: null,
  torchCode: (x, axis) => `F.log_softmax(${x}, dim=${axis})`,
  keras: { name: 'log_softmax' },
});
