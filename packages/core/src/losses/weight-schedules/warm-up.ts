/** The weight rises from 0 along a line, then stays. */
import { counted, number } from '../../registry/index.ts';
import { defineWeightSchedule } from './definition.ts';

export const warmUpSchedule = defineWeightSchedule({
  type: 'warm-up',
  label: 'Linear warm-up',
  doc: 'Rises from 0 to the whole weight over the first epochs, so that the network learns to reconstruct first.',
  formula: 'min(1, t / epochs)',
  source: 'Bowman et al. 2016, Generating Sentences from a Continuous Space, section 3.1',
  fields: {
    epochs: number({
      label: 'Epochs of the rise',
      doc: 'After so many epochs the weight is whole.',
      min: 0,
      above: true,
      max: 1_000_000,
      default: 10,
    }),
  },
  share: ({ epochs }, done) => Math.min(1, done / epochs),
  words: ({ epochs }) => `rising from 0 over ${counted(epochs, 'epoch')}`,
});
