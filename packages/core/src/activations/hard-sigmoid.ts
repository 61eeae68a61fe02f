/** A sigmoid of straight lines, as Keras 3 and PyTorch have it; that of Keras 2 and TensorFlow. */
import * as ops from '../tensor/ops/index.ts';
import { defineActivation } from './definition.ts';

/** Keeps first values away from where there is no slope. */
const EDGE = 0.005;

export const hardSigmoid = defineActivation({
  id: 'hard-sigmoid',
  label: 'Hard sigmoid',
  doc: 'A sigmoid of straight lines, as Keras 3 and PyTorch have it; that of Keras 2 and TensorFlow.js is another.',
  formula: 'min(max(x / 6 + 1 / 2, 0), 1)',
  source: 'Courbariaux, Bengio & David 2015 for the idea',
  monotone: true,
  range: [0, 1],
  dies: true,
  build: ops.hardSigmoid,
  argumentFor: (value) => 6 * (Math.min(1 - EDGE, Math.max(EDGE, value)) - 0.5),
  torchCode: (x) => `F.hardsigmoid(${x})`,
  tfjs: false,
  keras: null,
  keras3: 'hard_sigmoid',
});
