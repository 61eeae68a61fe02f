/** The same learning rate throughout. */
import { defineSchedule, learningRateField } from './definition.ts';

export const constantSchedule = defineSchedule({
  type: 'constant',
  label: 'Constant',
  doc: 'The same rate throughout.',
  formula: 'r',
  fields: { learningRate: learningRateField },
  spansRun: false,
  rate: ({ learningRate }) => learningRate,
  words: ({ learningRate }) => `${learningRate}, constant`,
});
