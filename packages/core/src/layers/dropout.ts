/** Dropout: in training alone, each element is zeroed with probability `rate`, the rest scaled up to keep the mean. */

import { defineLayer } from './definition.ts';
import type { DropoutSpec } from './types.ts';

/** Any shape to itself. Source: Srivastava et al. 2014. */
export const dropout = (rate: number): DropoutSpec => ({ type: 'dropout', rate });

export const dropoutDefinition = defineLayer<DropoutSpec>({
  type: 'dropout',
  kerasName: 'dropout',
  label: 'Dropout',
  defaults: dropout(0.2),
  fields: {
    // At 1 nothing would be left to scale up: 1 / (1 - rate) has to stay finite.
    rate: { kind: 'number', label: 'Rate', min: 0, max: 0.99, step: 0.05 },
  },
  outputShape: (_spec, inputShape) => inputShape,
  detail: (spec) => `rate ${spec.rate}`,
});
