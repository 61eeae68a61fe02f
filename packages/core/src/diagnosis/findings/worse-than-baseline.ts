/** worse-than-baseline: a guess without a network does as well. */
import { namedBaselines } from '../../evaluation/index.ts';
import { defineFinding } from '../definition.ts';
import { short } from '../wording.ts';
import { expectsOtherRange } from './input-mismatch.ts';

/** Below this share of the mean image's error, what is left of one is rounding. */
const WHOLE = 1e-6;

const atError = (error: number) => ({ mse: { train: error, test: error, all: error } });

export const worseThanBaseline = defineFinding({
  code: 'worse-than-baseline',
  aliases: ['worse-than-floor'],
  severities: ['error', 'warning'],
  means:
    'A guess that needs no network has no larger error: a constant grey, the mean image, or as many principal components as the code has numbers.',
  holds: ({ same }) =>
    `the error is ${short(100 * same)} % of the mean image's and more; a warning from that of the principal components on`,
  tries: 'another seed, longer, more parameters',
  needs: ['mse', 'baselines', 'keepsRunning'],
  thresholds: {
    same: {
      value: 0.995,
      measure: "error, of the mean image's",
      why: 'A network this close has learned the mean image: collapsed ones of the zoo lie at 100.1 % and more, the poorest working one at 96 %.',
    },
    apart: {
      value: 1.1,
      measure: 'error, of the guess’s',
      why: 'Collapsed networks of the zoo lie within 5.2 % of the guess that they have learned, most within 0.1 %; what lies a tenth above has not come to it.',
    },
  },
  remedies: {
    settle:
      'train for more `epochs`: inference takes the running means of batch normalisation, which follow the batches slowly; a lower momentum of that layer follows faster, and a lower `learningRate` moves less',
    longer:
      'if another finding stands beside this one, mend that first; otherwise train for more `epochs`, with another `seed` or `learningRate`, or give the network more parameters',
  },
  find: (examination, { same, apart }) => {
    if (expectsOtherRange(examination)) return null;
    const { mse, baselines, keepsRunning } = examination;
    const lags = keepsRunning && mse.all > apart * baselines.meanImage;
    const { constantGrey, meanImage, pca } = baselines;
    const evidence = { mse: mse.all, constantGrey, meanImage, [`pca${pca.components}`]: pca.mse };
    if (mse.all >= same * meanImage) {
      const [name, error] =
        mse.all >= same * constantGrey ? ['a constant grey', constantGrey] : ['the mean image', meanImage];
      return {
        severity: 'error',
        message: `an error of ${short(mse.all)} is ${mse.all > apart * error ? 'above that' : 'that'} of ${name} (${short(error)}): the network has learned nothing about single images${lags ? ', or its running means have not settled' : ''}`,
        evidence,
        remedy: lags ? 'settle' : 'longer',
      };
    }
    // As many numbers as give the images back whole say nothing of a network.
    if (mse.all < pca.mse || pca.mse < WHOLE * meanImage) return null;
    return {
      severity: 'warning',
      message: `an error of ${short(mse.all)} is above that of ${namedBaselines(baselines)[0].name} (${short(pca.mse)}), a linear code without a network`,
      evidence,
      remedy: 'longer',
    };
  },
  examples: [
    { severity: 'error', remedy: 'longer', changes: atError(0.0951) },
    { severity: 'error', remedy: 'longer', changes: atError(0.0672) },
    { severity: 'error', remedy: 'settle', changes: { ...atError(0.12), keepsRunning: true } },
    { severity: 'warning', remedy: 'longer', changes: atError(0.06) },
  ],
});
