/**
 * How good a space of codes is, whole or as a plane through it shows it: neighbours, distances, what a linear classifier sees.
 *
 * In: codes of a data set in one or more spaces. Out: the same figures for each. Every pair of 10,000 images is compared.
 */
import { type Codes, inTurns, type RunnableModel } from '../codes/index.ts';
import { type Dataset, type ImageSet, isLabelled, sliceSet } from '../images/index.ts';
import { probeWork } from './linear-probe.ts';
import { accuraciesWork, type LabelledCodes, type SpaceScores, spaceScores } from './neighbourhood.ts';

/** Numbers of neighbours that a whole evaluation asks. */
export const NEIGHBOURHOOD_SIZES = [5, 10, 50] as const;
/** More say no more, and cost with their square. */
export const NEIGHBOURHOOD_IMAGES = 10_000;

/** Neighbours of so many images of one part. */
export interface Neighbourhood {
  /** Which images. */
  readonly part: 'train' | 'test';
  /** How many neighbours. */
  readonly k: number;
  /** As in `NeighbourhoodScores`. */
  readonly trustworthiness: number;
  /** As in `NeighbourhoodScores`. */
  readonly continuity: number;
  /**
   * Share of images of this part whose label is that of most of their k nearest training codes, an image having no vote for
   * itself; null without labels of two classes.
   */
  readonly knn: number | null;
}

/** What is known of one space. */
export interface SpaceEvaluation {
  /** For each part and number of neighbours: the first 10,000 images of the part; none of a part of too few. */
  readonly neighbourhoods: readonly Neighbourhood[];
  /** Of distances of the training images, as in `SpaceScores`. */
  readonly distanceCorrelation: number | null;
  /** Of the training images, as in `SpaceScores`. */
  readonly tripletAccuracy: number | null;
  /** Share of test codes that a linear classifier of the training codes names right; see `probeWork`. */
  readonly linearProbe: number | null;
}

/** Told of how many images the neighbours are compared. */
export type OnNeighbours = (done: number, total: number) => void;

const labelledPart = (codes: Codes, set: ImageSet, first: number): LabelledCodes => ({
  codes: {
    values: codes.values.subarray(first * codes.size, (first + set.count) * codes.size),
    count: set.count,
    size: codes.size,
  },
  labels: set.labels,
});

/**
 * Evaluates spaces of codes, each by itself.
 *
 * @param spaces - codes of all images, training images first, in each space.
 */
export const evaluateSpaces = async (
  { runtime, threads }: RunnableModel,
  dataset: Dataset,
  spaces: readonly Codes[],
  onNeighbours?: OnNeighbours,
): Promise<readonly SpaceEvaluation[]> => {
  const { train, test } = dataset;
  const isVoted = isLabelled(dataset) && dataset.classNames.length > 1 && train.count > 0;
  const parts = (['train', 'test'] as const).map((part) => {
    const whole = dataset[part];
    const set = sliceSet(whole, 0, Math.min(NEIGHBOURHOOD_IMAGES, whole.count));
    const ks = NEIGHBOURHOOD_SIZES.filter((k) => 2 * k < set.count && k < train.count);
    return { part, set, ks, first: part === 'train' ? 0 : train.count };
  });
  const total = parts.reduce((sum, { set }) => sum + set.count, 0);
  const scored: (readonly SpaceScores[] | null)[] = [];
  let done = 0;
  for (const { part, set, ks, first } of parts) {
    const before = done;
    const scores =
      ks.length === 0
        ? null
        : await spaceScores(
            set,
            spaces.map((codes) => labelledPart(codes, set, first).codes),
            {
              runtime,
              threads,
              ks,
              distances: part === 'train',
              onProgress: (some) => onNeighbours?.(before + some, total),
            },
          );
    scored.push(scores);
    done += set.count;
  }
  const evaluations: SpaceEvaluation[] = [];
  for (const [at, codes] of spaces.entries()) {
    const all = labelledPart(codes, train, 0);
    const neighbourhoods: Neighbourhood[] = [];
    for (const [p, { part, set, ks, first }] of parts.entries()) {
      const own = scored[p]?.[at].neighbourhoods ?? [];
      if (own.length === 0) continue;
      const votes = isVoted
        ? await inTurns(accuraciesWork(all, labelledPart(codes, set, first), ks, part === 'train'))
        : null;
      own.forEach((scores, i) => {
        neighbourhoods.push({ part, ...scores, knn: votes?.[i] ?? null });
      });
    }
    evaluations.push({
      neighbourhoods,
      distanceCorrelation: scored[0]?.[at].distanceCorrelation ?? null,
      tripletAccuracy: scored[0]?.[at].tripletAccuracy ?? null,
      linearProbe: isVoted ? await inTurns(probeWork(all, labelledPart(codes, test, train.count))) : null,
    });
  }
  return evaluations;
};
