/** diagonal-code: two numbers of the code rise and fall together. */

import { isConstant } from '../collapsed.ts';
import { defineFinding } from '../definition.ts';

export const diagonalCode = defineFinding({
  code: 'diagonal-code',
  severities: ['warning'],
  means:
    'Two numbers of the code are strongly correlated: images lie along a diagonal, and a mesh over the rectangle around them is mostly places that the decoder has never seen.',
  holds: ({ diagonal }) =>
    `two numbers that are not dead correlate by ${diagonal} or more, unless the code is constant`,
  tries: 'tune a decoder on the frozen codes, bounded codes',
  needs: ['code', 'livingCorrelation', 'dimensions', 'codeActivation'],
  thresholds: {
    diagonal: {
      value: 0.8,
      measure: 'largest absolute correlation of two numbers of the code',
      why: 'Networks of the zoo that fill their plane stay below 0.73; those along a diagonal have 0.85 and more.',
    },
  },
  remedies: {
    tune: 'train a new decoder on the frozen codes with a validation split (`latent tune-decoder`), so that it generalises beside the diagonal; or give the code tanh or sigmoid, which spreads it over the square',
  },
  find: (
    { code: { participationRatio, occupied }, livingCorrelation: correlation, dimensions, codeActivation },
    { diagonal },
  ) => {
    if (Math.abs(correlation) < diagonal) return null;
    // What hardly varies may correlate by chance.
    if (dimensions.every((dimension) => isConstant(dimension, codeActivation))) return null;
    return {
      severity: 'warning',
      message: `${dimensions.length === 2 ? 'the two' : 'two'} numbers of the code go together (correlation ${correlation.toFixed(3)}): images lie along a diagonal`,
      evidence: { correlation, participationRatio, occupied: occupied ?? 'none' },
      remedy: 'tune',
    };
  },
  examples: [{ severity: 'warning', remedy: 'tune', changes: { livingCorrelation: -0.85 } }],
});
