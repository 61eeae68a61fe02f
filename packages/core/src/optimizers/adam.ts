/** Adam: steps by the decayed averages of gradients and of their squares. */
import { number } from '../registry/index.ts';
import { defineOptimizer } from './definition.ts';

/** Largest decay: at 1 nothing would ever be forgotten. */
const MAX_DECAY = 0.999999;

export const adamOptimizer = defineOptimizer({
  type: 'adam',
  label: 'Adam',
  doc: 'Steps by the decayed average of the gradients over the root of that of their squares.',
  formula:
    'm = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p = p - r m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)',
  source: 'Kingma & Ba 2015, algorithm 1',
  fields: {
    beta1: number({
      label: 'Decay of the gradients',
      doc: 'Share of the average gradient that a step leaves as it is.',
      min: 0,
      max: MAX_DECAY,
      default: 0.9,
    }),
    beta2: number({
      label: 'Decay of their squares',
      doc: 'Share of the average squared gradient that a step leaves as it is.',
      min: 0,
      max: MAX_DECAY,
      default: 0.999,
    }),
    epsilon: number({
      label: 'Added to the root',
      doc: 'Added to the root of the squares, so that a gradient of 0 divides by something; the default is that of Keras.',
      min: 0,
      above: true,
      max: 1,
      default: 1e-7,
    }),
  },
  state: ['m', 'v'],
  step: ({ beta1, beta2, epsilon }, { parameters, gradients, state: { m, v }, step, learningRate, run }) => {
    const rate = learningRate / (1 - beta1 ** step);
    const correction = 1 / Math.sqrt(1 - beta2 ** step);
    run('adam', parameters, m, v, gradients, 0, parameters.length, beta1, beta2, rate, correction, epsilon);
  },
});
