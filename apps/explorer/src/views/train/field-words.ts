/**
 * Words for the fields of a recipe and of a loss, and what a choice begins with.
 *
 * In: the name of a field, as the library's schema has it. Out: a label, a sentence, values. A field that is not named
 * here appears all the same, under its own name (`model/form.ts` in the library).
 */
import type { LossSpec, ScheduleSpec } from 'latent-plane';

/** Labels by path. */
export const RECIPE_LABELS: Readonly<Record<string, string>> = {
  schedule: 'Learning rate over the run',
  'schedule.learningRate': 'Learning rate, highest',
  'schedule.warmupEpochs': 'Epochs of warm-up',
  'schedule.finalFraction': 'Lowest rate, share of the highest',
  'schedule.decayEpochs': 'Last epochs, in which it falls',
  'schedule.cycles': 'Cosines, one after the other',
  'schedule.factor': 'Multiplied by',
  'schedule.everyEpochs': 'Every so many epochs',
  validationSplit: 'Held out for validation (share)',
  validationFrom: 'Held out are',
  restoreBest: 'Keep the weights of the best epoch',
  bestBy: 'Best epoch told by',
  trainOn: 'Images trained on',
  initializer: 'First kernels',
  biasInitializer: 'First biases',
  outputBias: 'Last bias',
  restart: 'First weights, draw number',
  dropoutEpochs: 'Epochs with dropout',
  patience: 'Patience, epochs',
  augmentationEpochs: 'Epochs with changed images',
  augmentationTarget: 'Changed images are held against',
  weightDecay: 'Weight decay of kernels',
  weightAveraging: 'Running average of weights, decay',
  neighbourEpochs: 'Epochs with the loss of neighbours',
  significantBits: 'Kept weights, binary digits',
};

export const LOSS_LABELS: Readonly<Record<string, string>> = {
  loss: 'Loss',
  'loss.weight': 'Weight of the second term',
  'loss.neighbours': 'Nearest images to draw from',
  'loss.metric': 'Nearest by',
  'loss.strangers': 'Others to keep away from',
};

/** What each loss is for, in a sentence. */
export const LOSS_WORDS: { readonly [T in LossSpec['type']]: string } = {
  mse: 'The squared difference of the pixels, and nothing else.',
  vae: 'Adds how far the code’s Gaussian lies from the unit Gaussian; the encoder has to end in Gaussian sampling.',
  'vae-log-sigma':
    'The zoo author’s variant of the divergence; the encoder has to end in Gaussian sampling by log-sigma.',
  neighbours:
    'Pulls images that resemble each other together in the plane, and pushes others apart. No label is looked at.',
  jacobian: 'Adds how much a pixel changes for a step across the plane: the decoder is to be smooth.',
  'cross-entropy': 'How surprised the network is by the label.',
};

/** What each course of the learning rate is, in a sentence. */
export const SCHEDULE_WORDS: { readonly [T in ScheduleSpec['type']]: string } = {
  constant: 'The same rate throughout.',
  'warmup-cosine': 'Rises over the warm-up, then falls along half a cosine.',
  'hold-cosine': 'Rises over the warm-up, stays, and falls along half a cosine over the last epochs alone.',
  'cosine-restarts': 'Rises over the warm-up, then falls along several half cosines, each from the highest rate again.',
  'step-decay': 'Multiplied again and again.',
};

/** Values that a choice begins with: a second term that counts for nothing would look as if it did nothing. */
export const LOSS_STARTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  vae: { weight: 0.001 },
  'vae-log-sigma': { weight: 0.001 },
  neighbours: { weight: 0.03, neighbours: 15, metric: 'deskewed', strangers: 5 },
  jacobian: { weight: 0.001 },
};

export const SCHEDULE_STARTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'hold-cosine': { decayEpochs: 5 },
  'cosine-restarts': { cycles: 3 },
  'step-decay': { factor: 0.5, everyEpochs: 10 },
};
