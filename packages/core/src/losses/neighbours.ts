/**
 * The term that keeps neighbours together in the code space: UMAP's cross-entropy of pairs of codes.
 *
 * Batches hold an image in each row of the first half, a neighbour of it in the same row of the second.
 */
import { choice, integer, type SpecOf } from '../registry/index.ts';
import { add, scale, shift, square, subtract } from '../tensor/ops/arithmetic.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { sumAll } from '../tensor/ops/reduce.ts';
import { rollRows } from '../tensor/ops/roll-rows.ts';
import { reshape, sliceRows } from '../tensor/ops/shape.ts';
import { logarithm, softplus } from '../tensor/ops/softplus.ts';
import { constant, sizeOf, type Tensor } from '../tensor/tensor.ts';
import { defineTerm, weightFields } from './definition.ts';
import { prepareNeighbours } from './nearest-images.ts';

/** UMAP's curve for a `min_dist` of 0.1 and a spread of 1: `q(d) = 1 / (1 + a d^2b)`. */
const A = 1.577;
const B = 0.895;
/** Added to squared distances: the slope of their logarithm at 0 is none. */
const SMALLEST = 1e-3;

/** `log(a d^2b)` of the rows of two matrices: `-log q = softplus(u)`, `-log(1 - q) = softplus(-u)`. `[rows, 1]`. */
const logOdds = (x: Tensor, y: Tensor): Tensor => {
  const columns = x.dims[1];
  const ones = constant(new Float32Array(columns).fill(1), [columns, 1]);
  const distances = gemm(square(subtract(x, y)), ones);
  return shift(scale(logarithm(shift(distances, SMALLEST)), B), Math.log(A));
};

const mean = (x: Tensor): Tensor => scale(sumAll(x), 1 / x.dims[0]);

/**
 * `mean over pairs of -log q(d)`, plus `mean over negatives of -log(1 - q(d))` for each of `negatives` rows further on
 * in the batch, which comes in random order; for fewer where the batch has fewer pairs. `[2 pairs, codeSize]` to a scalar, nats.
 * Source: McInnes, Healy & Melville 2018, UMAP, definition 10 and algorithm 5; Sainburg, McInnes & Gentner 2021 for the
 * codes of a network; Boehm, Berens & Kobak 2022 for neighbours of equal weight.
 */
export const neighbourEmbedding = (codes: Tensor, negatives: number): Tensor => {
  const pairs = codes.dims[0] / 2;
  const together = mean(softplus(logOdds(sliceRows(codes, 0, pairs), sliceRows(codes, pairs, 2 * pairs))));
  const apart = Array.from({ length: Math.min(negatives, pairs - 1) }, (_, i) =>
    mean(softplus(scale(logOdds(codes, rollRows(codes, i + 1)), -1))),
  );
  return apart.reduce(add, together);
};

export const neighboursTerm = defineTerm({
  type: 'neighbours',
  label: 'Neighbours',
  doc: 'Pulls images that resemble each other together in the code space, and pushes others apart. No label is looked at.',
  formula:
    'mean over pairs of -log q(d) + sum over negatives of the mean of -log(1 - q(d)), q(d) = 1 / (1 + 1.577 d^1.79), d the distance of two codes; nats',
  source:
    'McInnes, Healy & Melville 2018, UMAP, definition 10 and algorithm 5; Sainburg, McInnes & Gentner 2021; Boehm, Berens & Kobak 2022 for neighbours of equal weight',
  name: 'cross-entropy of neighbours in the plane',
  curve: 'weighted cross-entropy of neighbours',
  gradient: 'exact',
  fields: {
    ...weightFields('the cross-entropy of neighbours', 0.03),
    neighbours: integer({
      label: 'Nearest images to draw from',
      doc: 'Each image is paired with one of so many nearest, drawn anew at every step.',
      min: 1,
      max: 200,
      default: 15,
    }),
    metric: choice({
      label: 'Nearest by',
      doc: 'Distances are of images averaged over 2 x 2 pixels, as they are (`pixels`) or with their slant taken out first (`deskewed`).',
      choices: ['pixels', 'deskewed'],
      default: 'deskewed',
    }),
    negatives: integer({
      label: 'Negatives',
      doc: 'Other images of the batch that each is pushed away from.',
      formerNames: ['strangers'],
      min: 1,
      max: 20,
      default: 5,
    }),
  },
  pairs: prepareNeighbours,
  compute: ({ negatives }, { codes }) =>
    neighbourEmbedding(reshape(codes, [codes.dims[0], sizeOf(codes.dims) / codes.dims[0]]), negatives),
});

/** The loss `neighbours` as plain data. */
export type NeighbourLossSpec = SpecOf<typeof neighboursTerm>;
