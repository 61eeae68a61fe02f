/**
 * What files dropped on the Train view, or chosen there, are meant for.
 *
 * In: files with their paths. Out: a run to go on with, images to train on, a network or a recipe that somebody wrote, or a
 * model for the other views. What is in
 * them is read by the worker; here names decide, those within a zip too.
 */
import { unzip } from 'fflate';
import { MODEL_EXTENSIONS } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import type { GivenFile } from '../opened/files.ts';
import { writtenAmong } from '../opened/written.ts';
import type { DatasetChoice } from './protocol.ts';

export type Meant =
  | { readonly type: 'run'; readonly files: readonly { readonly path: string; readonly file: File }[] }
  | { readonly type: 'dataset'; readonly dataset: DatasetChoice }
  /** A network's file, or a recipe's. */
  | { readonly type: 'written'; readonly name: string; readonly file: File }
  | { readonly type: 'model' };

const PICTURE = /\.(png|jpe?g|gif|webp|bmp|avif)$/i;
const IDX = /(idx[13]|ubyte)[^/]*(\.gz)?$/i;
const RUN = /(^|\/)config\.json$/;

const withPath = ({ name, file }: GivenFile): { readonly path: string; readonly file: File } => ({ path: name, file });

/** Paths within a zip, by its directory alone. */
const pathsInZip = async (file: File): Promise<readonly string[]> => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const paths: string[] = [];
  return new Promise((resolve, reject) => {
    unzip(
      bytes,
      {
        filter: ({ name }) => {
          paths.push(name);
          return false;
        },
      },
      (error) => (error ? reject(error) : resolve(paths)),
    );
  });
};

/** The pair of IDX files: images have three dimensions, labels one. */
const idxPair = (files: readonly GivenFile[]): DatasetChoice => {
  const isLabels = ({ name }: GivenFile): boolean => /idx1|labels/i.test(name);
  // A folder as MNIST comes has two pairs; the training images are what is trained on.
  const sets = files.some(({ name }) => /train/i.test(name)) ? files.filter(({ name }) => /train/i.test(name)) : files;
  const images = sets.find((file) => !isLabels(file));
  if (images === undefined)
    throw inputError('no-images', {
      expected: 'IDX files of images',
      got: `${files[0].name} alone`,
      hint: 'add the file of images',
    });
  return { kind: 'idx', images: images.file, labels: sets.find(isLabels)?.file ?? null };
};

/** @throws LatentError (input) `no-images` where nothing among the files is of use here. */
export const meaningOf = async (files: readonly GivenFile[]): Promise<Meant> => {
  if (files.some(({ name }) => RUN.test(name))) return { type: 'run', files: files.map(withPath) };
  const written = await writtenAmong(files);
  if (written) return { type: 'written', name: written.name.replace(/^.*\//, ''), file: written.file };
  const zip = files.length === 1 && /\.zip$/i.test(files[0].name) ? files[0] : undefined;
  if (zip) {
    const paths = await pathsInZip(zip.file).catch(() => {
      throw inputError('zip-damaged', {
        at: { subject: zip.name },
        expected: 'a zip',
        got: 'something else or a part of one',
        hint: 'make it again',
      });
    });
    if (paths.some((path) => RUN.test(path))) return { type: 'run', files: [withPath(zip)] };
    if (paths.some((path) => PICTURE.test(path)))
      return { type: 'dataset', dataset: { kind: 'pictures', files: [withPath(zip)] } };
  }
  const pictures = files.filter(({ name }) => PICTURE.test(name));
  if (pictures.length > 0) return { type: 'dataset', dataset: { kind: 'pictures', files: files.map(withPath) } };
  const idx = files.filter(({ name }) => IDX.test(name));
  if (idx.length > 0) return { type: 'dataset', dataset: idxPair(idx) };
  if (files.some(({ name }) => MODEL_EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension))))
    return { type: 'model' };
  throw inputError('no-images', {
    expected: 'pictures, IDX files, a zip of pictures, a run folder or a network file',
    got: `${files[0]?.name ?? 'nothing'}`,
    hint: 'drop one of these',
  });
};

/** A choice in words: `200 pictures of threes, fives`. */
export const datasetWords = (dataset: DatasetChoice): string => {
  switch (dataset.kind) {
    case 'built-in':
      return dataset.count === null ? 'the built-in images' : `the first ${dataset.count} built-in images`;
    case 'idx':
      return `${dataset.images.name}${dataset.labels ? ` with ${dataset.labels.name}` : ', without labels'}`;
    case 'pictures': {
      const [first] = dataset.files;
      if (dataset.files.length === 1) return first.path;
      const folders = new Set(dataset.files.map(({ path }) => path.split('/').slice(0, -1).pop() ?? ''));
      return `${dataset.files.length} files in ${folders.size} ${folders.size === 1 ? 'folder' : 'folders'}`;
    }
  }
};
