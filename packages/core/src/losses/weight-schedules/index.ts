/** Schedules of a term's weight. A new one is a file here and a line in this list. */
import { createRegistry, optional, type SpecOf, variant } from '../../registry/index.ts';
import { cyclicSchedule } from './cyclic.ts';
import type { WeightScheduleDefinition } from './definition.ts';
import { warmUpSchedule } from './warm-up.ts';

/** In the order of menus and docs. */
const list = [warmUpSchedule, cyclicSchedule] as const;

/** A schedule as plain data. */
export type WeightScheduleSpec = SpecOf<typeof list>;

/** By type. */
export const weightSchedules = createRegistry<WeightScheduleSpec['type'], WeightScheduleDefinition<WeightScheduleSpec>>(
  'schedule of a weight',
  list,
  ({ defaults }) => defaults.type,
);

/** What a term's weight is multiplied by, 0 to 1; 1 without a schedule. @param epochs - done so far, in fractions. */
export const weightShare = (schedule: WeightScheduleSpec | undefined, epochs: number): number =>
  schedule === undefined ? 1 : weightSchedules.get(schedule.type).share(schedule, epochs);

/** The field that every term has beside its weight. */
export const weightScheduleField = optional(
  variant<WeightScheduleSpec>({
    label: 'Schedule of the weight',
    doc: 'How the weight changes over the epochs; it does not when absent.',
    definitions: weightSchedules.entries,
    default: warmUpSchedule.defaults,
  }),
);

export type { WeightScheduleDefinition } from './definition.ts';
