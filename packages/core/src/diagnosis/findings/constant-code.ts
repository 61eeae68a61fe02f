/** constant-code: every image has one and the same code. */
import { activationBounds } from '../../activations/index.ts';
import type { DimensionHabit, Examination, FindingRule } from '../types.ts';
import { listed, short } from '../wording.ts';

/** Standard deviation over the scale of the code. Healthy networks of the zoo: 0.1 to 0.4; n8python collapsed: below 1e-4. */
const CONSTANT = 0.005;
const COMMON = 0.99;
const SAYS_LITTLE = 0.1;

const scaleOf = (activation: Examination['codeActivation'], { min, max }: DimensionHabit): number => {
  const bounds = activationBounds(activation);
  return bounds === null ? Math.max(Math.abs(min), Math.abs(max)) : bounds[1] - bounds[0];
};

/** Whether a dimension has one value for (almost) all images. */
export const isConstant = (dimension: DimensionHabit, activation: Examination['codeActivation']): boolean =>
  dimension.std <= CONSTANT * scaleOf(activation, dimension) || dimension.commonestShare >= COMMON;

export const constantCode: FindingRule = {
  code: 'constant-code',
  means: 'Every image is encoded to the same point: no dimension of the code varies.',
  find: ({ dimensions, codeActivation, outputVariance }) => {
    if (!dimensions.every((dimension) => isConstant(dimension, codeActivation))) return null;
    const point = dimensions.map(({ commonest }) => commonest);
    return {
      code: 'constant-code',
      severity: outputVariance < SAYS_LITTLE ? 'error' : 'warning',
      message: `(almost) every image is encoded to the same point, (${listed(point.map(short)).replace(' and ', ', ')})`,
      evidence: {
        point,
        std: dimensions.map(({ std }) => std),
        shareAtPoint: dimensions.map(({ commonestShare }) => commonestShare),
        outputVariance,
      },
      remedy:
        'lower the learning rate (a tenth is a good start), warm it up, or draw other first weights: the code layer was driven to where its gradient is zero',
    };
  },
};
