/**
 * What files dropped on the Train view, or chosen there, are meant for.
 *
 * In: files with their paths. Out: a run to go on with, images to train on, a network or a recipe that somebody wrote, or a
 * model for the other views. What is in
 * them is read by the worker; here names decide, those within a zip too.
 */
import { MODEL_EXTENSIONS } from 'latent-plane';
import { inputError, listArchive } from 'latent-plane/internal';
import { archiveAmong, type GivenFile } from '../opened/files.ts';
import { writtenAmong } from '../opened/written.ts';
import { type PathFile, pageFile } from './page-file.ts';
import type { DatasetChoice, OwnChoice } from './protocol.ts';

export type Meant =
  | { readonly type: 'run'; readonly files: readonly PathFile[] }
  | { readonly type: 'dataset'; readonly dataset: OwnChoice }
  /** A network's file, or a recipe's. */
  | { readonly type: 'written'; readonly name: string; readonly file: File }
  | { readonly type: 'model' };

/** Names of files that hold images, whatever lies beside them. */
const DATA =
  /\.(png|jpe?g|gif|webp|bmp|avif|tiff?|npy|npz|csv|tsv|mat|idx\d?|data)(\.gz)?$|ubyte(\.gz)?$|(^|\/)((data|test)_batch(_\d+)?|train|test)\.bin$/i;
const RUN = /(^|\/)config\.json$/;
/** More than any archive of images has. */
const MAX_ENTRIES = 2_000_000;

const withPath = ({ name, file }: GivenFile): PathFile => ({ path: name, file });

const ownChoice = (files: readonly GivenFile[]): Meant => ({
  type: 'dataset',
  dataset: { kind: 'own', id: crypto.randomUUID(), files: files.map(withPath), options: '' },
});

const isModel = (name: string): boolean => MODEL_EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension));

const areModel = (names: readonly string[]): boolean => names.some(isModel) && !names.some((name) => DATA.test(name));

/** @throws LatentError (input) `no-images` of nothing; as `listArchive`. */
export const meaningOf = async (files: readonly GivenFile[]): Promise<Meant> => {
  if (files.some(({ name }) => RUN.test(name))) return { type: 'run', files: files.map(withPath) };
  const written = await writtenAmong(files);
  if (written) return { type: 'written', name: written.name.replace(/^.*\//, ''), file: written.file };
  const zip = archiveAmong(files);
  if (zip) {
    const entries = await listArchive(pageFile(withPath(zip)), MAX_ENTRIES);
    const paths = entries.map(({ path }) => path);
    if (paths.some((path) => RUN.test(path))) return { type: 'run', files: [withPath(zip)] };
    if (areModel(paths)) return { type: 'model' };
  }
  if (areModel(files.map(({ name }) => name))) return { type: 'model' };
  if (files.length > 0) return ownChoice(files);
  throw inputError('no-images', {
    expected: 'files of images, a run folder or a network file',
    got: 'nothing',
    hint: 'drop one of these',
  });
};

/** A choice in words: `200 files in 3 folders`. */
export const datasetWords = (dataset: DatasetChoice): string => {
  if (dataset.kind === 'built-in')
    return dataset.count === null ? 'the built-in images' : `the first ${dataset.count} built-in images`;
  const [first] = dataset.files;
  if (dataset.files.length === 1) return first.path;
  const folders = new Set(dataset.files.map(({ path }) => path.split('/').slice(0, -1).pop() ?? ''));
  return `${dataset.files.length} files in ${folders.size} ${folders.size === 1 ? 'folder' : 'folders'}`;
};
