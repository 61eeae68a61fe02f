/** Training: the generator of its steps, its state, what it leaves behind. */
export { type Arena, arenaBytes, createArena, type Kernels } from './arena.ts';
export type { Extension } from './extensions.ts';
export type { TrainingJob } from './job.ts';
export { type LightSettings, meanValue, settingsForLightImages } from './light-images.ts';
export { makeOptimizerState, type OptimizerState } from './optimizer-state.ts';
export { type Divergence, keptParameters, namedWeights, type TrainingResult } from './result.ts';
export type { EpochRecord, Stopped, TrainingState } from './state.ts';
export { type Training, type TrainingPosition, type TrainingStep, train, trainToEnd } from './trainer.ts';
export { type FieldUse, fieldsWithoutEffect, type IdleField, lossNotes } from './without-effect.ts';
