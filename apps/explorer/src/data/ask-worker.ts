/**
 * A worker that is asked one thing: it tells how far it is, answers, and is ended.
 *
 * In: the worker, what it is asked. Out: its answer as a promise; an error where it fails, or is not wanted any more.
 */
import { type ErrorRecord, errorOf } from 'latent-plane';
import { workError } from 'latent-plane/internal';

/** What such a worker says. */
export type WorkerAnswer<Result> =
  | { readonly type: 'progress'; readonly done: number; readonly of: number }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'failed'; readonly fault: ErrorRecord };

export interface AskOptions {
  /** What the worker is for, as messages say it. */
  readonly work: string;
  /** 0..1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** @throws LatentError (work) `worker-failed`; what the worker failed with; the signal's reason. */
export const askWorker = <Result>(
  worker: Worker,
  request: unknown,
  { work, onProgress, signal }: AskOptions,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const end = (action: () => void): void => {
      signal?.removeEventListener('abort', stop);
      worker.terminate();
      action();
    };
    const stop = (): void => end(() => reject(signal?.reason));
    if (signal?.aborted) {
      stop();
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    worker.onerror = ({ message }) => {
      const problem = `the worker for ${work} failed: ${message}`;
      end(() => reject(workError('worker-failed', { problem, hint: 'reload the page' })));
    };
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer<Result>>) => {
      if (data.type === 'progress') onProgress?.(data.done / data.of);
      else if (data.type === 'done') end(() => resolve(data.result));
      else end(() => reject(errorOf(data.fault)));
    };
    worker.postMessage(request);
  });
