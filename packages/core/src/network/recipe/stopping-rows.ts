/** Recipe fields: when a run stops, and which epoch's weights it keeps. */
import { choice, counted, flag, integer, optional } from '../../registry/index.ts';
import { MAX_EPOCHS, row } from './definition.ts';

export const stoppingRows = {
  patience: row({
    field: optional(
      integer({
        label: 'Patience',
        doc: 'The run stops after so many epochs without improvement of the watched loss; never before its last when absent.',
        min: 1,
        max: MAX_EPOCHS,
        default: 5,
      }),
    ),
    option: {
      flags: '--patience <n>',
      help: 'stop after n epochs without improvement, keep the weights of the best',
    },
    // Whoever asks for early stopping wants the weights from before it got worse.
    along: { restoreBest: true },
    words: (epochs) => counted(epochs, 'epoch'),
    absent: 'none',
  }),
  restoreBest: row({
    field: optional(
      flag({
        label: 'Keep the weights of the best epoch',
        doc: 'Keeps the weights of the epoch with the lowest watched loss: of the validation loss where images are held out. Those of the last epoch are kept when absent.',
        default: true,
      }),
    ),
    words: (best) => (best ? 'yes' : 'no, of the last'),
    absent: 'no, of the last',
  }),
  bestBy: row({
    field: optional(
      choice({
        label: 'Best epoch told by',
        doc: 'Where nothing is held out: the mean loss of its batches, taken while the weights moved (`batch-loss`, when absent), or the loss over all training images after it (`training-loss`), which costs another pass.',
        choices: ['batch-loss', 'training-loss'],
        default: 'training-loss',
      }),
    ),
    words: (by) => (by === 'training-loss' ? 'the loss over all training images after it' : 'the loss of its batches'),
  }),
};
