/** The training room: loop, schedules, state. */
export { type Arena, arenaBytes, createArena, type Kernels } from './arena.ts';
export { learningRateAt } from './schedule.ts';
export type { EpochRecord, Stopped, TrainingState } from './state.ts';
export { namedWeights, train, type TrainingCallbacks, type TrainingJob, type TrainingResult } from './trainer.ts';
