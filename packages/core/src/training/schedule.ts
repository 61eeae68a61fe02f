/**
 * Learning rate schedules.
 */
import type { ScheduleSpec } from '../model/index.ts';

/**
 * The learning rate of one step.
 *
 * @param step - batches done before this one, over the whole run.
 * @param stepsPerEpoch - batches in an epoch.
 * @param epochs - length of the whole run.
 */
export const learningRateAt = (schedule: ScheduleSpec, step: number, stepsPerEpoch: number, epochs: number): number => {
  const { learningRate } = schedule;
  switch (schedule.type) {
    case 'constant':
      return learningRate;
    case 'step-decay':
      return learningRate * schedule.factor ** Math.floor(step / stepsPerEpoch / schedule.everyEpochs);
    case 'warmup-cosine': {
      const warmup = schedule.warmupEpochs * stepsPerEpoch;
      if (step < warmup) return (learningRate * (step + 1)) / warmup;
      const progress = Math.min(1, (step - warmup) / Math.max(1, epochs * stepsPerEpoch - warmup));
      const { finalFraction } = schedule;
      return learningRate * (finalFraction + ((1 - finalFraction) * (1 + Math.cos(Math.PI * progress))) / 2);
    }
  }
};
