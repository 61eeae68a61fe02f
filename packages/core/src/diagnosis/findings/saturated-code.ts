/** saturated-code: codes pressed against the ends of the code layer's activation. */
import { defineFinding } from '../definition.ts';
import { aliveDimension } from '../healthy.ts';
import { dimensionNames, listed, percentOf, short } from '../wording.ts';

export const saturatedCode = defineFinding({
  code: 'saturated-code',
  severities: ['error', 'warning'],
  means:
    'Codes lie at the ends of a bounded activation (tanh, sigmoid), where its gradient vanishes: they can hardly move any more and fall into corners and edges of the square.',
  holds: ({ all, half }) =>
    `${percentOf(all)} of the images lie in corners of a bounded activation's range (within 1 % of the ends); a warning where ${percentOf(half)} of them lie at an end of one dimension`,
  tries: 'a lower rate, noise or a penalty on large codes',
  needs: ['dimensions', 'cornerShare', 'codeActivation'],
  thresholds: {
    all: {
      value: 0.95,
      measure: 'share of images with every dimension at an end',
      why: 'Only the corners are left, so the code is a handful of points; a collapsed network of the zoo has all of them there.',
    },
    half: {
      value: 0.5,
      measure: 'share of images with this dimension at an end',
      why: 'Most images get next to no gradient in this dimension.',
    },
  },
  remedies: {
    corners:
      'lower `learningRate` or warm it up (`schedule`), scale the initial weights down, or put fewer relu layers before the code: large inputs drive the activation to where it has no gradient',
    edges:
      'a lower `learningRate`, a penalty on large codes, or noise on the code spreads them; a linear code has no ends',
  },
  find: ({ dimensions, cornerShare, codeActivation }, { all, half }) => {
    const shares = dimensions.map(({ saturatedShare }) => saturatedShare ?? 0);
    const evidence = {
      activation: codeActivation,
      cornerShare,
      saturatedShare: shares,
      commonest: dimensions.map(({ commonest }) => commonest),
    };
    if (cornerShare >= all) {
      const point = listed(dimensions.map(({ commonest }) => short(commonest))).replace(' and ', ', ');
      return {
        severity: 'error',
        message: `${percentOf(cornerShare)} of the images have a code in a corner of the ${codeActivation}'s range, most often (${point})`,
        evidence,
        remedy: 'corners',
      };
    }
    const pressed = shares.flatMap((share, d) => (share >= half ? [d] : []));
    if (pressed.length === 0) return null;
    return {
      severity: 'warning',
      message: `in ${dimensionNames(pressed)}, ${listed(pressed.map((d) => percentOf(shares[d])))} of the images lie at an end of the ${codeActivation}'s range`,
      evidence,
      remedy: 'edges',
    };
  },
  examples: [
    { severity: 'error', remedy: 'corners', changes: { cornerShare: 0.96 } },
    {
      severity: 'warning',
      remedy: 'edges',
      changes: { dimensions: [{ ...aliveDimension, saturatedShare: 0.6 }, aliveDimension] },
    },
  ],
});
