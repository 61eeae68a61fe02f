/** A job that begins with the weights that another job of its sweep left. */

import { decodeWeights, encodeWeights, type NetworkSpec, partOf, type RunConfig, resolveNetwork } from 'latent-plane';
import { inputError, type JobOutcome } from 'latent-plane/internal';
import { sha256Of } from '../files/sha256.ts';
import type { Inheritance } from '../runs/lifecycle.ts';
import type { LeftWeights, Predecessor, SweepJob } from './layout.ts';

/** Whether a job can be run: nothing to wait for, something, or something that will never come. */
export type Readiness = 'ready' | 'waits' | 'in-vain';

/** @param outcome - of the predecessor; null while it has not ended. */
export const readinessFrom = (outcome: JobOutcome | null): Readiness =>
  outcome === null ? 'waits' : outcome.state === 'done' ? 'ready' : 'in-vain';

/** What becomes of a job whose predecessor failed. */
export const inVain = ({ after }: SweepJob): JobOutcome => ({
  state: 'failed',
  code: 'predecessor-failed',
  message: `job ${after?.job}, with whose weights this one begins, failed; mend it, then carry both out with --retry-failed`,
});

const networkId = ({ id, ...spec }: NetworkSpec): string => ('frozenEncoder' in spec && spec.frozenEncoder) || id;

/**
 * The config of a job with what it takes over, and that as the files of its run.
 *
 * @throws LatentError (input) `weights-mismatch` where the weights are of another architecture.
 */
export const beginWith = (
  config: RunConfig,
  { as }: Predecessor,
  { bytes, model }: LeftWeights,
): { readonly config: RunConfig; readonly inherited: Inheritance } => {
  const network = resolveNetwork(config.network);
  const { parameters } = as === 'encoder' ? partOf(network, 'encoder') : network;
  const { weights, epoch } = decodeWeights(bytes, model, network, parameters);
  const file = encodeWeights(network.parameters, weights, { id: networkId(config.network), epoch });
  const origin = { model, sha256: sha256Of(bytes) };
  return as === 'encoder'
    ? { config: { ...config, encoder: origin }, inherited: { encoder: file } }
    : { config: { ...config, init: origin }, inherited: { initial: file } };
};

/** @throws LatentError (input) `invalid-run`. */
export const missingWeights = (job: string): never => {
  throw inputError('invalid-run', {
    at: { subject: `job ${job}` },
    expected: 'the weights that it left',
    got: 'none',
    hint: 'run it again',
  });
};
