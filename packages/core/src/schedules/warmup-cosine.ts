/** Warm-up, then half a cosine over the rest of the run. */
import { defineSchedule } from './definition.ts';
import { afterWarmUp, finalFractionField, halfCosine, warmUpFields, warmUpWords } from './warm-up.ts';

export const warmupCosineSchedule = defineSchedule({
  type: 'warmup-cosine',
  label: 'Warm-up and cosine',
  doc: 'Rises over the warm-up, then falls along half a cosine.',
  formula: 'r (f + (1 - f) (1 + cos(pi t)) / 2), t from 0 after the warm-up to 1 at the end, f the lowest share',
  source: 'Loshchilov & Hutter 2017, SGDR, equation 5, without restarts; Goyal et al. 2017 for the warm-up',
  fields: { ...warmUpFields, finalFraction: finalFractionField },
  spansRun: true,
  rate: (schedule, position) =>
    afterWarmUp(schedule, position, (after, length) => halfCosine(after / length, schedule.finalFraction)),
  words: (schedule) => `${warmUpWords(schedule)}, then a cosine down to ${schedule.finalFraction} of it`,
});
