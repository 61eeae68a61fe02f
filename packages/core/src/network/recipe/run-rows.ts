/** Recipe fields: how long a run is and how its steps are taken. */
import { DEFAULT_OPTIMIZER, type OptimizerSpec, optimizers } from '../../optimizers/index.ts';
import { choice, integer, optional, specWords, variant } from '../../registry/index.ts';
import { type ScheduleSpec, schedules, scheduleWords } from '../../schedules/index.ts';
import { MAX_EPOCHS, row } from './definition.ts';

/** `Adam (beta1 0.9, beta2 0.999, epsilon 1e-7)` */
const optimizerWords = (spec: OptimizerSpec): string =>
  specWords({ ...spec, type: optimizers.get(spec.type).label } as { readonly type: string });

export const runRows = {
  name: row({
    field: choice({
      label: 'Recipe',
      doc: 'Which recipe of a network it is, or began as.',
      choices: ['documented', 'best', 'custom'],
      default: 'custom',
    }),
    form: 'hidden',
  }),
  epochs: row({
    field: integer({
      label: 'Epochs',
      doc: 'Passes over the training images.',
      min: 1,
      max: MAX_EPOCHS,
      default: 20,
    }),
    option: { flags: '--epochs <n>' },
    form: 'first',
  }),
  batchSize: row({
    field: integer({ label: 'Batch size', doc: 'Images in one step.', min: 1, max: 65_536, default: 256 }),
    option: { flags: '--batch-size <n>' },
    form: 'first',
  }),
  schedule: row({
    field: variant<ScheduleSpec>({
      label: 'Learning-rate schedule',
      doc: 'The learning rate over the run.',
      definitions: schedules.entries,
      default: schedules.entries[0].defaults,
    }),
    inner: {
      learningRate: {
        option: { flags: '--learning-rate <rate>', help: "the optimiser's, at its highest" },
        form: 'first',
      },
    },
    words: scheduleWords,
  }),
  optimizer: row({
    field: optional(
      variant<OptimizerSpec>({
        label: 'Optimiser',
        doc: `How weights follow their gradients; ${optimizerWords(DEFAULT_OPTIMIZER)} when absent.`,
        definitions: optimizers.entries,
        default: DEFAULT_OPTIMIZER,
      }),
    ),
    words: optimizerWords,
    absent: optimizerWords(DEFAULT_OPTIMIZER),
  }),
};
