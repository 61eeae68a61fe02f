/** The diagnosis room: what went wrong in a latent space, the evidence, the remedy. */
export { diagnose, findingsOf, SEVERITIES } from './diagnose.ts';
export { codeActivation, type ExamineOptions, examine } from './examine.ts';
export { findingRules } from './findings/index.ts';
export type {
  DimensionHabit,
  Examination,
  Finding,
  FindingCode,
  FindingRule,
  Severity,
  TrainingRecord,
} from './types.ts';
