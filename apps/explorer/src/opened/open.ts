/**
 * Opens a file in a worker and makes of it what the views take.
 *
 * In: files and the bundle's index. Out: a model with its points. The worker is ended with the work, or where the file
 * makes it stall.
 */
import { classPlaces, codeExtent, errorOf, type LatentError, type OtherRange, type PlaneBounds } from 'latent-plane';
import {
  type ExplorerIndex,
  type ExplorerModel,
  inputError,
  PLANE_DIMENSIONS,
  parseExplorerModel,
  workError,
} from 'latent-plane/internal';
import { placePoints } from '../data/code-plane.ts';
import { createDecoder } from '../data/decoder.ts';
import { fetchJson } from '../data/fetch-file.ts';
import { loadImages } from '../data/images.ts';
import { indexUrl, type LoadedModel, loadIndex, type Points } from '../data/load.ts';
import { nearestImages } from '../data/nearest-image.ts';
import { archiveAmong, type GivenFile, sourceAmong } from './files.ts';
import type { OpenAnswer, OpenedModel, OpenRequest, Stage } from './protocol.ts';
import type { Told } from './told.ts';

/** A file on show. */
export interface Opened {
  readonly name: string;
  readonly model: LoadedModel;
  readonly points: Points;
  /** What its points are, for people: `test images`. */
  readonly images: string;
  readonly notes: readonly string[];
  /** What was said of the file; null where nothing can be, of a run of ours. */
  readonly told: Told | null;
  /** As in `OpenedModel`. */
  readonly otherRange: OtherRange | null;
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
  /** Null while it has not come. */
  readonly index: ExplorerIndex | null;
  /** Of the networks on show; null while none has come. */
  readonly dataset: ExplorerModel['dataset'] | null;
  /** What a person said of the file. */
  readonly told: Told;
  readonly onProgress: (progress: OpenProgress) => void;
  readonly signal: AbortSignal;
}

/** Between two signs of life: reading the largest file takes seconds, loading and encoding report as they go. */
const SILENCE_MS = 60_000;

/** What a silence means depends on what was going on. */
const SILENT: Readonly<Record<Stage, string>> = {
  reading: 'its reader; the file is damaged, or made to stall',
  images: 'the server that has the images; is it still running?',
  encoding: 'the engine that encodes the images; try a smaller network, or: npx latent explore FILE',
};

const cancelled = (name: string): LatentError =>
  workError('cancelled', { at: { file: name }, problem: 'opening was cancelled' });

/** The data set that the page's networks lie on; all of them share one. */
const datasetOf = async (index: ExplorerIndex, base: string): Promise<ExplorerModel['dataset']> => {
  const first = index.networks.find(({ id }) => id === index.default) ?? index.networks[0];
  return parseExplorerModel(await fetchJson(new URL(first.path, indexUrl(base)))).dataset;
};

const imagesOf = (index: ExplorerIndex, base: string): OpenRequest['images'] => {
  if (!index.images) return null;
  const at = indexUrl(base);
  const { path, from, labels } = index.images;
  return { url: new URL(path, at).href, from, labelsUrl: new URL(labels, at).href };
};

/** An archive is looked into by the worker. */
const sourceOf = (files: readonly GivenFile[]): Pick<OpenRequest, 'name' | 'source'> => {
  const archive = archiveAmong(files);
  return archive ? { name: archive.name, source: { kind: 'archive', archive } } : sourceAmong(files);
};

const ask = (request: OpenRequest, { onProgress, signal }: OpenOptions): Promise<OpenedModel> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) throw cancelled(request.name);
    const worker = new Worker(new URL('../worker/open-worker.ts', import.meta.url), { type: 'module' });
    let timer: ReturnType<typeof setTimeout>;
    let stage: Stage = 'reading';
    const end = (action: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      worker.terminate();
      action();
    };
    const fail = (error: LatentError): void => end(() => reject(error));
    const abort = (): void => fail(cancelled(request.name));
    const listen = (): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () =>
          fail(
            workError('model-timeout', {
              at: { subject: request.name },
              problem: `nothing was heard for ${SILENCE_MS / 1000} s of ${SILENT[stage]}`,
            }),
          ),
        SILENCE_MS,
      );
    };
    signal.addEventListener('abort', abort);
    worker.onerror = ({ message }) =>
      fail(
        inputError('model-damaged', {
          at: { subject: request.name },
          problem: `the file brought its reader down${message ? ` (${message})` : ''}`,
          hint: 'fetch it again',
        }),
      );
    worker.onmessage = ({ data }: MessageEvent<OpenAnswer>) => {
      if (data.type === 'opened') end(() => resolve(data.model));
      else if (data.type === 'refused') fail(errorOf(data.fault));
      else {
        listen();
        stage = data.stage;
        onProgress({ name: request.name, stage, share: data.total ? data.done / data.total : null });
      }
    };
    listen();
    worker.postMessage(request);
  });

const boundsOf = (points: Float32Array): PlaneBounds => {
  const { min, max } = codeExtent({ values: points, count: points.length / PLANE_DIMENSIONS, size: PLANE_DIMENSIONS });
  return { min, max };
};

/**
 * Opens the model, run folder or archive among files.
 *
 * @throws what stands in the way, as a LatentError.
 */
export const openFiles = async (files: readonly GivenFile[], options: OpenOptions): Promise<Opened> => {
  const given = sourceOf(files);
  const { base, signal, onProgress } = options;
  if (signal.aborted) throw cancelled(given.name);
  onProgress({ name: given.name, stage: 'reading', share: null });
  // A file may come before the page's own data have.
  const index = options.index ?? (await loadIndex(base));
  const dataset = options.dataset ?? (await datasetOf(index, base));
  const { name, classNames, train, test, identity } = dataset;
  const images = imagesOf(index, base);
  const count = train + test;
  const { told } = options;
  const read = await ask({ ...given, told, images, dataset: { name, classNames, train, count, identity } }, options);
  const { spec, half, weights, parameters, plane, labels, first, isWhole, mse, notes, about, own } = read;
  const placed = placePoints(plane, read.codes);
  const bounds = own?.bounds ?? boundsOf(placed.codes);
  const isTest = (images?.from ?? 0) >= train;
  const partly = { train: isTest ? 0 : labels.length, test: isTest ? labels.length : 0 };
  const model: LoadedModel = {
    spec,
    ...(half ? { half } : {}),
    dataset: own?.dataset ?? { ...dataset, ...(isWhole ? {} : partly) },
    metrics: { parameters, ...(mse ? { mse } : {}) },
    plane,
    bounds,
    places: (own?.dataset ?? dataset).classNames.length === 0 ? [] : classPlaces(placed.codes, labels, bounds),
    files: { codes: '', labels: '' },
    url: indexUrl(base),
    weights,
    decoder:
      half === 'encoder'
        ? nearestImages(own?.images ?? (await loadImages(null, index)), read.codes, first, plane)
        : createDecoder(spec, weights, 0, plane),
    about: about ?? undefined,
    ...(own ? { images: own.images } : {}),
  };
  const kind = isTest ? 'test images' : 'training images';
  return {
    name: given.name,
    model,
    points: { ...placed, labels, first },
    images: own ? `images of ${own.dataset.name}` : isWhole ? 'images' : kind,
    notes,
    told: read.isForeign ? told : null,
    otherRange: read.otherRange,
  };
};
