/** Learning rates over a run. */
import { createRegistry, type SpecOf } from '../registry/index.ts';
import type { ScheduleDefinition } from './definition.ts';
import { scheduleList } from './list.ts';

/** A learning-rate schedule as plain data, told apart by `type`. */
export type ScheduleSpec = SpecOf<typeof scheduleList>;

/** The schedules by type. */
export const schedules = createRegistry<ScheduleSpec['type'], ScheduleDefinition<ScheduleSpec>>(
  'schedule',
  scheduleList,
  ({ defaults }) => defaults.type,
);

/**
 * The learning rate of one step, above 0.
 *
 * @param step - batches done before this one, over the whole run.
 * @param stepsPerEpoch - batches in an epoch.
 * @param epochs - length of the whole run.
 */
export const learningRateAt = (schedule: ScheduleSpec, step: number, stepsPerEpoch: number, epochs: number): number =>
  schedules.get(schedule.type).rate(schedule, { step, stepsPerEpoch, epochs });

/** Whether the rate of a step depends on how long the whole run is. */
export const spansRun = ({ type }: ScheduleSpec): boolean => schedules.get(type).spansRun;

/** A schedule with its values in words: `0.001, constant`. */
export const scheduleWords = (schedule: ScheduleSpec): string => schedules.get(schedule.type).words(schedule);

export type { RunPosition, ScheduleDefinition } from './definition.ts';
