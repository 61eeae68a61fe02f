/**
 * How unusual codes are beside others: by their distance, or by how seldom codes like theirs are.
 *
 * In: the usual codes, which score. Out: a function from codes to a score for each, the larger the odder.
 */
import type { Codes } from './codes.ts';
import { codeDistances, fitGaussian } from './distribution.ts';
import { logDensities, type MixtureOptions, mixtureWork } from './mixture.ts';
import { inTurns } from './turns.ts';

/** `distance`: that of Mahalanobis; `density`: minus the logarithm of a mixture's density, nats. */
export const CODE_SCORES = ['distance', 'density'] as const;

/** What a code is scored by. */
export type CodeScore = (typeof CODE_SCORES)[number];

/**
 * Fits the usual codes.
 *
 * @param options - of the mixture, which `density` alone takes.
 * @returns scores of codes, `[count]`.
 * @throws LatentError as `fitGaussian` and `fitMixture`.
 */
export const codeScore = async (
  usual: Codes,
  score: CodeScore,
  options: MixtureOptions = {},
): Promise<(codes: Codes) => Float64Array> => {
  if (score === 'distance') {
    const gaussian = fitGaussian(usual);
    return (codes) => codeDistances(codes, gaussian);
  }
  const mixture = await inTurns(mixtureWork(usual, options));
  return (codes) => logDensities(codes, mixture).map((log) => -log);
};
