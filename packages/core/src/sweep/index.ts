/** Many trainings as a grid, their names, the port of their queue, figures over them. */
export { axisValues, MAX_JOBS } from './axes.ts';
export { editedNetwork } from './edited-network.ts';
export type { NumberAxis } from './field-axes.ts';
export { expandSweep, type SweepChoice, sweepChoiceSchema } from './grid.ts';
export { canonicalJson, jobId, type ResultDeterminants } from './job-id.ts';
export { type JobOutcome, type JobProgress, type Lease, type Queue, type SweepMse, workOff } from './queue.ts';
export type { DecoderTuning, NetworkEdit, RowFields } from './rows.ts';
export {
  checkSweepSpec,
  NETWORK_FILE,
  type OneOrMore,
  type SpecFault,
  SWEPT_NETWORKS,
  type SweepFields,
  type SweepRow,
  type SweepSpec,
  sweepFileJsonSchema,
  sweptSettings,
} from './spec.ts';
export { type QuartileSummary, quartileSummary } from './statistics.ts';
