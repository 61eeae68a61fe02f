/**
 * Linear probe: how well a linear classifier of the codes alone tells the classes of images apart.
 *
 * In: codes of training and of test images with their labels. Out: the share of test images that it names right.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { Codes, Work } from '../codes/index.ts';
import type { LabelledCodes } from './neighbourhood.ts';

/** Multiplications in a step: of wide codes the classifier is fitted on fewer training codes, evenly spaced. */
const MOST_PRODUCTS = 2e7;
const MOST_STEPS = 1000;
/** Largest entry of the gradient, for each training code. */
const SETTLED = 1e-6;

/** Widest code that is probed: the step's matrix is decomposed in a time that grows with the cube of the width. */
export const WIDEST_PROBED = 512;

/** Codes less their mean, in their standard deviations, and a 1 for the bias: `[count, size + 1]`. */
interface Rows {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}

const standardised = ({ values, count, size }: Codes, of: Codes): Rows => {
  const [mean, std] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < of.values.length; i++) mean[i % size] += of.values[i] / of.count;
  for (let i = 0; i < of.values.length; i++) std[i % size] += (of.values[i] - mean[i % size]) ** 2 / of.count;
  const width = size + 1;
  const rows = new Float64Array(count * width).fill(1);
  for (let i = 0; i < count; i++)
    for (let d = 0; d < size; d++)
      rows[i * width + d] = std[d] === 0 ? 0 : (values[i * size + d] - mean[d]) / Math.sqrt(std[d]);
  return { values: rows, count, width };
};

/** The class of each code, and of all classes that are met, in the order of their numbers. */
const classesOf = (labels: LabelledCodes['labels']): readonly number[] => [...new Set(labels)].sort((a, b) => a - b);

/** `[count, classes]`. */
const scoresOf = (rows: Rows, weights: Float64Array, classes: number, from: number, to: number): Float64Array => {
  const scores = new Float64Array((to - from) * classes);
  for (let i = from; i < to; i++)
    for (let d = 0; d < rows.width; d++) {
      const x = rows.values[i * rows.width + d];
      if (x !== 0) for (let c = 0; c < classes; c++) scores[(i - from) * classes + c] += x * weights[d * classes + c];
    }
  return scores;
};

/** Scores as probabilities, in place. */
const softmax = (scores: Float64Array, classes: number): void => {
  for (let at = 0; at < scores.length; at += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, scores[at + c]);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      scores[at + c] = Math.exp(scores[at + c] - largest);
      sum += scores[at + c];
    }
    for (let c = 0; c < classes; c++) scores[at + c] /= sum;
  }
};

/** Rows in a piece of the work. */
const PIECE_ROWS = 5000;

/** `X^T (P - Y) + W`, of the bias without the last. */
const gradientOf = function* (
  rows: Rows,
  targets: Uint16Array,
  weights: Float64Array,
  classes: number,
): Work<Float64Array> {
  const gradient = new Float64Array(weights.length);
  for (let from = 0; from < rows.count; from += PIECE_ROWS) {
    const to = Math.min(rows.count, from + PIECE_ROWS);
    const p = scoresOf(rows, weights, classes, from, to);
    softmax(p, classes);
    for (let i = from; i < to; i++) {
      p[(i - from) * classes + targets[i]] -= 1;
      for (let d = 0; d < rows.width; d++) {
        const x = rows.values[i * rows.width + d];
        if (x !== 0) for (let c = 0; c < classes; c++) gradient[d * classes + c] += x * p[(i - from) * classes + c];
      }
    }
    yield;
  }
  for (let i = 0; i < (rows.width - 1) * classes; i++) gradient[i] += weights[i];
  return gradient;
};

/** The inverse of `1/2 X^T X + I`, which bounds the curvature. Source: Boehning 1992, Multinomial logistic regression algorithm. */
const inverseBound = ({ values, count, width }: Rows): Matrix => {
  const bound = Matrix.eye(width, width);
  const sums = new Float64Array(width * width);
  for (let i = 0; i < count; i++)
    for (let a = 0; a < width; a++) {
      const x = values[i * width + a];
      for (let b = a; b < width; b++) sums[a * width + b] += x * values[i * width + b];
    }
  for (let a = 0; a < width; a++)
    for (let b = a; b < width; b++) {
      bound.set(a, b, bound.get(a, b) + sums[a * width + b] / 2);
      bound.set(b, a, bound.get(a, b));
    }
  return new CholeskyDecomposition(bound).solve(Matrix.eye(width, width));
};

/**
 * Multinomial logistic regression on standardised codes with a penalty of half the squared weights, to its optimum: steps
 * along the gradient, divided by a bound of the curvature, with momentum that begins anew where it points uphill.
 */
const fit = function* (rows: Rows, targets: Uint16Array, classes: number): Work<Float64Array> {
  const inverse = inverseBound(rows);
  let weights = new Float64Array(rows.width * classes);
  let ahead = weights;
  let momentum = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = yield* gradientOf(rows, targets, ahead, classes);
    if (gradient.every((value) => Math.abs(value) <= SETTLED * rows.count)) return ahead;
    const move = inverse.mmul(Matrix.from1DArray(rows.width, classes, gradient)).to1DArray();
    const next = ahead.map((value, i) => value - move[i]);
    let uphill = 0;
    for (let i = 0; i < next.length; i++) uphill += gradient[i] * (next[i] - weights[i]);
    const following = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const share = uphill > 0 ? 0 : (momentum - 1) / following;
    ahead = next.map((value, i) => value + share * (value - weights[i]));
    [weights, momentum] = [next, following];
  }
  return weights;
};

const spaced = ({ codes, labels }: LabelledCodes, most: number): LabelledCodes => {
  const { values, count, size } = codes;
  if (count <= most) return { codes, labels };
  const picked = Uint32Array.from({ length: most }, (_, i) => Math.floor((i * count) / most));
  const kept = new Float32Array(most * size);
  picked.forEach((from, i) => {
    kept.set(values.subarray(from * size, (from + 1) * size), i * size);
  });
  return { codes: { values: kept, count: most, size }, labels: Uint16Array.from(picked, (i) => labels[i]) };
};

/**
 * Share of test codes that a linear classifier of the training codes names right; null without two classes among the training
 * codes, without test codes, and of codes wider than `WIDEST_PROBED`.
 * Source: Alain & Bengio 2016, Understanding intermediate layers using linear classifier probes.
 */
export const probeWork = function* (train: LabelledCodes, test: LabelledCodes): Work<number | null> {
  const { size } = train.codes;
  const classes = classesOf(train.labels);
  if (classes.length < 2 || test.codes.count === 0 || size > WIDEST_PROBED) return null;
  const few = spaced(train, Math.floor(MOST_PRODUCTS / ((size + 1) * classes.length)));
  const places = new Map(classes.map((label, c) => [label, c]));
  const targets = Uint16Array.from(few.labels, (label) => places.get(label) ?? 0);
  const weights = yield* fit(standardised(few.codes, few.codes), targets, classes.length);
  const rows = standardised(test.codes, few.codes);
  let right = 0;
  for (let from = 0; from < rows.count; from += PIECE_ROWS) {
    const to = Math.min(rows.count, from + PIECE_ROWS);
    const scores = scoresOf(rows, weights, classes.length, from, to);
    for (let i = from; i < to; i++) {
      const own = scores.subarray((i - from) * classes.length, (i - from + 1) * classes.length);
      if (classes[own.indexOf(Math.max(...own))] === test.labels[i]) right += 1;
    }
    yield;
  }
  return right / rows.count;
};
