/**
 * The images that the page trains on, packed in pieces.
 *
 * In: a data set. Out: the document that lists the pieces, and their bytes.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Dataset, ImageSet } from 'latent-plane';
import {
  type ExplorerBundleOptions,
  type ExplorerPiece,
  imageSize,
  isLabelled,
  PIECE_IMAGES,
  storedShape,
} from 'latent-plane/internal';
import { sha256Of } from '../files/sha256.ts';
import { describeDataset } from '../runs/data.ts';

const pack = promisify(gzip);

/** The page shows images without labels as one class. */
export const shownClasses = (dataset: Dataset): readonly string[] =>
  isLabelled(dataset) ? dataset.classNames : ['no label'];

/**
 * @param argument - what `--dataset` takes for this data set on any machine; null where it takes nothing.
 * @param images - in a piece; fewer in tests.
 */
export const trainingPieces = async (
  argument: string | null,
  dataset: Dataset,
  images = PIECE_IMAGES,
): Promise<NonNullable<ExplorerBundleOptions['training']>> => {
  const pieces = new Map<string, Uint8Array>();
  const packSet = async (name: string, set: ImageSet): Promise<ExplorerPiece[]> => {
    const { pixels, count } = set;
    const size = imageSize(set);
    const starts = Array.from({ length: Math.ceil(count / images) }, (_, i) => i * images);
    const packed = await Promise.all(
      starts.map((from) => pack(pixels.subarray(from * size, Math.min(count, from + images) * size))),
    );
    return packed.map((bytes, i) => {
      const path = `${name}-${String(i).padStart(3, '0')}.gz`;
      pieces.set(path, bytes);
      return {
        path,
        count: Math.min(images, count - starts[i]),
        bytes: bytes.length,
        sha256: sha256Of(bytes),
      };
    });
  };
  const { train, test, name, licence, source } = dataset;
  return {
    index: {
      version: 1,
      argument,
      name,
      licence,
      // The folder's place is the business of the machine that it lies on.
      source: argument === null ? `the folder ${name}` : source,
      classNames: shownClasses(dataset),
      ...storedShape(train),
      labels: '../labels.npy',
      train: await packSet('train', train),
      test: await packSet('test', test),
      sha256: describeDataset('', dataset).sha256,
    },
    pieces,
  };
};
