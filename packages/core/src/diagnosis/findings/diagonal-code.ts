/** diagonal-code: the two numbers rise and fall together. */
import type { FindingRule } from '../types.ts';
import { isConstant } from './constant-code.ts';

/** Absolute correlation; healthy networks of the zoo stay below 0.6. */
const DIAGONAL = 0.8;

export const diagonalCode: FindingRule = {
  code: 'diagonal-code',
  means:
    'The two numbers of the code are strongly correlated: images lie along a diagonal, and a mesh over the rectangle around them is mostly places that the decoder has never seen.',
  find: ({ code: { correlation, participationRatio, occupied }, dimensions, codeActivation }) => {
    if (correlation === null || Math.abs(correlation) < DIAGONAL) return null;
    // What hardly varies may correlate by chance.
    if (dimensions.every((dimension) => isConstant(dimension, codeActivation))) return null;
    return {
      code: 'diagonal-code',
      severity: 'warning',
      message: `the two numbers of the code go together (correlation ${correlation.toFixed(3)}): images lie along a diagonal`,
      evidence: { correlation, participationRatio, occupied: occupied ?? 'none' },
      remedy:
        'train a new decoder on the frozen codes with a validation split (latent tune-decoder), so that it generalises beside the diagonal; or give the code tanh or sigmoid, which spreads it over the square',
    };
  },
};
