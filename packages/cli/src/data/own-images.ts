/**
 * A DATASET argument that is a path: `FOLDER`, `FILE`, either with `#option=value,...` behind it.
 *
 * In: the argument. Out: a data set, what was guessed of it, and which registered one it is, whatever container it lay in.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import {
  DATASET_ROLES,
  type Dataset,
  type DatasetEntry,
  type DatasetRole,
  encodeIdxImages,
  encodeIdxLabels,
  type IdxDatasetEntry,
  takeImages,
} from 'latent-plane';
import {
  type EachImages,
  imageSize,
  inputError,
  isPack,
  type OpenedImages,
  openImages,
  parseReadOptions,
  type ReadImages,
  type ReadOptions,
  type ReadProgress,
  readAll,
  readEachImage,
  readImages,
  type Source,
  sha256Hex,
  suggestion,
  takeStored,
  withClasses,
} from 'latent-plane/internal';
import { systemCode } from '../files/file-system.ts';
import { readError, shownPath } from '../files/read-error.ts';
import { liesWithin } from '../files/within.ts';
import { nodeCodecs } from './codecs.ts';
import { diskSource, openedSource } from './disk-source.ts';
import { openPackFolder } from './open-pack.ts';
import type { PackContent } from './write-pack.ts';

/** Files of a source that stay open; of more each is opened when it is read. */
const MAX_OPEN = 200;

/** Images of a path. */
export interface OwnImages {
  readonly dataset: Dataset;
  /** Absolute: where they were read. */
  readonly path: string;
  /** What was guessed or left out. */
  readonly notes: readonly string[];
  /** Id of the container. */
  readonly container: string;
  /** They are those of a registered data set, number by number. */
  readonly isRegistered: boolean;
}

type Found = { readonly path: string; readonly isFolder: boolean; readonly options: ReadOptions };

const isThere = async (path: string): Promise<'folder' | 'file' | null> => {
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return undefined;
    throw readError(path, error);
  });
  return found === undefined ? null : found.isDirectory() ? 'folder' : 'file';
};

/** A path whose name holds `#` is taken as it is where it is there. */
const find = async (argument: string): Promise<Found | null> => {
  const whole = await isThere(argument);
  if (whole !== null) return { path: resolve(argument), isFolder: whole === 'folder', options: {} };
  const at = argument.lastIndexOf('#');
  if (at <= 0) return null;
  const path = argument.slice(0, at);
  const kind = await isThere(path);
  if (kind === null) return null;
  return { path: resolve(path), isFolder: kind === 'folder', options: parseReadOptions(argument.slice(at + 1)) };
};

/** The registered data set whose training labels these are: they lie in memory, and tell nearly all others apart. */
const likelyEntry = async (
  { train }: { readonly train: Pick<Dataset['train'], 'labels'> },
  registry: readonly DatasetEntry[],
): Promise<IdxDatasetEntry | undefined> => {
  const labels = await sha256Hex(encodeIdxLabels(train.labels));
  return registry.find(
    (entry): entry is IdxDatasetEntry => entry.kind === 'idx' && entry.files.trainLabels.rawSha256 === labels,
  );
};

/**
 * The registered data set that these images are, told by the files that they would be: written as IDX, they have the sums of
 * its published files, whatever container they came in.
 */
const recognise = async (
  { train, test }: Pick<ReadImages, 'train' | 'test'>,
  registry: readonly DatasetEntry[],
): Promise<DatasetEntry | undefined> => {
  const written: Readonly<Record<DatasetRole, () => Uint8Array>> = {
    trainImages: () => encodeIdxImages(train),
    trainLabels: () => encodeIdxLabels(train.labels),
    testImages: () => encodeIdxImages(test),
    testLabels: () => encodeIdxLabels(test.labels),
  };
  const likely = await likelyEntry({ train }, registry);
  if (likely === undefined) return undefined;
  for (const role of DATASET_ROLES)
    if ((await sha256Hex(written[role]())) !== likely.files[role].rawSha256) return undefined;
  return likely;
};

/** No data set that is known by its files has more pixels. */
const MOST_RECOGNISED_BYTES = 2 ** 30;

const recogniseStored = async (
  { train, test }: Pick<OpenedImages, 'train' | 'test'>,
  registry: readonly DatasetEntry[],
): Promise<DatasetEntry | undefined> => {
  if ((train.count + test.count) * imageSize(train) > MOST_RECOGNISED_BYTES) return undefined;
  if ((await likelyEntry({ train }, registry)) === undefined) return undefined;
  return recognise({ train: await readAll(train), test: await readAll(test) }, registry);
};

/** The classes that are asked for are those of the data set that the images turn out to be. */
const classChoice = ({ classes, without, ...others }: ReadOptions) => ({
  chosen: { ...(classes && { classes }), ...(without && { without }) },
  others,
});

