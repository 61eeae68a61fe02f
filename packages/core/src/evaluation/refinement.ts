/**
 * How much of an autoencoder's error is its encoder's: codes moved to where the decoder draws their images better.
 *
 * In: a model, images. Out: the error of each image at the encoder's code and at the best code that a short descent from
 * there met. The images are looked at while the code is sought, so this is a figure of its own: it says what the decoder
 * could do with a better encoder, and is never compared with errors of encoded images.
 */

import { codeSizeOf, type RunnableModel, withInference } from '../codes/index.ts';
import { internalError } from '../errors.ts';
import type { ImageSet } from '../images/index.ts';
import { compileRefinement, requireImages } from '../network/index.ts';
import { parameterFeeds, pixelFiller } from '../runtime/index.ts';
import { fillOneHot } from '../runtime/inference.ts';
import { elementCount } from '../tensor/index.ts';

/** How far codes are improved. */
export interface RefinementOptions {
  /** Steps of descent; default 30. */
  readonly steps?: number;
  /** First step, as a share of the standard deviation of the codes of each dimension; default 0.05. */
  readonly stepSize?: number;
  /** Told how many images are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a better encoder could save. */
export interface Refinement {
  /** Mean over images and pixels of the squared error at the encoder's codes. */
  readonly encoded: number;
  /** The same at the refined codes. */
  readonly refined: number;
  /** Of descent, for each image. */
  readonly steps: number;
}

const BATCH = 500;
/** Of the moving averages of slope and squared slope. */
const [BETA1, BETA2] = [0.8, 0.95];

const deviations = (codes: Float32Array, size: number): Float64Array => {
  const count = codes.length / size;
  return Float64Array.from({ length: size }, (_, d) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      sum += codes[i * size + d];
      squares += codes[i * size + d] ** 2;
    }
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  });
};

/**
 * Adam on the codes alone, each image by itself, its step shrinking to nothing; the best code of each image is kept, so
 * no image gets worse.
 *
 * @throws LatentError `no-such-part`, `shape-mismatch` (input).
 */
export const refineCodes = async (
  model: RunnableModel,
  set: ImageSet,
  { steps = 30, stepSize = 0.05, onProgress }: RefinementOptions = {},
): Promise<Refinement> => {
  requireImages(model, set);
  const { network, weights, runtime, threads } = model;
  const size = codeSizeOf(model);
  const pixels = elementCount(network.spec.inputShape);
  const codes = new Float32Array(set.count * size);
  await withInference(model, 'encoder', (inference) =>
    inference.each(
      set.count,
      pixelFiller(set.pixels, pixels),
      ({ code }, from, to) => {
        codes.set(code.subarray(0, (to - from) * size), from * size);
      },
      set.labels,
    ),
  );
  const scales = deviations(codes, size);
  const graph = compileRefinement(network, BATCH);
  const session = await runtime.createSession(graph.bytes, { threads });
  const code = { dims: graph.inputs.code, data: new Float32Array(BATCH * size) };
  const image = { dims: graph.inputs.image, data: new Float32Array(BATCH * pixels) };
  const labels = graph.label && { dims: graph.label, data: new Float32Array(BATCH * graph.label[1]) };
  const feeds = {
    code,
    image,
    ...(labels ? { label: labels } : {}),
    ...parameterFeeds(network, graph.parameters, weights),
  };
  const fill = pixelFiller(set.pixels, pixels);
  let [encoded, refined] = [0, 0];
  try {
    for (let from = 0; from < set.count; from += BATCH) {
      const to = Math.min(set.count, from + BATCH);
      code.data.fill(0);
      code.data.set(codes.subarray(from * size, to * size));
      if (labels) fillOneHot(labels.data, labels.dims[1], BATCH, (row) => set.labels[from + row] ?? 0);
      fill(image.data, from, to);
      const best = new Float64Array(to - from).fill(Number.POSITIVE_INFINITY);
      const m = new Float64Array(code.data.length);
      const v = new Float64Array(code.data.length);
      for (let step = 0; step <= steps; step++) {
        const { error, slope } = await session.run(feeds);
        if (!(error?.data instanceof Float32Array) || !(slope?.data instanceof Float32Array))
          throw internalError('the refinement graph gave no float32 tensors');
        for (let i = 0; i < to - from; i++) {
          if (step === 0) encoded += error.data[i] / pixels;
          best[i] = Math.min(best[i], error.data[i]);
        }
        const rate = stepSize * (1 - step / (steps + 1));
        for (let j = 0; j < code.data.length; j++) {
          m[j] = BETA1 * m[j] + (1 - BETA1) * slope.data[j];
          v[j] = BETA2 * v[j] + (1 - BETA2) * slope.data[j] ** 2;
          const mean = m[j] / (1 - BETA1 ** (step + 1));
          const root = Math.sqrt(v[j] / (1 - BETA2 ** (step + 1))) + 1e-12;
          code.data[j] -= (rate * scales[j % size] * mean) / root;
        }
      }
      for (const error of best) refined += error / pixels;
      onProgress?.(to, set.count);
    }
  } finally {
    await session.release();
  }
  return { encoded: encoded / set.count, refined: refined / set.count, steps };
};
