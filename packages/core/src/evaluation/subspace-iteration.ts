/**
 * Principal components of images of many pixels, without the matrix of their covariances: the products of all images
 * with a few directions, again and again, turn these into the ones of largest variance.
 *
 * Source: Halko, Martinsson & Tropp 2011, Finding Structure with Randomness, algorithm 4.4, with the directions begun at random.
 */
import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix';
import { internalError } from '../errors.ts';
import type { ImageSet } from '../images/index.ts';
import { RandomStream } from '../random/index.ts';
import type { Runtime } from '../tensor/index.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { input } from '../tensor/tensor.ts';

/** Directions beside those that are wanted: the more, the fewer passes. */
const SPARE = 10;
const MOST_PASSES = 40;
/** Of the variance along all wanted directions: less than this share more in a pass, and it is enough. */
const SETTLED = 1e-7;
/** Numbers of images in one product: 64 MB. */
const CHUNK_NUMBERS = 16e6;

/** Multiplies directions with the scatter matrix of images: `sum_i (x_i - mean) (x_i - mean)^T q`. */
const createProduct = async (
  set: ImageSet,
  mean: Float64Array,
  width: number,
  { runtime, threads }: { readonly runtime: Runtime; readonly threads?: number },
) => {
  const size = mean.length;
  const rows = Math.max(1, Math.min(set.count, Math.floor(CHUNK_NUMBERS / size)));
  const [x, q] = [input('x', [rows, size]), input('q', [size, width])];
  const bytes = emitGraph({ y: gemm(x, gemm(x, q), { transA: true }) }, [x, q], { name: 'scatter product' });
  const session = await runtime.createSession(bytes, { threads });
  const images = new Float32Array(rows * size);
  const directions = new Float32Array(size * width);
  const feeds = { x: { dims: x.dims, data: images }, q: { dims: q.dims, data: directions } };
  return {
    release: () => session.release(),
    run: async (matrix: Matrix): Promise<Matrix> => {
      for (let i = 0; i < size; i++) for (let j = 0; j < width; j++) directions[i * width + j] = matrix.get(i, j);
      const total = new Float64Array(size * width);
      for (let from = 0; from < set.count; from += rows) {
        const length = Math.min(rows, set.count - from) * size;
        for (let i = 0, p = 0; i < length; i++, p = p + 1 === size ? 0 : p + 1)
          images[i] = set.pixels[from * size + i] / 255 - mean[p];
        images.fill(0, length);
        const { y } = await session.run(feeds);
        if (!(y?.data instanceof Float32Array)) throw internalError('the scatter product is no float32 tensor');
        for (let i = 0; i < total.length; i++) total[i] += y.data[i];
      }
      return Matrix.from1DArray(size, width, total);
    },
  };
};

const randomDirections = (size: number, width: number): Matrix => {
  const values = new Float32Array(size * width);
  new RandomStream(1, 'principal-components').fillNormal(values, 1);
  return Matrix.from1DArray(size, width, values);
};

const orthonormal = (matrix: Matrix): Matrix => new QrDecomposition(matrix).orthogonalMatrix;

/**
 * The first principal components of images.
 *
 * @param mean - `[pixels]`, 0..1.
 * @param count - how many directions.
 * @returns unit vectors `[pixels]`, largest variance first; fewer where the images vary in fewer directions.
 */
export const leadingComponents = async (
  set: ImageSet,
  mean: Float64Array,
  count: number,
  options: { readonly runtime: Runtime; readonly threads?: number },
): Promise<readonly Float64Array[]> => {
  const size = mean.length;
  const width = Math.min(size, set.count, count + SPARE);
  const product = await createProduct(set, mean, width, options);
  try {
    let directions = orthonormal(randomDirections(size, width));
    let before = 0;
    for (let pass = 0; ; pass++) {
      const image = await product.run(directions);
      const small = directions.transpose().mmul(image);
      const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
        small.clone().add(small.transpose()).mul(0.5),
        { assumeSymmetric: true },
      );
      const order = Array.from(realEigenvalues.keys()).sort((i, j) => realEigenvalues[j] - realEigenvalues[i]);
      const wanted = order.slice(0, count);
      const variance = wanted.reduce((sum, column) => sum + realEigenvalues[column], 0);
      if (variance <= before * (1 + SETTLED) || pass === MOST_PASSES) {
        const least = realEigenvalues[order[0]] * Number.EPSILON * size;
        const turned = directions.mmul(eigenvectorMatrix);
        return wanted
          .filter((column) => realEigenvalues[column] > least)
          .map((column) => Float64Array.from(turned.getColumn(column)));
      }
      before = variance;
      directions = orthonormal(image);
    }
  } finally {
    await product.release();
  }
};
