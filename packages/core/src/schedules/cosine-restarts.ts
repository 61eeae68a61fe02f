/** Warm-up, then several half cosines, each from the full rate. */
import { counted, integer } from '../registry/index.ts';
import { defineSchedule } from './definition.ts';
import { afterWarmUp, finalFractionField, halfCosine, warmUpFields, warmUpWords } from './warm-up.ts';

export const cosineRestartsSchedule = defineSchedule({
  type: 'cosine-restarts',
  label: 'Cosine with restarts',
  doc: 'Rises over the warm-up, then falls along several half cosines, each from the highest rate again.',
  formula: 'r (f + (1 - f) (1 + cos(pi t)) / 2), t from 0 to 1 in each cycle, f the lowest share',
  source: 'Loshchilov & Hutter 2017, SGDR, equation 5',
  fields: {
    ...warmUpFields,
    cycles: integer({
      label: 'Cosines, one after the other',
      doc: 'How many half cosines of equal length follow the warm-up.',
      min: 1,
      max: 1000,
      default: 3,
    }),
    finalFraction: finalFractionField,
  },
  spansRun: true,
  rate: (schedule, position) =>
    afterWarmUp(schedule, position, (after, length) => {
      const progress = (after / length) * schedule.cycles;
      // At the very end the last cycle is over, not another begun.
      const within = progress >= schedule.cycles ? 1 : progress % 1;
      return halfCosine(within, schedule.finalFraction);
    }),
  words: (schedule) =>
    `${warmUpWords(schedule)}, then ${counted(schedule.cycles, 'cosine')} down to ${schedule.finalFraction} of it, each from the full rate again`,
});
