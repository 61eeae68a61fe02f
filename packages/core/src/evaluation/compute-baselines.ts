/**
 * What an error is worth: the errors of three guesses that need no network.
 *
 * In: a data set and a runtime. Out: the error of the best constant grey, of the mean image, and of the first
 * principal components. All three are fitted on the official training images alone, and scored like a model:
 * on the training images, the test images and all of them.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { PLANE_DIMENSIONS } from '../codes/index.ts';
import { internalError, workError } from '../errors.ts';
import { type Dataset, type ImageSet, imageSize } from '../images/index.ts';
import { meanImage } from '../images/mean-image.ts';
import type { Runtime } from '../tensor/index.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { input } from '../tensor/tensor.ts';
import type { Baselines } from './baselines.ts';
import type { ErrorByPart } from './error.ts';
import type { LinearModel } from './linear-model.ts';
import { leadingComponents } from './subspace-iteration.ts';

export type { LinearModel } from './linear-model.ts';

/** The baselines of training images, of test images, of both together; fitted on the training images. */
export interface BaselinesByPart {
  /** Of the training images. */
  readonly train: Baselines;
  /** Of the test images. */
  readonly test: Baselines;
  /** Of both together. */
  readonly all: Baselines;
}

/** What the baselines are computed with. */
export interface BaselineOptions {
  /** What runs the products of matrices. */
  readonly runtime: Runtime;
  /** Threads inside one operator; the runtime's own default when absent. */
  readonly threads?: number;
  /** Principal components: as many as the codes have numbers that are compared with them; those of a plane when absent. */
  readonly components?: number;
}

/** Beyond these a decomposition of all covariances takes longer than to follow the leading directions. */
const MOST_DECOMPOSED = 1024;

/** Images in one run of the graph: large enough for the product to run at full speed, 3 MB of pixels. */
const CHUNK = 1000;

/**
 * The three baselines of a data set.
 *
 * @throws LatentError `empty-data` (work) without training images.
 */
export const computeBaselines = async (
  dataset: Dataset,
  { components = PLANE_DIMENSIONS, ...options }: BaselineOptions,
): Promise<BaselinesByPart> => {
  const { train, test } = dataset;
  const model = await principalComponents(train, components, options);
  const grey = model.mean.reduce((sum, value) => sum + value, 0) / model.mean.length;
  const scores = [train, test].map((set) => scoreBaselines(set, grey, model));
  const pick = (key: keyof Guesses): ErrorByPart => {
    const [a, b] = scores.map((score) => score[key]);
    return { train: a, test: b, all: weighted(a, train.count, b, test.count) };
  };
  const [constantGrey, meanImage, pca] = [pick('constantGrey'), pick('meanImage'), pick('pca')];
  const of = (part: keyof ErrorByPart): Baselines => ({
    constantGrey: constantGrey[part],
    meanImage: meanImage[part],
    pca: { components, mse: pca[part] },
  });
  return { train: of('train'), test: of('test'), all: of('all') };
};

const weighted = (a: number, m: number, b: number, n: number): number => (n === 0 ? a : (a * m + b * n) / (m + n));

/**
 * The directions in which images vary most: eigenvectors of `1/n sum_i (x_i - mean)(x_i - mean)^T`.
 *
 * The products run on `runtime` in single precision and are summed in double precision; pixels that never change are
 * left out of the decomposition, which takes time with the cube of their number. Of images of more than 1,024 numbers the
 * leading directions are found by subspace iteration.
 * Source: Pearson 1901, On lines and planes of closest fit to systems of points in space.
 *
 * @param count - how many directions.
 * @throws LatentError `empty-data` (work) of a set without images.
 */
export const principalComponents = async (
  set: ImageSet,
  count: number,
  options: Omit<BaselineOptions, 'components'>,
): Promise<LinearModel> => {
  if (set.count === 0)
    throw workError('empty-data', {
      problem: 'baselines need training images, got none',
      hint: 'choose another data set',
    });
  const size = imageSize(set);
  const mean = meanImage(set);
  if (size > MOST_DECOMPOSED) return { mean, components: await leadingComponents(set, mean, count, options) };
  const scatter = await scatterMatrix(set, mean, options);
  const active = Array.from(mean.keys()).filter((p) => scatter[p * size + p] > 0);
  if (active.length === 0) return { mean, components: [] };
  const matrix = new Matrix(active.length, active.length);
  active.forEach((p, i) => {
    active.forEach((q, j) => {
      matrix.set(i, j, (scatter[p * size + q] + scatter[q * size + p]) / (2 * set.count));
    });
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = Array.from(realEigenvalues.keys()).sort((i, j) => realEigenvalues[j] - realEigenvalues[i]);
  const components = order.slice(0, count).map((column) => {
    const component = new Float64Array(size);
    active.forEach((p, i) => {
      component[p] = eigenvectorMatrix.get(i, column);
    });
    return component;
  });
  return { mean, components };
};

/** `sum_i (x_i - mean)(x_i - mean)^T`: `[pixels, pixels]`. */
const scatterMatrix = async (
  set: ImageSet,
  mean: Float64Array,
  { runtime, threads }: BaselineOptions,
): Promise<Float64Array> => {
  const size = mean.length;
  const chunk = Math.min(CHUNK, set.count);
  const x = input('x', [chunk, size]);
  const bytes = emitGraph({ scatter: gemm(x, x, { transA: true }) }, [x], { name: 'scatter matrix' });
  const session = await runtime.createSession(bytes, { threads });
  const buffer = new Float32Array(chunk * size);
  const feeds = { x: { dims: [chunk, size], data: buffer } };
  const total = new Float64Array(size * size);
  try {
    for (let from = 0; from < set.count; from += chunk) {
      const length = Math.min(chunk, set.count - from) * size;
      for (let i = 0; i < length; i++) buffer[i] = set.pixels[from * size + i] / 255 - mean[i % size];
      buffer.fill(0, length);
      const { scatter } = await session.run(feeds);
      if (!(scatter?.data instanceof Float32Array)) throw internalError('the scatter matrix is no float32 tensor');
      const part = scatter.data;
      for (let i = 0; i < part.length; i++) total[i] += part[i];
    }
  } finally {
    await session.release();
  }
  return total;
};

type Guesses = Readonly<Record<keyof Baselines, number>>;

/** Errors of the three guesses on the images of `set`. */
const scoreBaselines = (set: ImageSet, grey: number, { mean, components }: LinearModel): Guesses => {
  const size = mean.length;
  const n = set.count * size;
  let constant = 0;
  let image = 0;
  let explained = 0;
  const centred = new Float64Array(size);
  for (let i = 0; i < set.count; i++) {
    const start = i * size;
    for (let p = 0; p < size; p++) {
      const x = set.pixels[start + p] / 255;
      const d = x - mean[p];
      centred[p] = d;
      constant += (x - grey) * (x - grey);
      image += d * d;
    }
    for (const component of components) {
      let projection = 0;
      for (let p = 0; p < size; p++) projection += centred[p] * component[p];
      explained += projection * projection;
    }
  }
  // Orthonormal directions: what they explain is the squared length that they take away.
  return { constantGrey: constant / n, meanImage: image / n, pca: (image - explained) / n };
};
