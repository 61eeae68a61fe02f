/** Recipe fields: what is drawn at random, how weights begin, what else moves them, and what of them is kept. */
import { choice, counted, flag, integer, number, optional } from '../../registry/index.ts';
import { MAX_EPOCHS, row } from './definition.ts';

const inTheFirst = (epochs: number): string => `in the first ${counted(epochs, 'epoch')}`;

export const weightRows = {
  shuffle: row({
    field: flag({
      label: 'Shuffle the images',
      doc: 'Whether the images come in another order in every epoch.',
      default: true,
    }),
    option: { flags: '--no-shuffle', value: false, help: 'take the images in file order' },
    words: (shuffled) => (shuffled ? 'every epoch' : 'no, they come as in the file'),
  }),
  seed: row({
    field: integer({
      label: 'Seed',
      doc: "Fixes everything that is drawn at random; 1 in the zoo's recipes.",
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      default: 1,
    }),
    option: { flags: '--seed <n>' },
    form: 'first',
  }),
  initializer: row({
    field: choice({
      label: 'Kernel initialiser',
      doc: 'How kernels begin.',
      choices: ['glorot-uniform', 'he-uniform', 'zeros'],
      default: 'glorot-uniform',
    }),
    begins: true,
    source: 'Glorot & Bengio 2010; He et al. 2015',
  }),
  biasInitializer: row({
    field: optional(
      choice({
        label: 'Bias initialiser',
        doc: '`zeros` (when absent), or uniform within 1 / sqrt(inputs) of 0 (`fan-in-uniform`): without it the kinks of a relu layer on few numbers all meet in the origin.',
        choices: ['zeros', 'fan-in-uniform'],
        default: 'fan-in-uniform',
      }),
    ),
    begins: true,
    source: 'LeCun et al. 1998, Efficient BackProp, section 4.6',
  }),
  inputBias: row({
    field: optional(
      choice({
        label: 'Input-bias initialiser',
        doc: '`centred`: the bias of the first layer begins where it takes the mean training image away, so that images on a light ground begin as those on a dark one do. `drawn`: as the other biases. When absent, as the other biases, and `latent train` says `centred` of images whose mean is above half of white.',
        choices: ['centred', 'drawn'],
        default: 'centred',
      }),
    ),
    begins: true,
    source: 'LeCun et al. 1998, Efficient BackProp, section 4.3',
    words: (value) => (value === 'centred' ? 'takes the mean training image away' : 'drawn'),
  }),
  outputBias: row({
    field: optional(
      choice({
        label: 'Output-bias initialiser',
        doc: '`mean-image`: the output bias begins where the network draws the mean training image whatever its code, so that no output unit starts dead and the first epochs need not learn it. As the other biases when absent.',
        choices: ['mean-image'],
        default: 'mean-image',
      }),
    ),
    begins: true,
    words: () => 'draws the mean training image',
  }),
  initializationIndex: row({
    field: optional(
      integer({
        label: 'Initialisation index',
        doc: 'Which of the initialisations that a seed gives is taken, from 0, which it is when absent.',
        formerNames: ['restart'],
        min: 0,
        max: 1000,
        default: 1,
      }),
    ),
    begins: true,
  }),
  dropoutEpochs: row({
    field: optional(
      integer({
        label: 'Epochs with dropout',
        doc: 'Dropout drops in so many epochs, and nothing is dropped after them; in all when absent.',
        min: 0,
        max: MAX_EPOCHS,
        default: 1,
      }),
    ),
    words: inTheFirst,
    source: 'Liu et al. 2023, Dropout Reduces Underfitting ("early dropout")',
  }),
  weightDecay: row({
    field: optional(
      number({
        label: 'Weight decay of kernels',
        doc: 'Decoupled: at every step kernels shrink by the learning rate times this share of themselves; 0 when absent.',
        min: 0,
        max: 10,
        default: 0.05,
      }),
    ),
    words: (share) => (share === 0 ? null : String(share)),
    source: 'Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2',
  }),
  emaDecay: row({
    field: optional(
      number({
        label: 'EMA decay of weights',
        doc: 'Keeps the exponential moving average of the weights in place of the last: `a += (1 - d) (p - a)` after step t, with d the smaller of this and (1 + t) / (10 + t). The last weights when absent.',
        formerNames: ['weightAveraging'],
        min: 0,
        max: 0.999999,
        default: 0.99,
      }),
    ),
    source: 'Polyak & Juditsky 1992; the growing decay is that of TensorFlow’s ExponentialMovingAverage',
  }),
  neighbourEpochs: row({
    field: optional(
      integer({
        label: 'Epochs with pairs of neighbours',
        doc: 'A loss that learns from pairs of neighbours does so in so many epochs; in those after them the reconstruction error alone counts. In all when absent.',
        min: 0,
        max: MAX_EPOCHS,
        default: 1,
      }),
    ),
    words: inTheFirst,
  }),
  weightPrecision: row({
    field: optional(
      integer({
        label: 'Weight precision',
        doc: 'Bits of the significand that the kept weights are rounded to when the training ends, so that their file is small; 24, all of them, when absent.',
        formerNames: ['significantBits'],
        min: 2,
        max: 24,
        default: 12,
      }),
    ),
    words: (bits) => `${bits} bits`,
  }),
};
