/** near-zero-code: the encoder sends every image next to the origin. */
import { defineFinding } from '../definition.ts';
import { percentOf, short } from '../wording.ts';

export const nearZeroCode = defineFinding({
  code: 'near-zero-code',
  severities: ['error', 'warning'],
  means:
    'The encoder sends (almost) every image next to the origin, most often because its relu layers have died one after the other; the decoder then has nothing to tell images apart by.',
  holds: ({ nearZero, informative }) =>
    `99 % of the codes lie within ${nearZero} of the origin; a warning if the decoder still tells images apart (output variance of ${informative} and more)`,
  tries: 'another seed or initialiser, a code layer that cannot die',
  needs: ['magnitude99', 'outputVariance', 'code'],
  thresholds: {
    nearZero: {
      value: 0.05,
      measure: 'largest absolute number of a code, 99th percentile, code units',
      why: 'A working code of the zoo reaches 0.8 and more; the collapsed ones stay below 0.03.',
    },
    informative: {
      value: 0.1,
      measure: "output variance, of the images'",
      why: 'The poorest working network of the zoo, of 193 parameters, shows a tenth and more; a collapsed one nothing.',
    },
  },
  remedies: {
    revive:
      'train again with another `seed` or another `initializer` (he-uniform for relu), a lower `learningRate`, dropout or a `validationSplit` with `patience` that stops before the collapse; or give the code layer an activation that cannot die (tanh, sigmoid, linear)',
    rescale: "draw the plane between the codes' own bounds, as `latent plane` does, not over a fixed square",
  },
  find: ({ magnitude99, outputVariance, code }, { nearZero, informative }) => {
    if (magnitude99 >= nearZero) return null;
    const silent = outputVariance < informative;
    const where = magnitude99 === 0 ? 'are exactly 0' : `lie within ${short(magnitude99)} of 0`;
    return {
      severity: silent ? 'error' : 'warning',
      message: silent
        ? `the codes of 99 % of the images ${where}, and the decoder's output hardly depends on them`
        : `the codes of 99 % of the images ${where}; the decoder still tells them apart, on a very small scale (${percentOf(outputVariance)} of the images' variance comes back)`,
      evidence: { magnitude99, std: code.std, max: code.max, outputVariance },
      remedy: silent ? 'revive' : 'rescale',
    };
  },
  examples: [
    { severity: 'error', remedy: 'revive', changes: { magnitude99: 0.01, outputVariance: 0.05 } },
    { severity: 'warning', remedy: 'rescale', changes: { magnitude99: 0.01 } },
  ],
});
