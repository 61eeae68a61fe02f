/**
 * A recipe, a loss, a finding's evidence in words.
 *
 * In: plain data. Out: text for people; which of it is shown where, is the views' business.
 */
import type { Finding, LossSpec, Recipe } from 'latent-plane';

export type Fact = readonly [name: string, value: string];

/** `104,890`, whatever the language of the browser. */
export const grouped = (count: number): string => count.toLocaleString('en-US');

export const durationWords = (seconds: number): string => {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

export const lossWords = (loss: LossSpec): string => {
  switch (loss.type) {
    case 'mse':
      return 'mean squared error';
    case 'cross-entropy':
      return 'cross-entropy';
    case 'vae':
      return `mean squared error + ${loss.weight} × divergence`;
    case 'vae-log-sigma':
      return `mean squared error + ${loss.weight} × divergence (log-sigma variant)`;
    case 'neighbours':
      return `mean squared error + ${loss.weight} × cross-entropy of neighbours in the plane`;
    case 'jacobian':
      return `mean squared error + ${loss.weight} × squared slope of the decoder`;
  }
};

/** What the training curves show where it is not the plain error. */
export const curveName = ({ type }: LossSpec): string | undefined => {
  switch (type) {
    case 'mse':
      return undefined;
    case 'neighbours':
      return 'squared error and cross-entropy of neighbours';
    case 'jacobian':
      return 'squared error and slope of the decoder';
    default:
      return 'mean squared error and divergence';
  }
};

const warmedUp = (schedule: { readonly learningRate: number; readonly warmupEpochs: number }): string =>
  `${schedule.learningRate} after ${schedule.warmupEpochs} ${schedule.warmupEpochs === 1 ? 'epoch' : 'epochs'} of warm-up`;

const scheduleWords = ({ schedule }: Recipe): string => {
  switch (schedule.type) {
    case 'constant':
      return `${schedule.learningRate}, constant`;
    case 'step-decay':
      return `${schedule.learningRate}, times ${schedule.factor} every ${schedule.everyEpochs} epochs`;
    case 'warmup-cosine':
      return `${warmedUp(schedule)}, then a cosine down to ${schedule.finalFraction} of it`;
    case 'hold-cosine':
      return `${warmedUp(schedule)}, over the last ${schedule.decayEpochs} epochs a cosine down to ${schedule.finalFraction} of it`;
    case 'cosine-restarts':
      return `${warmedUp(schedule)}, then ${schedule.cycles} cosines down to ${schedule.finalFraction} of it, each from the full rate again`;
  }
};

const heldOutWords = ({ validationSplit, validationFrom }: Recipe): string => {
  if (validationSplit === 0) return 'none';
  return `${100 * validationSplit} %, ${validationFrom === 'shuffled' ? 'chosen by the seed' : 'the last ones'}`;
};

export const recipeFacts = (recipe: Recipe): Fact[] => [
  ['Recipe', recipe.name],
  ['Seed', String(recipe.seed)],
  ['Epochs', `up to ${recipe.epochs}`],
  ['Batch size', String(recipe.batchSize)],
  ['Learning rate (Adam)', scheduleWords(recipe)],
  ['Trained on', recipe.trainOn === 'all' ? 'training and test images' : 'training images'],
  ['Held out for validation', heldOutWords(recipe)],
  ['Patience', recipe.patience === undefined ? 'none' : `${recipe.patience} epochs`],
  ['Weights kept', recipe.restoreBest ? 'of the best epoch' : 'of the last epoch'],
  ['Order of images', recipe.shuffle ? 'shuffled every epoch' : 'as in the file'],
  ['First kernels', recipe.initializer],
  ...(recipe.biasInitializer ? [['First biases', recipe.biasInitializer] as const] : []),
  ...(recipe.outputBias ? [['Last bias', 'draws the mean image'] as const] : []),
  ...(recipe.restart ? [['First weights', `draw ${recipe.restart} after the first`] as const] : []),
  ...(recipe.dropoutEpochs === undefined ? [] : [['Dropout', `in the first ${recipe.dropoutEpochs} epochs`] as const]),
  ...leverFacts(recipe),
];

/** What a recipe asks for beside the plain training. */
const leverFacts = (recipe: Recipe): Fact[] => [
  ...(recipe.augmentation?.length
    ? [
        [
          'Images changed by',
          recipe.augmentation
            .map(({ type, ...values }) => {
              const settings = Object.entries(values).filter(([, value]) => value !== 0);
              return `${type} (${settings.map(([name, value]) => `${name} ${value}`).join(', ')})`;
            })
            .join(', '),
        ] as const,
      ]
    : []),
  ...(recipe.augmentationEpochs === undefined
    ? []
    : [['Images changed', `in the first ${recipe.augmentationEpochs} epochs`] as const]),
  ...(recipe.neighbourEpochs === undefined
    ? []
    : [['Loss of neighbours', `in the first ${recipe.neighbourEpochs} epochs`] as const]),
  ...(recipe.significantBits ? [['Weights rounded to', `${recipe.significantBits} binary digits`] as const] : []),
  ...(recipe.weightDecay ? [['Weight decay', String(recipe.weightDecay)] as const] : []),
  ...(recipe.weightAveraging === undefined
    ? []
    : [['Weights averaged', `with a decay of ${recipe.weightAveraging}`] as const]),
];

const number = (value: number): string => String(Number(value.toPrecision(4)));

/** `deadShare` to `dead share`. */
const spaced = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

export const evidenceFacts = ({ evidence }: Pick<Finding, 'evidence'>): Fact[] =>
  Object.entries(evidence).map(([name, value]) => {
    const list = Array.isArray(value) ? value : [value];
    const words = list.map((item: number | string) => (typeof item === 'number' ? number(item) : item));
    return [spaced(name), words.join(', ') || 'none'];
  });
