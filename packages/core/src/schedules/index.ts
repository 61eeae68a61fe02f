/** Learning rates over a run. */
export { learningRateAt, spansRun } from './schedule.ts';
export type { ScheduleSpec } from './types.ts';
