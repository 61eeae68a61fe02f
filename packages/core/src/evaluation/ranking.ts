/**
 * How well a score tells odd images from others.
 *
 * In: a score for each image, the larger the odder, and which images are odd. Out: the ROC curve and the area below it, average
 * precision, and what a threshold finds. The definitions are those of scikit-learn.
 * Source: Fawcett 2006, An introduction to ROC analysis.
 */
import { quantileOf } from '../codes/index.ts';
import { inputError } from '../errors.ts';

/** A point of a ROC curve: what a threshold finds. */
export interface RocPoint {
  /** Images of this score and above are found; infinite where none is. */
  readonly threshold: number;
  /** Share of the other images that are found. */
  readonly falsePositiveRate: number;
  /** Share of the odd images that are found: the recall. */
  readonly truePositiveRate: number;
}

/** How well scores rank odd images first. */
export interface Ranking {
  /** How many images are odd. */
  readonly odd: number;
  /** How many are not. */
  readonly others: number;
  /** Area below the ROC curve: the chance that an odd image has a higher score than another; 0.5 of chance. */
  readonly rocAuc: number;
  /** Sum over thresholds of the precision times the recall that it adds; of chance the share of odd images. */
  readonly averagePrecision: number;
  /** From no image found to all. */
  readonly curve: readonly RocPoint[];
}

/** What a threshold finds. */
export interface Found {
  /** Images above the threshold. */
  readonly found: number;
  /** Odd ones among them. */
  readonly right: number;
  /** Share of the images above the threshold that are odd; null where there is none. */
  readonly precision: number | null;
  /** Share of the odd images that are above the threshold. */
  readonly recall: number;
}

/** Places by score, the highest first; of equal scores in their order. */
export const byScore = (scores: ArrayLike<number>): readonly number[] =>
  Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);

/**
 * The ranking of scores.
 *
 * @param scores - `[count]`.
 * @param isOdd - of an image by its place.
 * @throws LatentError (input) `one-kind` unless there are both odd images and others.
 */
export const rankingOf = (scores: ArrayLike<number>, isOdd: (i: number) => boolean): Ranking => {
  const order = byScore(scores);
  const odd = order.filter(isOdd).length;
  const others = order.length - odd;
  if (odd === 0 || others === 0)
    throw inputError('one-kind', {
      problem: `${odd === 0 ? 'none' : 'all'} of the ${order.length} images are odd, so there is nothing to tell apart`,
      hint: 'take images of which some are odd and others not',
    });
  const curve: RocPoint[] = [{ threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 }];
  let [right, wrong, area, precisions] = [0, 0, 0, 0];
  for (let from = 0; from < order.length; ) {
    const threshold = scores[order[from]];
    const [rightBefore, wrongBefore] = [right, wrong];
    // Images of one score are found together.
    let to = from;
    for (; to < order.length && scores[order[to]] === threshold; to++) {
      if (isOdd(order[to])) right += 1;
      else wrong += 1;
    }
    area += ((wrong - wrongBefore) * (right + rightBefore)) / 2;
    precisions += (right - rightBefore) * (right / (right + wrong));
    curve.push({ threshold, falsePositiveRate: wrong / others, truePositiveRate: right / odd });
    from = to;
  }
  return { odd, others, rocAuc: area / (odd * others), averagePrecision: precisions / odd, curve };
};

/** What is found above a threshold. */
export const foundAbove = (scores: ArrayLike<number>, isOdd: (i: number) => boolean, threshold: number): Found => {
  let [found, right, odd] = [0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (isOdd(i)) odd += 1;
    if (!(scores[i] > threshold)) continue;
    found += 1;
    if (isOdd(i)) right += 1;
  }
  return { found, right, precision: found === 0 ? null : right / found, recall: right / odd };
};

/** The value below which a share of values lies, linear between neighbours, as NumPy has it. @param share - 0 to 1. */
export const quantile = (values: ArrayLike<number>, share: number): number =>
  quantileOf(Float64Array.from(values).sort(), share);
