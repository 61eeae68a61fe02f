/** dead-dimension: one number of the code is the same for every image, or ignored. */
import { activationOf } from '../../activations/index.ts';
import { isConstant } from '../collapsed.ts';
import { COMMON, deadDimensions, IGNORED, INFORMATIVE, STILL } from '../dead-dimensions.ts';
import { type DimensionStats, defineFinding } from '../definition.ts';
import { aliveDimension } from '../healthy.ts';
import { dimensionNames, percentOf, short } from '../wording.ts';

const evidenceOf = (dimensions: readonly DimensionStats[], named: readonly number[]) => ({
  dimensions: named.map((d) => d + 1),
  std: dimensions.map(({ std }) => std),
  commonest: named.map((d) => dimensions[d].commonest),
  shareAtCommonest: named.map((d) => dimensions[d].commonestShare),
  effect: dimensions.map(({ effect }) => effect),
});

const ignored = { ...aliveDimension, effect: 0.002 };
const dying = { ...aliveDimension, commonest: 0, commonestShare: 0.95 };

export const deadDimension = defineFinding({
  code: 'dead-dimension',
  severities: ['error', 'warning'],
  means:
    'One number of the code is the same for (almost) every image, or the decoder ignores it; the latent space has a dimension fewer than it was given.',
  holds: ({ still, common, mostly, ignored }) =>
    `one dimension, not all: ${percentOf(common)} of the images share its value, its deviation is at most ${still} of the liveliest one's, or the pictures change by less than ${percentOf(ignored)} of their variance when it is set to its mean (of more than two dimensions, of n, two nths of that); a warning from ${percentOf(mostly)} of shared values on`,
  tries: 'he-uniform initialisation, tanh, sigmoid or linear codes',
  needs: ['dimensions', 'codeActivation', 'outputVariance'],
  thresholds: {
    still: {
      value: STILL,
      measure: "standard deviation, of the liveliest dimension's",
      why: 'The zoo has no living dimension below a third of the other; what died has exactly 0.',
    },
    common: {
      value: COMMON,
      measure: 'share of images with one value, to a thousandth of the extent',
      why: 'Dead dimensions of the zoo: all images. A living one may still have some.',
    },
    mostly: {
      value: 0.9,
      measure: 'share of images with one value, to a thousandth of the extent',
      why: 'One image in ten tells too little to use a dimension for; it is on its way to die.',
    },
    ignored: {
      value: IGNORED,
      measure: "mean squared change of the pictures without the dimension, of the pictures' variance",
      why: 'A living dimension of the zoo has 0.2 and more.',
    },
    informative: {
      value: INFORMATIVE,
      measure: "output variance, of the images'",
      why: 'A decoder that ignores the whole code says nothing of one dimension.',
    },
  },
  remedies: {
    dying:
      'a dead unit gets no gradient back: train again from another `seed`, with the `initializer` he-uniform or a lower `learningRate`, or give the code layer tanh, sigmoid or no activation',
    other:
      'train again from another `seed`; in a variational network lower the weight of the Kullback-Leibler divergence, which has switched this dimension off',
  },
  find: ({ dimensions, codeActivation, outputVariance }, { common, mostly }) => {
    if (dimensions.every((dimension) => isConstant(dimension, codeActivation))) return null;
    const remedy = activationOf(codeActivation).dies ? 'dying' : 'other';
    const indices = dimensions.map((_, d) => d);
    const dead = deadDimensions(dimensions, outputVariance);
    if (dead.length > 0) {
      const { commonest, commonestShare, effect } = dimensions[dead[0]];
      const [are, them] = dead.length === 1 ? ['is', 'it'] : ['are', 'the first of them'];
      const why =
        commonestShare >= common
          ? `${are} ${short(commonest)} for ${percentOf(commonestShare)} of the images`
          : `${are} ignored: without ${them} the pictures change by ${percentOf(effect)} of their variance`;
      return {
        severity: 'error',
        message: `${dimensionNames(dead)} of the code ${why}`,
        evidence: evidenceOf(dimensions, dead),
        remedy,
      };
    }
    const dying = indices.filter((d) => dimensions[d].commonestShare >= mostly);
    if (dying.length === 0) return null;
    const { commonest, commonestShare } = dimensions[dying[0]];
    return {
      severity: 'warning',
      message: `${dimensionNames(dying)} of the code ${dying.length === 1 ? 'is' : 'are'} ${short(commonest)} for ${percentOf(commonestShare)} of the images`,
      evidence: evidenceOf(dimensions, dying),
      remedy,
    };
  },
  examples: [
    { severity: 'error', remedy: 'other', changes: { dimensions: [aliveDimension, ignored] } },
    { severity: 'error', remedy: 'dying', changes: { codeActivation: 'relu', dimensions: [aliveDimension, ignored] } },
    { severity: 'warning', remedy: 'other', changes: { dimensions: [dying, aliveDimension] } },
  ],
});
