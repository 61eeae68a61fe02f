/** Warm-up, the full rate, and half a cosine over the last epochs alone. */
import { counted, number } from '../registry/index.ts';
import { defineSchedule } from './definition.ts';
import { afterWarmUp, finalFractionField, halfCosine, warmUpFields, warmUpWords } from './warm-up.ts';

export const holdCosineSchedule = defineSchedule({
  type: 'hold-cosine',
  label: 'Warm-up, hold, cosine',
  doc: 'Rises over the warm-up, stays, and falls along half a cosine over the last epochs alone.',
  formula: 'r, and over the last epochs r (f + (1 - f) (1 + cos(pi t)) / 2), t from 0 to 1, f the lowest share',
  source: 'Hägele et al. 2024, Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations',
  fields: {
    ...warmUpFields,
    decayEpochs: number({
      label: 'Last epochs, in which it falls',
      doc: 'Epochs at the end of the run over which the rate comes down; all after the warm-up where there are fewer.',
      min: 0,
      max: 1_000_000,
      default: 5,
    }),
    finalFraction: finalFractionField,
  },
  spansRun: true,
  rate: (schedule, position) =>
    afterWarmUp(schedule, position, (after, length) => {
      const decay = Math.min(length, schedule.decayEpochs * position.stepsPerEpoch);
      const held = length - decay;
      return after < held ? 1 : halfCosine((after - held) / Math.max(1, decay), schedule.finalFraction);
    }),
  words: (schedule) =>
    `${warmUpWords(schedule)}, over the last ${counted(schedule.decayEpochs, 'epoch')} a cosine down to ${schedule.finalFraction} of it`,
});
