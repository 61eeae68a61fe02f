/** Sigmoid-weighted linear unit, also called swish. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const silu = defineActivation({
  id: 'silu',
  label: 'SiLU',
  doc: 'A smooth ReLU, also called swish, that dips below 0 before it rises.',
  formula: 'x / (1 + exp(-x))',
  source: 'Elfwing, Uchibe & Doya 2018, equation 5',
  monotone: false,
  /** Its minimum, at x = -1.2784645. */
  range: [-0.27846454276107, Number.POSITIVE_INFINITY],
  build: ops.silu,
  argumentFor: null,
  torchCode: (x) => `F.silu(${x})`,
  keras: { name: 'swish', aliases: ['silu'] },
});
