/**
 * How much each dimension of a Gaussian code says of an image, measured in a worker over the images that the page has.
 *
 * In: a network with its points. Out: its divergence from the prior. It is kept for as long as the weights.
 */
import type { AutoencoderSpec, ImageSet, Labels, Weights } from 'latent-plane';
import { type ExplorerIndex, gaussianOf } from 'latent-plane/internal';
import { hasAllWeights, loadAllWeights } from '../data/about.ts';
import { askWorker, type WorkerAnswer } from '../data/ask-worker.ts';
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
export type DivergenceAnswer = WorkerAnswer<Divergence>;

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
  askWorker(new Worker(new URL('../worker/divergence-worker.ts', import.meta.url), { type: 'module' }), request, {
    work: 'the divergence',
    onProgress,
    signal,
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
