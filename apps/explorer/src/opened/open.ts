/**
 * Opens a file in a worker and makes of it what the views take.
 *
 * In: files and the bundle's index. Out: a model with its points. The worker is ended with the work, or where the file
 * makes it stall.
 */
import {
  classPlaces,
  codeExtent,
  type ExplorerIndex,
  type ExplorerModel,
  inputError,
  type LatentError,
  workError,
} from 'latent-plane';
import { createDecoder } from '../data/decoder.ts';
import { indexUrl, type LoadedModel, type Points } from '../data/load.ts';
import { besides, type GivenFile, modelAmong } from './files.ts';
import type { OpenAnswer, OpenedModel, OpenRequest, Stage } from './protocol.ts';

/** A file on show. */
export interface Opened {
  readonly name: string;
  readonly model: LoadedModel;
  readonly points: Points;
  readonly notes: readonly string[];
}

export interface OpenProgress {
  readonly name: string;
  readonly stage: Stage;
  /** 0..1; null where nobody knows. */
  readonly share: number | null;
}

export interface OpenOptions {
  /** Where the page's data lie. */
  readonly base: string;
  readonly index: ExplorerIndex | null;
  /** Names of the classes of the data set on show. */
  readonly dataset: ExplorerModel['dataset'] | null;
  readonly onProgress: (progress: OpenProgress) => void;
  readonly signal: AbortSignal;
}

/** Between two signs of life: reading the largest file takes a second, and encoding reports as it goes. */
const SILENCE_MS = 60_000;

/** What the worker said last, as an error of ours. */
class Refusal extends Error {}

/** The words of what went wrong, in the form `code: what, where, what to do`. */
export const refusalText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const requestOf = (
  files: readonly GivenFile[],
  model: GivenFile,
  { base, index, dataset }: OpenOptions,
): OpenRequest => {
  const beside = new Map<string, File>();
  for (const { name, file } of files) {
    const path = name.slice(model.name.lastIndexOf('/') + 1);
    if (besides(files, model, path)) beside.set(path, file);
  }
  const at = indexUrl(base);
  const images = index?.images
    ? {
        url: new URL(index.images.path, at).href,
        from: index.images.from,
        labelsUrl: new URL(index.images.labels, at).href,
      }
    : null;
  return { name: model.name, model: model.file, beside, images, classNames: dataset?.classNames ?? [] };
};

const ask = (request: OpenRequest, { onProgress, signal }: OpenOptions): Promise<OpenedModel> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../worker/open-worker.ts', import.meta.url), { type: 'module' });
    let timer: ReturnType<typeof setTimeout>;
    const end = (action: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      worker.terminate();
      action();
    };
    const fail = (error: LatentError | Refusal): void => end(() => reject(error));
    const abort = (): void => fail(workError('cancelled', `${request.name}: opening was cancelled`));
    const listen = (): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () =>
          fail(
            inputError(
              'model-timeout',
              `${request.name}: nothing was heard of its reader for ${SILENCE_MS / 1000} s; the file is damaged, or made to stall`,
            ),
          ),
        SILENCE_MS,
      );
    };
    signal.addEventListener('abort', abort);
    worker.onerror = ({ message }) =>
      fail(
        inputError(
          'model-damaged',
          `${request.name}: the file brought its reader down${message ? ` (${message})` : ''}; fetch it again`,
        ),
      );
    worker.onmessage = ({ data }: MessageEvent<OpenAnswer>) => {
      if (data.type === 'opened') end(() => resolve(data.model));
      else if (data.type === 'refused') fail(new Refusal(data.message));
      else {
        listen();
        onProgress({ name: request.name, stage: data.stage, share: data.total ? data.done / data.total : null });
      }
    };
    listen();
    worker.postMessage(request);
  });

/**
 * Opens the model among files.
 *
 * @throws what stands in the way, with a message for people: `refusalText`.
 */
export const openFiles = async (files: readonly GivenFile[], options: OpenOptions): Promise<Opened> => {
  const file = modelAmong(files);
  const { spec, weights, parameters, codes, labels, mse, notes } = await ask(requestOf(files, file, options), options);
  const { min, max } = codeExtent({ values: codes, count: labels.length, size: 2 });
  const bounds = { min, max };
  const model: LoadedModel = {
    spec,
    dataset: {
      name: options.dataset?.name ?? '',
      classNames: options.dataset?.classNames ?? [],
      train: 0,
      test: labels.length,
    },
    metrics: { parameters, mse: { test: mse } },
    bounds,
    places: classPlaces(codes, labels, bounds),
    files: { decoder: '', codes: '', labels: '' },
    url: indexUrl(options.base),
    weights,
    decoder: createDecoder(spec, weights),
  };
  return { name: file.name, model, points: { codes, labels }, notes };
};
