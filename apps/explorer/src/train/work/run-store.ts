/**
 * The runs of this browser: what is kept of each, how it is listed, and what it goes on from.
 *
 * In: a run as it stands. Out: the same after a reload. The store is opened when it is first needed; where the browser
 * keeps nothing, every call says so.
 */
import {
  decodeState,
  encodeState,
  formatMetrics,
  formatRunConfig,
  type ImageSet,
  parseMetrics,
  parseRunConfig,
  type RunConfig,
  type RunMetrics,
  resolveNetwork,
  takeImages,
} from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import type { StoredRun } from '../protocol.ts';
import { ownData, type TrainingData } from './dataset.ts';
import type { SavedRun } from './run-types.ts';
import { type Head, openStore, type Store, type StoredImages, type UndividedImages } from './store.ts';

/** Own images up to this are kept with the run, so that a reload goes on without asking for them again. */
const MAX_KEPT_PIXELS = 256 * 2 ** 20;

/** A page that was just left may still hold its run for a moment. */
const LOCK_WAIT_MS = 2000;

export interface FoundRun extends SavedRun {
  /** Of the bundle's images, how many; undefined where they were a person's own. */
  readonly builtIn?: { readonly count: number | null };
  /** A person's own images; @throws LatentError (input) `no-images` where they are not kept. */
  readonly images: () => Promise<TrainingData>;
}

export interface RunStore {
  save(id: string, data: TrainingData, run: SavedRun): Promise<void>;
  /** The newest first. */
  list(): Promise<StoredRun[]>;
  find(id: string): Promise<FoundRun>;
  delete(id: string): Promise<void>;
  /**
   * Two pages never write one run.
   *
   * @returns gives it back.
   * @throws LatentError (input) `run-locked`.
   */
  lock(id: string): Promise<() => void>;
}

const utf8 = new TextEncoder();

const configOf = ({ config }: Head): RunConfig => parseRunConfig(utf8.encode(config), 'config.json');
const metricsOf = ({ metrics }: Head): RunMetrics => parseMetrics(utf8.encode(metrics), 'metrics.json');

const listed = (head: Head): StoredRun[] => {
  const { id, epoch, loss, saved, builtIn, imagesKey } = head;
  try {
    const { network, recipe, dataset } = configOf(head);
    if (network.kind !== 'autoencoder') return [];
    const { stopped } = metricsOf(head);
    const hasImages = builtIn !== null || imagesKey !== null;
    return [{ id, network, recipe, datasetName: dataset.name, epoch, loss, stopped, saved, hasImages }];
  } catch {
    // Of another version of the page; it lies there until that one comes back.
    return [];
  }
};

/** As the version of the page divided them that kept them, so that their runs go on with the same images. */
export const divided = ({ channels = 1, ...set }: UndividedImages): Pick<StoredImages, 'train' | 'test'> => {
  const images: ImageSet = { ...set, channels };
  const numbers = Array.from({ length: images.count }, (_, i) => i);
  const part = (isTest: boolean): ImageSet =>
    takeImages(images, Uint32Array.from(numbers.filter((i) => (i % 10 === 9) === isTest)));
  return { train: part(false), test: part(true) };
};

/** @throws LatentError (input) `no-images` where they are not kept. */
const ownImages = async (store: Store, { imagesKey }: Head): Promise<TrainingData> => {
  const images = imagesKey === null ? null : await store.images(imagesKey);
  if (images === null)
    throw inputError('no-images', {
      problem: 'the images of this run are not kept here',
      hint: 'choose the same files again',
    });
  return ownData(images, 'train' in images ? images : divided(images), []);
};

const lockRun = (id: string): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(LOCK_WAIT_MS);
    const held = (): Promise<void> => new Promise((release) => resolve(release));
    navigator.locks.request(`latent-plane-run-${id}`, { signal }, held).catch((error: unknown) => {
      // A browser that refuses its storage refuses locks too; where nothing is kept, no two pages write one run.
      if (error instanceof DOMException && error.name === 'SecurityError') resolve(() => undefined);
      else
        reject(
          inputError('run-locked', {
            problem: 'this run is open in another tab or window',
            hint: 'go on there, or close it',
          }),
        );
    });
  });

export const createRunStore = (): RunStore => {
  let opened: Promise<Store> | null = null;
  const keptImages = new Set<string>();
  const store = (): Promise<Store> => {
    opened ??= openStore().catch((error: unknown) => {
      // It may be allowed, or have room, the next time.
      opened = null;
      throw error;
    });
    return opened;
  };

  /** Under which a person's own images lie; null where they do not. */
  const keepImages = async (data: TrainingData): Promise<string | null> => {
    if (!data.isOwn) return null;
    const { record, facts, train } = data;
    const test = await data.test();
    if (train.pixels.length + test.pixels.length > MAX_KEPT_PIXELS) return null;
    const key = Object.values(record.sha256).join('-');
    const { name, classNames } = facts;
    if (!keptImages.has(key)) await (await store()).saveImages(key, { train, test, name, classNames });
    keptImages.add(key);
    return key;
  };

  return {
    save: async (id, data, { config, metrics, state }) => {
      const head: Head = {
        id,
        config: formatRunConfig(config),
        metrics: formatMetrics(metrics),
        loss: state.history.at(-1)?.loss ?? null,
        epoch: state.epoch,
        saved: Date.now(),
        builtIn: data.builtIn ?? null,
        imagesKey: await keepImages(data),
      };
      await (await store()).save(head, encodeState(state));
    },
    list: async () => {
      const heads = await (await store()).list();
      return heads.flatMap(listed).sort((a, b) => b.saved - a.saved);
    },
    find: async (id) => {
      const kept = await store();
      const found = await kept.state(id);
      if (!found)
        throw inputError('no-run', {
          problem: 'this run is not in the storage of this browser any more',
          hint: 'begin another',
        });
      const { head, state } = found;
      const config = configOf(head);
      return {
        config,
        metrics: metricsOf(head),
        state: decodeState(state, 'last.safetensors', resolveNetwork(config.network).parameterCount),
        ...(head.builtIn ? { builtIn: head.builtIn } : {}),
        images: () => ownImages(kept, head),
      };
    },
    delete: async (id) => {
      await (await store()).delete(id);
      keptImages.clear();
    },
    lock: lockRun,
  };
};
