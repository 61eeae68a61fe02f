/** constant-output: the decoder draws (almost) the same picture for every image. */
import type { FindingRule } from '../types.ts';
import { percentOf, short } from '../wording.ts';

/** Of the images' variance. The poorest working network of the zoo, of 193 parameters, shows a tenth and more. */
const CONSTANT = 0.02;

export const constantOutput: FindingRule = {
  code: 'constant-output',
  means: 'Whatever the image, the decoder draws the same picture: most often the mean of all, or one grey.',
  find: ({ outputVariance, mse, floors }) => {
    if (outputVariance >= CONSTANT) return null;
    return {
      code: 'constant-output',
      severity: 'error',
      message: `every image comes back as the same picture: the reconstructions show ${percentOf(outputVariance)} of the images' variance`,
      evidence: { outputVariance, mse: mse.all, meanImage: floors.meanImage, constantGrey: floors.constantGrey },
      remedy: `the error alone does not tell (${short(mse.all)}; the mean image costs ${short(floors.meanImage)}, one grey ${short(floors.constantGrey)}): look at the code findings first, then train again from another seed or with a lower learning rate`,
    };
  },
};
