/** worse-than-floor: guesses without a network do as well. */
import type { FindingRule } from '../types.ts';
import { short } from '../wording.ts';

/** A network that costs this much of the mean image's error has learned the mean image. */
const SAME = 0.995;

export const worseThanFloor: FindingRule = {
  code: 'worse-than-floor',
  means:
    'A guess that needs no network costs no more: one grey, the mean image, or a straight plane (two principal components).',
  find: ({ mse, floors }) => {
    const evidence = { mse: mse.all, ...floors };
    const remedy =
      'if another finding stands beside this one, mend that first; otherwise train longer, with another seed or rate, or give the network more parameters';
    if (mse.all >= SAME * floors.meanImage) {
      const grey = mse.all >= SAME * floors.constantGrey;
      return {
        code: 'worse-than-floor',
        severity: 'error',
        message: `an error of ${short(mse.all)} is what ${grey ? `one grey for every image costs (${short(floors.constantGrey)})` : `the mean image costs (${short(floors.meanImage)})`}: the network has learned nothing about single images`,
        evidence,
        remedy,
      };
    }
    if (mse.all < floors.pca2) return null;
    return {
      code: 'worse-than-floor',
      severity: 'warning',
      message: `an error of ${short(mse.all)} is above that of two principal components (${short(floors.pca2)}), a straight plane without a network`,
      evidence,
      remedy,
    };
  },
};
