/** A learning rate that is multiplied every few epochs. */
import { counted, integer, number } from '../registry/index.ts';
import { defineSchedule, learningRateField } from './definition.ts';

export const stepDecaySchedule = defineSchedule({
  type: 'step-decay',
  label: 'Step decay',
  doc: 'Multiplied by the same factor again and again.',
  formula: 'r factor^floor(epoch / n), epoch from 0',
  fields: {
    learningRate: learningRateField,
    factor: number({
      label: 'Multiplied by',
      doc: 'What the rate is multiplied by each time.',
      min: 0,
      above: true,
      max: 1,
      default: 0.5,
    }),
    everyEpochs: integer({
      label: 'Every so many epochs',
      doc: 'Epochs between two multiplications.',
      min: 1,
      max: 1_000_000,
      default: 10,
    }),
  },
  spansRun: false,
  rate: ({ learningRate, factor, everyEpochs }, { step, stepsPerEpoch }) =>
    learningRate * factor ** Math.floor(step / stepsPerEpoch / everyEpochs),
  words: ({ learningRate, factor, everyEpochs }) =>
    `${learningRate}, times ${factor} every ${counted(everyEpochs, 'epoch')}`,
});
