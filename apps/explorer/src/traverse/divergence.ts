/**
 * How much each dimension of a Gaussian code says of an image, measured in a worker over the images that the page has.
 *
 * In: a network with its points. Out: its divergence from the prior. It is kept for as long as the weights.
 */
import {
  type AutoencoderSpec,
  type ErrorRecord,
  errorOf,
  type ImageSet,
  type Labels,
  type Weights,
} from 'latent-plane';
import { type ExplorerIndex, gaussianOf, workError } from 'latent-plane/internal';
import { hasAllWeights, loadAllWeights } from '../data/about.ts';
import { imagesFrom, loadImages } from '../data/images.ts';
import type { LoadedModel, Points } from '../data/loaded.ts';

export interface Divergence {
  /** `[code size]`, nats, mean over the images. */
  readonly nats: readonly number[];
  /** How many there were. */
  readonly images: number;
}

export interface DivergenceRequest {
  readonly spec: AutoencoderSpec;
  /** Of the encoder. */
  readonly weights: Weights;
  readonly images: ImageSet;
}
export type DivergenceAnswer =
  | { readonly type: 'progress'; readonly done: number; readonly of: number }
  | { readonly type: 'divergence'; readonly divergence: Divergence }
  | { readonly type: 'failed'; readonly fault: ErrorRecord };

/** Whether the code is a Gaussian, and its encoder and some images can be had. */
export const hasDivergence = (model: LoadedModel, index: ExplorerIndex | null): boolean =>
  gaussianOf(model.spec.encoder.at(-1)) !== null && hasAllWeights(model) && imagesFrom(model, index) !== null;

export interface DivergenceOptions {
  readonly model: LoadedModel;
  readonly points: Points;
  readonly index: ExplorerIndex | null;
  /** 0..1; null where nobody knows. */
  readonly onProgress: (share: number | null) => void;
  readonly signal: AbortSignal;
}

const measure = (
  request: DivergenceRequest,
  { onProgress, signal }: Pick<DivergenceOptions, 'onProgress' | 'signal'>,
): Promise<Divergence> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../worker/divergence-worker.ts', import.meta.url), { type: 'module' });
    const end = (action: () => void): void => {
      worker.terminate();
      action();
    };
    signal.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true });
    worker.onerror = ({ message }) =>
      end(() =>
        reject(
          workError('worker-failed', {
            problem: `the worker for the divergence failed: ${message}`,
            hint: 'reload the page',
          }),
        ),
      );
    worker.onmessage = ({ data }: MessageEvent<DivergenceAnswer>) => {
      if (data.type === 'progress') onProgress(data.done / data.of);
      else if (data.type === 'divergence') end(() => resolve(data.divergence));
      else end(() => reject(errorOf(data.fault)));
    };
    worker.postMessage(request);
  });

const kept = new WeakMap<Weights, Divergence>();

/** Labels of images, by their number among all; 0 where they are not known. */
const labelsFrom = ({ labels, first = 0 }: Points, from: number, count: number): Labels =>
  Uint16Array.from({ length: count }, (_, i) => labels[from + i - first] ?? 0);

/** @throws LatentError (work) `load-failed`, `worker-failed`; (input) as `divergencePerDimension`; the signal's reason. */
export const divergenceOf = async (options: DivergenceOptions): Promise<Divergence> => {
  const { model, points, index, signal } = options;
  const known = kept.get(model.weights);
  if (known) return known;
  const [images, all] = await Promise.all([loadImages(model, index), loadAllWeights(model)]);
  signal.throwIfAborted();
  const { from, ...set } = images;
  const request = {
    spec: model.spec,
    weights: new Map([...(all ?? [])].filter(([name]) => name.startsWith('encoder/'))),
    images: { ...set, labels: labelsFrom(points, from, set.count) },
  };
  const divergence = await measure(request, options);
  kept.set(model.weights, divergence);
  return divergence;
};
