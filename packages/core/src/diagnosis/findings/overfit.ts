/** overfit: images that were held out come back worse than those that were learned. */
import type { FindingRule } from '../types.ts';
import { percentOf, short } from '../wording.ts';

/** Held-out error over training error. Test digits of MNIST cost 1 % more than training digits whatever the network. */
const GAP = 1.1;

export const overfit: FindingRule = {
  code: 'overfit',
  means: 'Images that were kept out of the training come back clearly worse than those that it saw.',
  find: ({ mse, training }) => {
    // Where the test images were learned, only what the training itself held out can tell.
    const held = training?.testHeldOut === false ? training.valLoss : mse.test;
    if (held === null || !Number.isFinite(held) || !(mse.train > 0)) return null;
    const ratio = held / mse.train;
    if (ratio < GAP) return null;
    return {
      code: 'overfit',
      severity: 'warning',
      message: `held-out images cost ${percentOf(ratio - 1)} more than those it was trained on (${short(held)} and ${short(mse.train)})`,
      evidence: { train: mse.train, heldOut: held, ratio },
      remedy:
        'stop earlier by patience on a validation split, add dropout or noise, take a smaller network, or more images (shifts and small rotations make them)',
    };
  },
};
