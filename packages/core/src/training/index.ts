/** The training room: loop, schedules, state. */
export { type Arena, arenaBytes, createArena, type Kernels } from './arena.ts';
export type { TrainingJob } from './job.ts';
export { makeOptimizerState, type OptimizerState } from './optimizer-state.ts';
export type { EpochRecord, Stopped, TrainingState } from './state.ts';
export { keptParameters, namedWeights, type TrainingCallbacks, type TrainingResult, train } from './trainer.ts';
