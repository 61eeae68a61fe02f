/** The approximation of GELU that some programs take. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

export const geluTanh = defineActivation({
  id: 'gelu-tanh',
  label: 'GELU by tanh',
  doc: 'The approximation of GELU that some programs take.',
  formula: 'x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2',
  source: 'Hendrycks & Gimpel 2016',
  monotone: false,
  range: [-0.17004075057125412, Number.POSITIVE_INFINITY],
  build: ops.geluTanh,
  argumentFor: null,
  torchCode: (x) => `F.gelu(${x}, approximate="tanh")`,
  tfjs: false,
  keras: null,
});
