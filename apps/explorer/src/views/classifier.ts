/**
 * The classifier that names what the decoder draws.
 *
 * In: the bundle's index, then pictures. Out: for the newest picture a probability of each class. It runs in a worker,
 * which fetches its weights itself.
 */
import type { ExplorerIndex } from 'latent-plane/internal';
import { indexUrl } from '../data/load.ts';

export type ClassifierRequest =
  | { readonly type: 'load'; readonly specUrl: string; readonly weightsUrl: string }
  /** `[height * width]`, 0..1. */
  | { readonly type: 'picture'; readonly picture: Float32Array };
export type ClassifierAnswer =
  | { readonly type: 'read'; readonly probabilities: readonly number[] }
  | { readonly type: 'failed' };

export interface Classifier {
  read(picture: Float32Array): void;
  dispose(): void;
}

/** @param onRead - told of every prediction; null where the classifier cannot be had, and its column goes. */
export const createClassifier = (
  { spec, weights }: NonNullable<ExplorerIndex['classifier']>,
  onRead: (probabilities: readonly number[] | null) => void,
): Classifier => {
  const worker = new Worker(new URL('../worker/classifier-worker.ts', import.meta.url), { type: 'module' });
  const at = indexUrl(document.baseURI);
  const send = (request: ClassifierRequest): void => worker.postMessage(request);
  worker.onmessage = ({ data }: MessageEvent<ClassifierAnswer>) =>
    onRead(data.type === 'read' ? data.probabilities : null);
  send({ type: 'load', specUrl: new URL(spec, at).href, weightsUrl: new URL(weights, at).href });
  let newest: Float32Array | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    // A task later: the worker shall not take a processor from the frame that shows the picture.
    read: (picture) => {
      newest = picture;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (newest) send({ type: 'picture', picture: newest });
      });
    },
    dispose: () => {
      clearTimeout(timer);
      worker.terminate();
    },
  };
};