/** @throws LatentError (input) `data-option` of options, which were said when the images were packed. */
const openOwnPack = async (source: Source, path: string, options: ReadOptions): Promise<OwnImages> => {
  const [option] = Object.keys(options);
  if (option !== undefined)
    throw inputError('data-option', {
      at: { subject: path },
      expected: 'nothing behind the name of a pack, whose images are as they were packed',
      got: `"${option}"`,
      hint: 'pack the images again, with the option behind their own name',
    });
  return { ...(await openPackFolder(source)), path, container: 'pack', isRegistered: false };
};

/** Files and folders that lie where a path leads to; none where that is no folder. */
const namesBeside = (path: string): Promise<readonly string[]> => readdir(dirname(resolve(path))).catch(() => []);

/** @throws LatentError (input) `dataset-unknown` where there is neither file nor folder. */
const requireFound = async (argument: string, registry: readonly DatasetEntry[]): Promise<Found> => {
  const found = await find(argument);
  if (found !== null) return found;
  const names = registry.map(({ name }) => name);
  const guess = suggestion(basename(argument), [...names, ...(await namesBeside(argument))]);
  throw inputError('dataset-unknown', {
    expected: `${names.join(', ')} or a folder or file of images`,
    got: `"${shownPath(argument)}", which is neither${guess === '' ? '' : `; ${guess}`}`,
  });
};

/**
 * Whether a path lies within the folder that an argument names, which would read it among its own images the next time.
 */
export const isWithinOwn = async (argument: string, path: string): Promise<boolean> => {
  const found = await find(argument);
  if (found?.isFolder !== true) return false;
  let there = resolve(path);
  while ((await isThere(there)) === null) there = dirname(there);
  return liesWithin(found.path, there);
};

/**
 * Opens the images of a path to be packed, without having all of them in memory where their files allow it.
 *
 * @throws LatentError (input) `dataset-unknown`; as `openImages`.
 */
export const openForPacking = async (
  argument: string,
  registry: readonly DatasetEntry[],
  onProgress?: ReadProgress,
): Promise<PackContent> => {
  const { path, isFolder, options } = await requireFound(argument, registry);
  const found = await diskSource(path, isFolder);
  const files = found.files.length > MAX_OPEN ? found : openedSource(found);
  const { chosen, others } = classChoice(options);
  const opened = await openImages(files, others, { codecs: nodeCodecs, onProgress });
  const known = await recogniseStored(opened, registry);
  const unknown = { name: basename(path), licence: 'not stated', source: basename(path) };
  const { name, licence, source, classNames } = known ?? { ...unknown, classNames: opened.classNames };
  const { train, test, notes } = withClasses(opened, classNames, chosen, takeStored);
  return { name, licence, source, classNames, train, test, notes: [...opened.notes, ...notes] };
};

/**
 * Opens the images of a path.
 *
 * @throws LatentError (input) `dataset-unknown` where there is neither file nor folder; as `readImages`.
 */
export const openOwnImages = async (
  argument: string,
  registry: readonly DatasetEntry[],
  onProgress?: ReadProgress,
): Promise<OwnImages> => {
  const { path, isFolder, options } = await requireFound(argument, registry);
  const files = await diskSource(path, isFolder);
  if (isFolder && isPack(files.files)) return openOwnPack(files, path, options);
  const { chosen, others } = classChoice(options);
  const read = await readImages(files, others, { codecs: nodeCodecs, onProgress });
  const known = await recognise(read, registry);
  const facts = known ?? { name: basename(path), licence: 'not stated', source: path, classNames: read.classNames };
  const { name, licence, source, classNames } = facts;
  const { notes, ...taken } = withClasses(read, classNames, chosen, takeImages);
  const dataset = { name, licence, source, classNames, ...taken };
  const { container } = read;
  return { dataset, path, notes: [...read.notes, ...notes], container, isRegistered: known !== undefined };
};

/**
 * Opens the images of a path one by one: `FILE` or `FOLDER`, either with `#option=value,...` behind it.
 *
 * @throws LatentError (input) `images-unknown` where there is neither file nor folder; as `readEachImage`.
 */
export const openEachImage = async (argument: string, onProgress?: ReadProgress): Promise<EachImages> => {
  const found = await find(argument);
  if (found === null) {
    const guess = suggestion(basename(argument), await namesBeside(argument));
    throw inputError('images-unknown', {
      expected: 'a picture, a folder of pictures, or another file of images',
      got: `"${shownPath(argument)}", which is not there${guess === '' ? '' : `; ${guess}`}`,
    });
  }
  const { path, isFolder, options } = found;
  const source = await diskSource(path, isFolder);
  return readEachImage(source, options, { codecs: nodeCodecs, onProgress });
};
