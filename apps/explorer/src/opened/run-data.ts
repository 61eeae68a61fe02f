/**
 * The images that lie in a run's folder, as the page puts them there.
 *
 * In: files of the folder. Out: the images that the run learned from, and no others.
 */
import { type DataIdentity, type Dataset, datasetSums, type RunConfig, sameData } from 'latent-plane';
import { memoryFile, type ReadImages, readImages, storedShape } from 'latent-plane/internal';

const FOLDER = 'data/';

/** Whether a file of a run's folder belongs to its images. */
export const isRunData = (path: string): boolean => path.startsWith(FOLDER) && !path.slice(FOLDER.length).includes('/');

export interface RunData extends Dataset {
  readonly identity: DataIdentity;
}

/** What a run's folder has in `data`; null where it has nothing there. @throws LatentError (input) as `readImages`. */
export const readDataFolder = async (
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<ReadImages | null> => {
  const within = paths.filter(isRunData);
  if (within.length === 0) return null;
  const files = await Promise.all(
    within.map(async (path) => memoryFile(path.slice(FOLDER.length), (await read(path)) ?? new Uint8Array(), path)),
  );
  return readImages({ name: FOLDER, files });
};

/** Null where the folder has none, or others than the run learned from. @throws LatentError (input) as `readImages`. */
export const readRunData = async (
  { name, licence, source, ...identity }: RunConfig['dataset'],
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array | null>,
): Promise<RunData | null> => {
  const found = await readDataFolder(paths, read);
  if (found === null) return null;
  const { train, test, classNames } = found;
  const own: DataIdentity = { ...storedShape(train), sha256: await datasetSums({ train, test }) };
  return sameData(own, identity) ? { name, licence, source, classNames, train, test, identity: own } : null;
};
