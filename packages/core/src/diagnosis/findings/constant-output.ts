/** constant-output: the decoder's output is (almost) the same picture for every image. */
import { defineFinding } from '../definition.ts';
import { percentOf, short } from '../wording.ts';

export const constantOutput = defineFinding({
  code: 'constant-output',
  severities: ['error'],
  means:
    "Whatever the image, the decoder's output is the same picture: most often the mean of all, or a constant grey.",
  holds: ({ constant }) => `the reconstructions show less than ${percentOf(constant)} of the images' variance`,
  tries: 'look at the code findings first',
  needs: ['outputVariance', 'mse', 'baselines'],
  thresholds: {
    constant: {
      value: 0.02,
      measure: "output variance, of the images'",
      why: 'The poorest working network of the zoo, of 193 parameters, shows a tenth and more; collapsed ones less than 1e-13.',
    },
  },
  remedies: {
    code: 'the error alone does not tell: look at the findings on the code first, then train again from another `seed` or with a lower `learningRate`',
  },
  find: ({ outputVariance, mse, baselines: { meanImage, constantGrey } }, { constant }) => {
    if (outputVariance >= constant) return null;
    return {
      severity: 'error',
      message: `every image comes back as the same picture: the reconstructions show ${percentOf(outputVariance)} of the images' variance (error ${short(mse.all)}; the mean image has ${short(meanImage)}, a constant grey ${short(constantGrey)})`,
      evidence: { outputVariance, mse: mse.all, meanImage, constantGrey },
      remedy: 'code',
    };
  },
  examples: [{ severity: 'error', remedy: 'code', changes: { outputVariance: 0.001 } }],
});
