/** What went wrong in a latent space. No definition knows the network's name, and none looks at another's finding. */
import type { RunnableModel } from '../codes/index.ts';
import { LatentError } from '../errors.ts';
import type { Baselines } from '../evaluation/index.ts';
import type { Dataset } from '../images/index.ts';
import type { AutoencoderSpec } from '../network/index.ts';
import { type Examination, SEVERITIES } from './definition.ts';
import { type ExamineOptions, examine } from './examine.ts';
import { type Finding, findingFrom } from './finding.ts';
import { findings } from './findings/index.ts';

/** Findings of an examination, errors before warnings before infos, in the order of the list among equals. */
export const findingsOf = (examination: Examination): Finding[] => {
  const found = findings.flatMap((definition) => {
    const verdict = definition.find(examination);
    return verdict === null ? [] : [findingFrom(definition, verdict)];
  });
  return SEVERITIES.flatMap((severity) => found.filter((finding) => finding.severity === severity));
};

/** What there is to say of a network whose answers are no numbers. */
const findingsOfNotFinite = (reason: string): Finding[] =>
  findings.flatMap((definition) =>
    definition.notFinite === null ? [] : [findingFrom(definition, definition.notFinite(reason))],
  );

/** Findings, and what they were decided from. */
export interface Diagnosis {
  /** Errors before warnings before infos. */
  readonly findings: readonly Finding[];
  /** Null where the network's answers are no numbers, so that nothing could be measured. */
  readonly examination: Examination | null;
}

/**
 * Examines and diagnoses an autoencoder.
 *
 * @param baselines - over all images of the same data set; see `computeBaselines`.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input). A network that gives no finite numbers is a finding.
 */
export const diagnoseInFull = async (
  model: RunnableModel,
  spec: AutoencoderSpec,
  dataset: Dataset,
  baselines: Baselines,
  options: ExamineOptions = {},
): Promise<Diagnosis> => {
  try {
    const examination = await examine(model, spec, dataset, baselines, options);
    return { findings: findingsOf(examination), examination };
  } catch (error) {
    if (error instanceof LatentError && error.code === 'not-finite')
      return { findings: findingsOfNotFinite(error.message), examination: null };
    throw error;
  }
};

/** The findings alone. @throws LatentError as `diagnoseInFull`. */
export const diagnose = async (...given: Parameters<typeof diagnoseInFull>): Promise<readonly Finding[]> =>
  (await diagnoseInFull(...given)).findings;
