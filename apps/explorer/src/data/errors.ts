/**
 * The reconstruction error of the real images, one by one.
 *
 * In: a network with its points. Out: for each point the mean squared difference per pixel, pixels 0..1. Where the bundle
 * has all of them they are fetched, once; else, or where the server does not give them, those of the images that the page
 * can have are computed in a worker, which takes milliseconds for each, and are kept.
 */
import { decodeNpy, LatentError } from 'latent-plane';
import { type ExplorerIndex, imageSize, inputError } from 'latent-plane/internal';
import { askWorker, type WorkerAnswer } from './ask-worker.ts';
import { codesAt, codesOf } from './code-plane.ts';
import { fetchBytes } from './fetch-file.ts';
import { imagesFrom, loadImages } from './images.ts';
import type { LoadedModel, Points } from './load.ts';

export type ErrorsRequest = Pick<LoadedModel, 'spec' | 'weights'> & {
  /** `[count, code size]`. */
  readonly codes: Float32Array;
  /** `[count, height, width, channels]`, 0..255. */
  readonly pixels: Uint8Array;
};
export type ErrorsAnswer = WorkerAnswer<Float32Array>;

export interface ErrorsOptions {
  readonly model: LoadedModel;
  readonly points: Points;
  readonly index: ExplorerIndex | null;
  /** Which of the points are asked for; all when absent. */
  readonly wanted?: readonly number[];
  /** 0..1; null where nobody knows. */
  readonly onProgress?: (share: number | null) => void;
  readonly signal?: AbortSignal;
}

/** By the codes of the images, whatever plane they are shown on. NaN where an error is not known. */
const kept = new WeakMap<Float32Array, Float32Array>();
const fetched = new WeakMap<Float32Array, Promise<Float32Array>>();

const fetchErrors = async (
  url: URL,
  count: number,
  onProgress: NonNullable<ErrorsOptions['onProgress']>,
): Promise<Float32Array> => {
  const bytes = await fetchBytes(url, (received, total) => onProgress(total === null ? null : received / total));
  const { dims, data } = decodeNpy(bytes, 'errors.npy');
  if (dims.join() !== String(count) || !(data instanceof Float32Array))
    throw inputError('explorer-data', {
      at: { file: 'errors.npy' },
      expected: `float32 errors [${count}]`,
      got: `[${dims.join(', ')}]`,
      hint: 'build the data again',
    });
  return data;
};

const compute = (
  request: ErrorsRequest,
  onProgress: NonNullable<ErrorsOptions['onProgress']>,
  signal?: AbortSignal,
): Promise<Float32Array> =>
  askWorker(new Worker(new URL('../worker/errors-worker.ts', import.meta.url), { type: 'module' }), request, {
    work: 'errors',
    onProgress,
    signal,
  });

/**
 * @returns `[count]`, NaN where the page has no means to know: neither the error nor the image.
 * @throws LatentError (work) `load-failed`, `worker-failed`; (input) `explorer-data`; the signal's reason.
 */
export const errorsOf = async ({
  model,
  points,
  index,
  wanted,
  onProgress = () => {},
  signal,
}: ErrorsOptions): Promise<Float32Array> => {
  const count = points.labels.length;
  const { values } = codesOf(points);
  if (model.files.errors !== undefined) {
    const { dataset, placed } = model;
    const all = placed ? dataset.train + dataset.test : count;
    const errors = fetched.get(values) ?? fetchErrors(new URL(model.files.errors, model.url), all, onProgress);
    fetched.set(values, errors);
    errors.catch(() => fetched.delete(values));
    try {
      return placed ? (await errors).subarray(placed.from, placed.from + count) : await errors;
    } catch (error) {
      // A stopped server leaves the page with what it can measure itself.
      const isAbsent = error instanceof LatentError && error.code === 'load-failed';
      if (!isAbsent || imagesFrom(model, index) === null) throw error;
    }
  }
  const errors = kept.get(values) ?? new Float32Array(count).fill(Number.NaN);
  kept.set(values, errors);
  if (imagesFrom(model, index) === null) return errors;
  onProgress(null);
  const images = await loadImages(model, index);
  const { from, pixels, count: held } = images;
  const size = imageSize(images);
  if (size !== imageSize(model.decoder)) return errors;
  const first = points.first ?? 0;
  const asked = (wanted ?? Array.from({ length: count }, (_, i) => i)).filter(
    (i) => Number.isNaN(errors[i]) && first + i >= from && first + i < from + held,
  );
  if (asked.length === 0) return errors;
  const request = {
    spec: model.spec,
    weights: new Map([...model.weights].filter(([name]) => name.startsWith('decoder/'))),
    codes: codesAt(points, asked),
    pixels: new Uint8Array(size * asked.length),
  };
  asked.forEach((i, at) => {
    request.pixels.set(pixels.subarray((first + i - from) * size, (first + i - from + 1) * size), at * size);
  });
  signal?.throwIfAborted();
  const computed = await compute(request, onProgress, signal);
  const next = Float32Array.from(kept.get(values) ?? errors);
  asked.forEach((i, at) => {
    next[i] = computed[at];
  });
  kept.set(values, next);
  return next;
};
