/** constant-code: every image has one and the same code. */
import { COMMON, CONSTANT, collapsedDimensions, isConstant } from '../collapsed.ts';
import { defineFinding } from '../definition.ts';
import { aliveDimension } from '../healthy.ts';
import { listed, percentOf, short } from '../wording.ts';

const still = { ...aliveDimension, std: 1e-4 };

export const constantCode = defineFinding({
  code: 'constant-code',
  severities: ['error', 'warning'],
  means: 'Every image is encoded to the same point: no dimension of the code varies.',
  holds: ({ constant, common, informative }) =>
    `in every dimension the standard deviation is at most ${constant} of the activation's range (of the largest absolute code where it has none), or ${percentOf(common)} of the images share a value; a warning if the decoder still tells images apart (output variance of ${informative} and more)`,
  tries: 'a lower rate, another initialisation',
  needs: ['dimensions', 'codeActivation', 'outputVariance'],
  thresholds: {
    constant: {
      value: CONSTANT,
      measure: "standard deviation, of the code's scale",
      why: 'Healthy networks of the zoo have 0.1 to 0.4; a collapsed one has less than 0.0001.',
    },
    common: {
      value: COMMON,
      measure: 'share of images with one value, to a thousandth of the extent',
      why: 'Collapsed networks of the zoo: 99.8 % and more. The hundredth that is left are outliers, which stretch the deviation.',
    },
    informative: {
      value: 0.1,
      measure: "output variance, of the images'",
      why: 'Below a tenth the decoder has nothing left to tell images apart by.',
    },
  },
  remedies: {
    slower:
      'lower `learningRate` (a tenth is a good start), warm it up (`schedule`), or begin from another `seed` or `initializer`: the code layer was driven to where its gradient is zero',
  },
  find: (examination, { informative }) => {
    const { dimensions, codeActivation, outputVariance } = examination;
    // A Gaussian code that says nothing has its own name.
    if (collapsedDimensions(examination).length === dimensions.length) return null;
    if (!dimensions.every((dimension) => isConstant(dimension, codeActivation))) return null;
    const point = dimensions.map(({ commonest }) => commonest);
    return {
      severity: outputVariance < informative ? 'error' : 'warning',
      message: `(almost) every image is encoded to the same point, (${listed(point.map(short)).replace(' and ', ', ')})`,
      evidence: {
        point,
        std: dimensions.map(({ std }) => std),
        shareAtPoint: dimensions.map(({ commonestShare }) => commonestShare),
        outputVariance,
      },
      remedy: 'slower',
    };
  },
  examples: [
    { severity: 'error', remedy: 'slower', changes: { dimensions: [still, still], outputVariance: 0.05 } },
    { severity: 'warning', remedy: 'slower', changes: { dimensions: [still, still] } },
  ],
});
