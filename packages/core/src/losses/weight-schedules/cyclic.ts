/** The weight rises from 0 again and again. */
import { counted, number } from '../../registry/index.ts';
import { defineWeightSchedule } from './definition.ts';

export const cyclicSchedule = defineWeightSchedule({
  type: 'cyclic',
  label: 'Cyclic',
  doc: 'Rises from 0 to the whole weight, stays there, and begins again with each cycle.',
  formula: 'min(1, (t / epochs mod 1) / rise)',
  source: 'Fu et al. 2019, Cyclical Annealing Schedule, equation 6',
  fields: {
    epochs: number({
      label: 'Epochs of a cycle',
      doc: 'How long one cycle takes.',
      min: 0,
      above: true,
      max: 1_000_000,
      default: 10,
    }),
    rise: number({
      label: 'Share of the rise',
      doc: 'Share of a cycle over which the weight rises.',
      min: 0,
      above: true,
      max: 1,
      default: 0.5,
    }),
  },
  share: ({ epochs, rise }, done) => Math.min(1, ((done / epochs) % 1) / rise),
  words: ({ epochs, rise }) =>
    `rising from 0 over ${Number((100 * rise).toPrecision(3))} % of every ${counted(epochs, 'epoch')}`,
});
