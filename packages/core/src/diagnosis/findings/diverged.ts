/** diverged: the training ran away. */
import type { FindingRule } from '../types.ts';
import { short } from '../wording.ts';

/** Of the error of one grey: white noise costs about four times that. */
const ABSURD = 3;

export const diverged: FindingRule = {
  code: 'diverged',
  means: 'The loss grew beyond all bounds or became no number: the steps were too large.',
  find: ({ mse, floors, training }) => {
    const stopped = training?.stopped === 'diverged';
    if (!stopped && mse.all < ABSURD * floors.constantGrey) return null;
    return {
      code: 'diverged',
      severity: 'error',
      message: stopped
        ? 'the loss became no number, and the training stopped there'
        : `an error of ${short(mse.all)} is more than any guess costs (one grey: ${short(floors.constantGrey)})`,
      evidence: { mse: mse.all, constantGrey: floors.constantGrey, stopped: training?.stopped ?? 'unknown' },
      remedy: 'lower the learning rate (a tenth is a good start), or warm it up over the first epochs',
    };
  },
};
