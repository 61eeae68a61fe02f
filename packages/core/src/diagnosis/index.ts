/** Diagnosis: what went wrong in a latent space, the evidence, the remedy. */
export {
  type AnyFinding,
  type DimensionStats,
  defineFinding,
  type Evidence,
  type Examination,
  type FindingDefinition,
  SEVERITIES,
  type Severity,
  type Threshold,
  type TrainingRecord,
} from './definition.ts';
export { type Diagnosis, diagnose, diagnoseInFull, findingsOf } from './diagnose.ts';
export { codeActivation, type ExamineOptions, examine } from './examine.ts';
export {
  currentFindingCode,
  FINDING_CODES,
  type Finding,
  type FindingCode,
  findingMarkSchema,
  findingSchema,
} from './finding.ts';
export { findings } from './findings/index.ts';
