/**
 * A regular mesh over a part of the plane, and what the decoder draws at given codes.
 *
 * In: bounds and a number of points a side; a model and codes. Out: codes in picture order; decoded images.
 */
import { inputError, internalError } from '../errors.ts';
import type { Labels } from '../images/index.ts';
import { type CodePlane, codesOfPlane, PLANE_DIMENSIONS } from './code-plane.ts';
import { codeSizeOf, type RunnableModel, withInference } from './model.ts';

/** A rectangle of the plane, code units: the first number of a code is x, the second y. */
export interface PlaneBounds {
  /** Smallest of each dimension: `[x, y]`. */
  readonly min: readonly number[];
  /** Largest of each dimension: `[x, y]`. */
  readonly max: readonly number[];
}

/** Points along each side. Past this a mesh of decoded images no longer fits in an ordinary machine's memory. */
export const MAX_MESH_SIZE = 1000;

/**
 * The codes of an `n x n` mesh, both bounds included.
 *
 * Row 0 is the top: the largest y. Within a row x grows. So point `(row, column)` lies at
 * `x = min + (max - min) * column / (n - 1)`, `y = max - (max - min) * row / (n - 1)`; a mesh of one point is the middle.
 *
 * @returns `[n * n, 2]`, row by row.
 * @throws LatentError `mesh-size` (input) unless `n` is an integer from 1 to `MAX_MESH_SIZE`.
 */
export const meshCodes = ({ min, max }: PlaneBounds, n: number): Float32Array => {
  if (!Number.isInteger(n) || n < 1 || n > MAX_MESH_SIZE) {
    throw inputError('mesh-size', { expected: `a mesh of 1 to ${MAX_MESH_SIZE} points a side`, got: `${n}` });
  }
  return codesOfPoints(
    { min, max },
    n,
    Uint32Array.from({ length: n * n }, (_, i) => i),
  );
};

/**
 * The codes of some points of a mesh; see `meshCodes`.
 *
 * @param points - `[count]`, `row * n + column`.
 * @returns `[count, 2]`.
 */
export const codesOfPoints = ({ min, max }: PlaneBounds, n: number, points: Uint32Array): Float32Array => {
  const share = (i: number): number => (n === 1 ? 0.5 : i / (n - 1));
  const codes = new Float32Array(2 * points.length);
  points.forEach((point, i) => {
    const [down, right] = [share(Math.floor(point / n)), share(point % n)];
    // The weighted form meets both bounds exactly, which `min + (max - min) * share` may miss by rounding.
    codes[2 * i] = min[0] * (1 - right) + max[0] * right;
    codes[2 * i + 1] = max[1] * (1 - down) + min[1] * down;
  });
  return codes;
};

/**
 * Decodes codes batch by batch.
 *
 * @param codes - `[count, codeSize]`, code units.
 * @param take - reads images `from` to `to` (not included) as `[to - from, pixels]`, 0 (black) to 1 (white), beyond where
 *   the network's last activation lets them; the array is reused once it is done.
 * @param labels - `[count]`, classes to draw, of a model that takes a label; `model.label` for all where absent.
 * @throws LatentError `no-such-part` (input) for a classifier.
 */
export const decodeEach = async (
  model: RunnableModel,
  codes: Float32Array,
  take: (images: Float32Array, from: number, to: number) => void | Promise<void>,
  labels?: Labels,
): Promise<void> => {
  const size = codeSizeOf(model);
  if (codes.length % size !== 0) throw internalError(`${codes.length} numbers are no codes of ${size}`);
  await withInference(model, 'decoder', (inference) =>
    inference.each(
      codes.length / size,
      (x, from, to) => x.set(codes.subarray(from * size, to * size)),
      ({ reconstruction }, from, to) => take(reconstruction, from, to),
      labels,
    ),
  );
};

/**
 * Decodes points of a plane batch by batch: their codes, which may be a thousand times as large, are never there at once.
 *
 * @param points - `[count, 2]`.
 * @param take - as of `decodeEach`.
 * @throws LatentError `no-such-part` (input) for a classifier.
 */
export const decodePoints = async (
  model: RunnableModel,
  plane: CodePlane,
  points: Float32Array,
  take: (images: Float32Array, from: number, to: number) => void,
): Promise<void> => {
  const [size, own] = [codeSizeOf(model), plane.origin.length];
  if (size !== own) throw internalError(`a plane through codes of ${own} of a model with codes of ${size}`);
  await withInference(model, 'decoder', (inference) =>
    inference.each(
      points.length / PLANE_DIMENSIONS,
      (x, from, to) => x.set(codesOfPlane(plane, points.subarray(PLANE_DIMENSIONS * from, PLANE_DIMENSIONS * to))),
      ({ reconstruction }, from, to) => take(reconstruction, from, to),
    ),
  );
};

/**
 * Decodes codes, all at once; `decodeEach` needs less memory.
 *
 * @param codes - `[count, codeSize]`, code units.
 * @param labels - as of `decodeEach`.
 * @returns `[count, pixels]`, 0 (black) to 1 (white), beyond where the network's last activation lets them.
 * @throws LatentError `no-such-part` (input) for a classifier.
 */
export const decodeCodes = async (
  model: RunnableModel,
  codes: Float32Array,
  labels?: Labels,
): Promise<Float32Array> => {
  const count = codes.length / codeSizeOf(model);
  let images = new Float32Array(0);
  const take = (batch: Float32Array, from: number, to: number): void => {
    const pixels = pixelsOf(model);
    if (images.length === 0) images = new Float32Array(count * pixels);
    images.set(batch.subarray(0, (to - from) * pixels), from * pixels);
  };
  await decodeEach(model, codes, take, labels);
  return images;
};

const pixelsOf = ({ network }: RunnableModel): number =>
  network.spec.inputShape.reduce((product, dim) => product * dim, 1);
