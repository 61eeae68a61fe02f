/** The learning-rate schedules, in the order of menus and docs. A new one is a new file and a line here. */
import { constantSchedule } from './constant.ts';
import { cosineRestartsSchedule } from './cosine-restarts.ts';
import { holdCosineSchedule } from './hold-cosine.ts';
import { stepDecaySchedule } from './step-decay.ts';
import { warmupCosineSchedule } from './warmup-cosine.ts';

export const scheduleList = [
  constantSchedule,
  warmupCosineSchedule,
  holdCosineSchedule,
  cosineRestartsSchedule,
  stepDecaySchedule,
] as const;
