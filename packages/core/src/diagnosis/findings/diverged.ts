/** diverged: the training ran away. */
import { defineFinding } from '../definition.ts';
import { short } from '../wording.ts';
import { expectsOtherRange } from './input-mismatch.ts';

export const diverged = defineFinding({
  code: 'diverged',
  severities: ['error'],
  means: 'The loss grew beyond all bounds or became no number: the steps were too large.',
  holds: ({ absurd }) =>
    `the run says so, values are not finite, or the error is ${absurd} times that of a constant grey and more; not the latter where a run ended well whose batch normalisation keeps running means, which a short one has not filled`,
  tries: 'a tenth of the learning rate, or warm-up',
  needs: ['mse', 'baselines', 'keepsRunning'],
  thresholds: {
    absurd: {
      value: 3,
      measure: 'error over that of a constant grey',
      why: 'White noise costs about four times a constant grey; no network that learned anything costs more than one.',
    },
  },
  remedies: {
    slower: 'lower `learningRate` (a tenth is a good start), or warm it up over the first epochs (`schedule`)',
    earlier: 'train again with a lower `learningRate` (a tenth is a good start), or go back to an earlier checkpoint',
  },
  find: (examination, { absurd }, training) => {
    const {
      mse,
      baselines: { constantGrey },
      keepsRunning,
    } = examination;
    // Images of another range or polarity are told as such.
    if (expectsOtherRange(examination)) return null;
    const stopped = training?.stopped === 'diverged';
    const endedWell = training?.stopped === 'finished' || training?.stopped === 'early';
    // Its losses were finite to the end; what inference takes instead of the batches' means may lag behind.
    if (!stopped && (mse.all < absurd * constantGrey || (keepsRunning && endedWell))) return null;
    return {
      severity: 'error',
      message: stopped
        ? `the loss became no number, and the training stopped there; the weights it kept have an error of ${short(mse.all)}`
        : `an error of ${short(mse.all)} is more than any baseline's (constant grey: ${short(constantGrey)})`,
      evidence: { mse: mse.all, constantGrey, stopped: training?.stopped ?? 'unknown' },
      remedy: 'slower',
    };
  },
  notFinite: (reason) => ({
    severity: 'error',
    message: 'the network answers with values that are not finite numbers: its weights ran away in training',
    evidence: { reason },
    remedy: 'earlier',
  }),
  examples: [
    { severity: 'error', remedy: 'slower', changes: { mse: { train: 0.4, test: 0.4, all: 0.4 } } },
    {
      severity: 'error',
      remedy: 'slower',
      changes: { training: { stopped: 'diverged', testHeldOut: true, valLoss: null } },
    },
  ],
});
