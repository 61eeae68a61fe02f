/** Learning rates over a run. */
import { createRegistry, type Registry, type SpecOf } from '../registry/index.ts';
import type { RunPosition, ScheduleDefinition } from './definition.ts';
import { scheduleList } from './list.ts';

/** A learning-rate schedule as plain data, told apart by `type`. */
export type ScheduleSpec = SpecOf<typeof scheduleList>;

/** The schedules by type. */
export const schedules: Registry<ScheduleSpec['type'], ScheduleDefinition> = createRegistry<
  ScheduleSpec['type'],
  ScheduleDefinition
>('schedule', scheduleList, ({ type }) => type as ScheduleSpec['type']);

/** The learning rate of one step, above 0. */
export const learningRateAt = (schedule: ScheduleSpec, position: RunPosition): number =>
  schedules.get(schedule.type).rate(schedule, position);

/** A schedule with its values in words: `0.001, constant`. */
export const scheduleWords = (schedule: ScheduleSpec): string => schedules.get(schedule.type).words(schedule);

export type { RunPosition, ScheduleDefinition } from './definition.ts';
