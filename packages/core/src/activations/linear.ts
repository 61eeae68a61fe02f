/** No activation: the sums as they are. */
import { defineActivation } from './definition.ts';

export const linear = defineActivation({
  id: 'linear',
  label: 'Linear',
  doc: 'The sums as they are.',
  formula: 'x',
  monotone: true,
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  build: (x) => x,
  argumentFor: (value) => value,
  torchCode: (x) => x,
  keras: { name: 'linear' },
});
