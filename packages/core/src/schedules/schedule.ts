/**
 * Learning rate schedules.
 */
import type { ScheduleSpec } from './types.ts';

/** From 1 at the start of a half cosine to `finalFraction` at its end; `progress` 0..1. */
const halfCosine = (progress: number, finalFraction: number): number =>
  finalFraction + ((1 - finalFraction) * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;

/** Whether the rate of a step depends on how long the whole run is. */
export const spansRun = ({ type }: ScheduleSpec): boolean => type !== 'constant' && type !== 'step-decay';

/**
 * The learning rate of one step.
 *
 * @param step - batches done before this one, over the whole run.
 * @param stepsPerEpoch - batches in an epoch.
 * @param epochs - length of the whole run.
 */
export const learningRateAt = (schedule: ScheduleSpec, step: number, stepsPerEpoch: number, epochs: number): number => {
  const { learningRate } = schedule;
  if (schedule.type === 'constant') return learningRate;
  if (schedule.type === 'step-decay')
    return learningRate * schedule.factor ** Math.floor(step / stepsPerEpoch / schedule.everyEpochs);
  const warmup = schedule.warmupEpochs * stepsPerEpoch;
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  const after = step - warmup;
  const length = Math.max(1, epochs * stepsPerEpoch - warmup);
  const { finalFraction } = schedule;
  switch (schedule.type) {
    case 'warmup-cosine':
      return learningRate * halfCosine(after / length, finalFraction);
    case 'hold-cosine': {
      const decay = Math.min(length, schedule.decayEpochs * stepsPerEpoch);
      const held = length - decay;
      return after < held
        ? learningRate
        : learningRate * halfCosine((after - held) / Math.max(1, decay), finalFraction);
    }
    case 'cosine-restarts': {
      const progress = (after / length) * schedule.cycles;
      // At the very end the last cycle is over, not another begun.
      const within = progress >= schedule.cycles ? 1 : progress % 1;
      return learningRate * halfCosine(within, finalFraction);
    }
  }
};
