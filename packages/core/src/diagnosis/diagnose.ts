/**
 * What went wrong in a latent space.
 *
 * In: a model and a data set, or an examination of them. Out: findings, the gravest first. No rule knows the network's
 * name, and none looks at another's finding.
 */

import type { RunnableModel } from '../codes/index.ts';
import { LatentError } from '../errors.ts';
import type { Floors } from '../evaluation/index.ts';
import type { Dataset } from '../images/index.ts';
import type { AutoencoderSpec } from '../network/index.ts';
import { type ExamineOptions, examine } from './examine.ts';
import { findingRules } from './findings/index.ts';
import type { Examination, Finding, Severity } from './types.ts';

/** The gravest first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Findings of an examination, errors before warnings before infos, in the order of the rules among equals. */
export const findingsOf = (examination: Examination): Finding[] => {
  const found = findingRules.flatMap(({ find }) => find(examination) ?? []);
  return SEVERITIES.flatMap((severity) => found.filter((finding) => finding.severity === severity));
};

/** The one thing to say of a network that draws no numbers. */
const notFinite = (message: string): Finding => ({
  code: 'diverged',
  severity: 'error',
  message: 'the network answers with values that are not finite numbers: its weights ran away in training',
  evidence: { reason: message },
  remedy: 'train again with a lower learning rate (a tenth is a good start), or go back to an earlier checkpoint',
});

/**
 * Diagnoses an autoencoder.
 *
 * @param floors - over all images of the same data set; see `computeFloors`.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input). A network that gives no finite numbers is a finding.
 */
export const diagnose = async (
  model: RunnableModel,
  spec: AutoencoderSpec,
  dataset: Dataset,
  floors: Floors,
  options: ExamineOptions = {},
): Promise<Finding[]> => {
  try {
    return findingsOf(await examine(model, spec, dataset, floors, options));
  } catch (error) {
    if (error instanceof LatentError && error.code === 'not-finite') return [notFinite(error.message)];
    throw error;
  }
};
