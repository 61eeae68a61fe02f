/** Rectified linear unit. */
import { fixed } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** A unit that begins at 0 for every image would stay there. */
const ALIVE = 0.02;

export const relu = defineActivation({
  id: 'relu',
  label: 'ReLU',
  doc: 'Negative sums become 0.',
  formula: 'max(x, 0)',
  monotone: true,
  range: [0, Number.POSITIVE_INFINITY],
  dies: true,
  build: ops.relu,
  argumentFor: (value) => Math.max(ALIVE, value),
  torchCode: (x) => `F.relu(${x})`,
  keras: {
    name: 'relu',
    layer: {
      className: 'ReLU',
      settings: {
        max_value: fixed(null, { expected: 'none' }),
        negative_slope: fixed(0),
        threshold: fixed(0),
      },
    },
  },
});
