/** Learning rates over a run. */
export { learningRateAt } from './schedule.ts';
export type { ScheduleSpec } from './types.ts';
