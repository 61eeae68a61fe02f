/** saturated-code: codes pressed against the ends of the code layer's activation. */
import type { FindingRule } from '../types.ts';
import { dimensionNames, listed, percentOf, short } from '../wording.ts';

/** Every dimension of (almost) every image: only the corners of the square are left. */
const ALL = 0.95;
const HALF = 0.5;

export const saturatedCode: FindingRule = {
  code: 'saturated-code',
  means:
    'Codes lie at the ends of a bounded activation (tanh, sigmoid), where its gradient vanishes: they can hardly move any more and fall into corners and edges of the square.',
  find: ({ dimensions, cornerShare, codeActivation }) => {
    if (cornerShare === null) return null;
    const shares = dimensions.map(({ saturatedShare }) => saturatedShare ?? 0);
    const evidence = {
      activation: codeActivation,
      cornerShare,
      saturatedShare: shares,
      commonest: dimensions.map(({ commonest }) => commonest),
    };
    if (cornerShare >= ALL) {
      const point = listed(dimensions.map(({ commonest }) => short(commonest))).replace(' and ', ', ');
      return {
        code: 'saturated-code',
        severity: 'error',
        message: `${percentOf(cornerShare)} of the images have a code in a corner of the ${codeActivation}'s range, most often (${point})`,
        evidence,
        remedy:
          'lower the learning rate or warm it up, scale the first weights down, or put fewer relu layers before the code: large inputs drive the activation to where it has no gradient',
      };
    }
    const pressed = shares.flatMap((share, d) => (share >= HALF ? [d] : []));
    if (pressed.length === 0) return null;
    return {
      code: 'saturated-code',
      severity: 'warning',
      message: `in ${dimensionNames(pressed)}, ${listed(pressed.map((d) => percentOf(shares[d])))} of the images lie at an end of the ${codeActivation}'s range`,
      evidence,
      remedy:
        'a lower learning rate, a penalty on large codes, or noise on the code spreads them; a linear code has no ends',
    };
  },
};
