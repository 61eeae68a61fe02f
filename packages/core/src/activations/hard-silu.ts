/** A SiLU of straight lines and a parabola. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const hardSilu = defineActivation({
  id: 'hard-silu',
  label: 'Hard SiLU',
  doc: 'A SiLU of straight lines and a parabola.',
  formula: 'x min(max(x / 6 + 1 / 2, 0), 1)',
  source: 'Howard et al. 2019, MobileNetV3',
  monotone: false,
  range: [-0.375, Number.POSITIVE_INFINITY],
  dies: true,
  build: ops.hardSilu,
  argumentFor: null,
  torchCode: (x) => `F.hardswish(${x})`,
  tfjs: false,
  keras: { name: 'hard_silu', aliases: ['hard_swish'] },
});
