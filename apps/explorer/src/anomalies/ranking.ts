/**
 * Which images are odd: by the error of their reconstruction, or by their code beside those of the training images.
 *
 * In: a network with its points. Out: all points ranked, and a threshold. Errors come as `data/errors.ts` has them; codes are
 * scored, and all are sorted, in a worker. A ranking is kept for as long as its codes.
 */
import type { Codes } from 'latent-plane';
import type { CodeScore } from 'latent-plane/internal';
import { askWorker, type WorkerAnswer } from '../data/ask-worker.ts';
import { codesOf } from '../data/code-plane.ts';
import { type ErrorsOptions, errorsOf } from '../data/errors.ts';
import type { LoadedModel, Points } from '../data/load.ts';
import type { AnomalyScore } from '../state/explore-settings.ts';

export interface AnomalyRanking {
  /** `[count]`, the larger the odder; NaN where it is not known. */
  readonly scores: Float64Array;
  /** The points whose score is known, the oddest first. */
  readonly order: Uint32Array;
  /** Scores of the images that say what is usual, ascending. */
  readonly usual: Float64Array;
  /** Whether these are training images; where none of them is known, they are all that are. */
  readonly isTraining: boolean;
}

export interface RankRequest {
  /** Errors of all points, or their codes. */
  readonly of: { readonly errors: Float32Array } | { readonly codes: Codes; readonly score: CodeScore };
  /** How many of the points, from the first, are training images. */
  readonly training: number;
}
export type RankAnswer = WorkerAnswer<AnomalyRanking>;

/** How many of the points are training images; these are the first. */
export const trainingOf = (
  { dataset: { train, test } }: Pick<LoadedModel, 'dataset'>,
  { labels, first = 0 }: Points,
): number => (test === 0 ? Math.min(train, labels.length) : Math.max(0, Math.min(train - first, labels.length)));

/** How many of the ranked points lie above a threshold. */
export const countAbove = ({ scores, order }: AnomalyRanking, threshold: number): number => {
  let [from, to] = [0, order.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (scores[order[middle]] > threshold) from = middle + 1;
    else to = middle;
  }
  return from;
};

const ask = (request: RankRequest, signal: AbortSignal): Promise<AnomalyRanking> =>
  askWorker(new Worker(new URL('../worker/anomalies-worker.ts', import.meta.url), { type: 'module' }), request, {
    work: 'scores',
    signal,
  });

const kept = new WeakMap<Float32Array, Map<AnomalyScore, AnomalyRanking>>();

export interface RankOptions extends Omit<ErrorsOptions, 'wanted' | 'signal'> {
  readonly score: AnomalyScore;
  readonly signal: AbortSignal;
}

/** @throws LatentError as `errorsOf`; (input) `code-size`, `too-few-codes` where the codes cannot be scored. */
export const rankAnomalies = async ({ score, ...options }: RankOptions): Promise<AnomalyRanking> => {
  const { model, points, signal } = options;
  const { values, count, size } = codesOf(points);
  const rankings = kept.get(values) ?? new Map<AnomalyScore, AnomalyRanking>();
  kept.set(values, rankings);
  const known = rankings.get(score);
  if (known) return known;
  const of = score === 'error' ? { errors: await errorsOf(options) } : { codes: { values, count, size }, score };
  signal.throwIfAborted();
  const ranking = await ask({ of, training: trainingOf(model, points) }, signal);
  rankings.set(score, ranking);
  return ranking;
};
