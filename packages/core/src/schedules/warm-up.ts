/** What schedules that warm up have in common: a linear rise, then a course of their own. */
import { counted, number } from '../registry/index.ts';
import { type AnySchedule, learningRateField, type RunPosition } from './definition.ts';

const MAX_EPOCHS = 1_000_000;

/** Fields of a schedule that warms up and comes down to a share of its highest rate. */
export const warmUpFields = {
  learningRate: learningRateField,
  warmupEpochs: number({
    label: 'Epochs of warm-up',
    doc: 'Over these the rate rises in equal steps, one a batch.',
    min: 0,
    max: MAX_EPOCHS,
    default: 1,
    fileDefault: 1,
  }),
};

/** The field of the lowest rate. */
export const finalFractionField = number({
  label: 'Lowest rate, share of the highest',
  doc: 'What the rate has come down to at the end, as a share of the highest.',
  min: 0,
  max: 1,
  default: 0.003,
  fileDefault: 0.003,
});

/**
 * The rate of a step: `r (step + 1) / warm-up` during the warm-up, then `r` times what `course` gives.
 *
 * @param course - a factor, from steps since the warm-up and the number of steps after it.
 */
export const afterWarmUp = (
  { learningRate, warmupEpochs }: AnySchedule & { readonly warmupEpochs: number },
  { step, stepsPerEpoch, epochs }: RunPosition,
  course: (after: number, length: number) => number,
): number => {
  const warmup = warmupEpochs * stepsPerEpoch;
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  return learningRate * course(step - warmup, Math.max(1, epochs * stepsPerEpoch - warmup));
};

/** From 1 at the start of a half cosine to `finalFraction` at its end; `progress` 0..1. */
export const halfCosine = (progress: number, finalFraction: number): number =>
  finalFraction + ((1 - finalFraction) * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;

/** `0.003 after 1 epoch of warm-up` */
export const warmUpWords = ({ learningRate, warmupEpochs }: AnySchedule & { readonly warmupEpochs: number }): string =>
  `${learningRate} after ${counted(warmupEpochs, 'epoch')} of warm-up`;
