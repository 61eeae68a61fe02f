/** dead-dimension: one number of the code is the same for every image, or ignored; the plane is a line. */
import { activationOf } from '../../activations/index.ts';
import type { DimensionHabit, Examination, FindingRule } from '../types.ts';
import { dimensionNames, percentOf, short } from '../wording.ts';
import { isConstant } from './constant-code.ts';

/** Beside the liveliest dimension's. */
const STILL = 1e-3;
const COMMON = 0.99;
const MOSTLY = 0.9;
/** Of the pictures' variance; a living dimension of the zoo has 0.2 and more. */
const IGNORED = 0.01;
const SAYS_LITTLE = 0.1;

const isDead = (dimension: DimensionHabit, liveliest: number, outputVariance: number): boolean =>
  dimension.std <= STILL * liveliest ||
  dimension.commonestShare >= COMMON ||
  (outputVariance >= SAYS_LITTLE && dimension.effect < IGNORED);

const evidenceOf = (dimensions: readonly DimensionHabit[], named: readonly number[]) => ({
  dimensions: named.map((d) => d + 1),
  std: dimensions.map(({ std }) => std),
  commonest: named.map((d) => dimensions[d].commonest),
  shareAtCommonest: named.map((d) => dimensions[d].commonestShare),
  effect: dimensions.map(({ effect }) => effect),
});

const remedyFor = (activation: Examination['codeActivation']): string =>
  activationOf(activation).dies
    ? `a dead ${activation} gets no gradient back: train again from another seed, with he-uniform first weights or a lower rate, or give the code layer tanh, sigmoid or no activation`
    : 'train again from another seed; in a variational network lower the weight of the divergence, which has switched this dimension off';

export const deadDimension: FindingRule = {
  code: 'dead-dimension',
  means:
    'One number of the code is the same for (almost) every image, or the decoder ignores it; the latent space has a dimension fewer than it was given.',
  find: ({ dimensions, codeActivation, outputVariance }) => {
    if (dimensions.every((dimension) => isConstant(dimension, codeActivation))) return null;
    const liveliest = Math.max(...dimensions.map(({ std }) => std));
    const indices = dimensions.map((_, d) => d);
    const dead = indices.filter((d) => isDead(dimensions[d], liveliest, outputVariance));
    if (dead.length > 0) {
      const [first] = dead;
      const { commonest, commonestShare, effect } = dimensions[first];
      const why =
        commonestShare >= COMMON
          ? `is ${short(commonest)} for ${percentOf(commonestShare)} of the images`
          : `says nothing: without it the pictures change by ${percentOf(effect)} of their variance`;
      return {
        code: 'dead-dimension',
        severity: 'error',
        message: `${dimensionNames(dead)} of the code ${why}`,
        evidence: evidenceOf(dimensions, dead),
        remedy: remedyFor(codeActivation),
      };
    }
    const dying = indices.filter((d) => dimensions[d].commonestShare >= MOSTLY);
    if (dying.length === 0) return null;
    return {
      code: 'dead-dimension',
      severity: 'warning',
      message: `${dimensionNames(dying)} of the code is ${short(dimensions[dying[0]].commonest)} for ${percentOf(dimensions[dying[0]].commonestShare)} of the images`,
      evidence: evidenceOf(dimensions, dying),
      remedy: remedyFor(codeActivation),
    };
  },
};
