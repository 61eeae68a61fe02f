/**
 * Runs in the browser's own storage (IndexedDB): what a reload must not lose.
 *
 * In: a run's state and what belongs to it. Out: the same. A state and its figures are written in one transaction, so
 * what is found is whole, whenever the page was closed. Images of a person's own lie beside it once, under their sum.
 * Nothing here knows what a training is.
 */
import type { Channels, ErrorFacts, ImageSet } from 'latent-plane';
import { reasonOf, workError } from 'latent-plane/internal';

const NAME = 'latent-plane-runs';
const VERSION = 1;

/** Small enough to list. */
export interface Head {
  readonly id: string;
  /** Text of `config.json`. */
  readonly config: string;
  /** Text of `metrics.json`. */
  readonly metrics: string;
  readonly loss: number | null;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly saved: number;
  /** Of the built-in images, how many (null: all); undefined of a person's own. */
  readonly builtIn: { readonly count: number | null } | null;
  /** Under which the images lie; null where they are not kept. */
  readonly imagesKey: string | null;
}

/** A person's own images, in the parts that they were read in. */
export interface StoredImages {
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** By class index; none where the images have no labels. */
  readonly classNames: readonly string[];
  readonly name: string;
}

/** As older versions of the page kept them: in one, of which every tenth was for test. */
export interface UndividedImages extends Omit<ImageSet, 'channels'> {
  /** Absent of grey images. */
  readonly channels?: Channels;
  readonly classNames: readonly string[];
  readonly name: string;
}

export interface Store {
  list(): Promise<Head[]>;
  /** Bytes of `checkpoints/last.safetensors`; null where there is no such run. */
  state(id: string): Promise<{ readonly head: Head; readonly state: Uint8Array } | null>;
  save(head: Head, state: Uint8Array): Promise<void>;
  images(key: string): Promise<StoredImages | UndividedImages | null>;
  saveImages(key: string, images: StoredImages): Promise<void>;
  /** And its images where no other run has them. */
  delete(id: string): Promise<void>;
}

const HEADS = 'heads';
const STATES = 'states';
const IMAGES = 'images';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });

const faultOf = (error: unknown): ErrorFacts =>
  error instanceof DOMException && error.name === 'QuotaExceededError'
    ? { problem: "the browser's storage is full", hint: 'delete an older run, or download this one' }
    : { problem: `the browser's storage refuses (${reasonOf(error)})`, hint: 'download the run to keep it' };

/** @throws LatentError (work) `not-kept`, with what to do. */
const kept = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw workError('not-kept', faultOf(cause), { cause });
  }
};

const openDatabase = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(HEADS, { keyPath: 'id' });
    request.result.createObjectStore(STATES);
    request.result.createObjectStore(IMAGES);
  };
  return settled(request);
};

/** @throws LatentError (work) `not-kept` where the browser keeps nothing for this page. */
export const openStore = (): Promise<Store> =>
  kept(async () => {
    const database = await openDatabase();
    // A later version of the page wants to change it: this one makes way.
    database.onversionchange = () => database.close();
    const read = <T>(name: string, key: string): Promise<T | undefined> =>
      settled(database.transaction(name).objectStore(name).get(key) as IDBRequest<T | undefined>);
    const list = (): Promise<Head[]> =>
      settled(database.transaction(HEADS).objectStore(HEADS).getAll() as IDBRequest<Head[]>);
    const write = (names: string[], change: (store: (name: string) => IDBObjectStore) => void): Promise<void> => {
      const transaction = database.transaction(names, 'readwrite', { durability: 'strict' });
      change((name) => transaction.objectStore(name));
      return committed(transaction);
    };
    return {
      list: () => kept(list),
      state: (id) =>
        kept(async () => {
          const [head, state] = [await read<Head>(HEADS, id), await read<Uint8Array>(STATES, id)];
          return head && state ? { head, state } : null;
        }),
      save: (head, state) =>
        kept(() =>
          write([HEADS, STATES], (store) => {
            store(HEADS).put(head);
            store(STATES).put(state, head.id);
          }),
        ),
      images: (key) => kept(async () => (await read<StoredImages | UndividedImages>(IMAGES, key)) ?? null),
      saveImages: (key, images) => kept(() => write([IMAGES], (store) => void store(IMAGES).put(images, key))),
      delete: (id) =>
        kept(async () => {
          const heads = await list();
          const key = heads.find((head) => head.id === id)?.imagesKey;
          const shared = heads.some((head) => head.id !== id && head.imagesKey === key);
          await write([HEADS, STATES, IMAGES], (store) => {
            store(HEADS).delete(id);
            store(STATES).delete(id);
            if (key && !shared) store(IMAGES).delete(key);
          });
        }),
    };
  });
