/** overfit: images that were held out come back worse than those that were learned. */
import { defineFinding } from '../definition.ts';
import { percentOf, short } from '../wording.ts';

export const overfit = defineFinding({
  code: 'overfit',
  severities: ['warning'],
  means: 'Images that were kept out of the training come back clearly worse than those that it saw.',
  holds: ({ gap }) => `held-out images cost ${percentOf(gap - 1)} more than learned ones`,
  tries: 'patience on a validation split, noise, more images',
  needs: ['mse'],
  thresholds: {
    gap: {
      value: 1.1,
      measure: 'held-out error over training error',
      why: 'Test images cost up to 5 % more than training images in the networks of the zoo, none of which overfits.',
    },
  },
  remedies: {
    stop: 'stop earlier by `patience` on a `validationSplit`, add dropout or noise, take a smaller network, or more images (`augmentation` makes them)',
  },
  find: ({ mse }, { gap }, training) => {
    // Where the test images were learned, only what the training itself held out can tell.
    const held = training?.testHeldOut === false ? training.valLoss : mse.test;
    if (held === null || !Number.isFinite(held) || !(mse.train > 0)) return null;
    const ratio = held / mse.train;
    if (ratio < gap) return null;
    return {
      severity: 'warning',
      message: `held-out images cost ${percentOf(ratio - 1)} more than those it was trained on (${short(held)} and ${short(mse.train)})`,
      evidence: { train: mse.train, heldOut: held, ratio },
      remedy: 'stop',
    };
  },
  examples: [
    { severity: 'warning', remedy: 'stop', changes: { mse: { train: 0.03, test: 0.034, all: 0.031 } } },
    {
      severity: 'warning',
      remedy: 'stop',
      changes: {
        mse: { train: 0.03, test: 0.034, all: 0.031 },
        training: { stopped: null, testHeldOut: false, valLoss: 0.035 },
      },
    },
  ],
});
