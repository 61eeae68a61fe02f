/** The training room: loop, schedules, state. */
export { type Arena, arenaBytes, createArena, type Kernels } from './arena.ts';
export type { Extension } from './extensions.ts';
export type { TrainingJob } from './job.ts';
export { nearestImages } from './neighbours.ts';
export type { EpochRecord, Stopped, TrainingState } from './state.ts';
export { keptParameters, namedWeights, type TrainingCallbacks, type TrainingResult, train } from './trainer.ts';
