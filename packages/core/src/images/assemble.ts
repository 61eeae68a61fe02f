/**
 * Four IDX files, raw or gzipped, into one data set.
 *
 * In: the bytes of the files with their names. Out: a `Dataset` whose parts fit together. Where the bytes
 * come from (disk, network, a file picker) is the caller's business.
 */
import { inputError } from '../errors.ts';
import { DATASET_ROLES, type DatasetRole } from './datasets/definition.ts';
import { numberedClasses } from './labels.ts';
import { gunzip, isGzip } from './readers/gzip.ts';
import { IDX_MAX_FILE_BYTES, parseIdxImages, parseIdxLabels } from './readers/idx.ts';
import { type ImageShape, sameImageShape, shapeWords } from './shape.ts';
import type { Dataset, ImageSet } from './types.ts';

/** A file in memory. */
export interface NamedBytes {
  /** For messages: a file name or path. */
  readonly name: string;
  /** Raw or gzipped; told apart by content, never by name. */
  readonly bytes: Uint8Array;
}

/** The four files that make a data set. */
export type DatasetFiles = Readonly<Record<DatasetRole, NamedBytes>>;

/** What is known of a data set beside its images. */
export interface DatasetFacts extends Pick<Dataset, 'name' | 'licence' | 'source'> {
  /** By class index; null where nobody named the classes, which are called by their numbers then. */
  readonly classNames: readonly string[] | null;
}

/** Unpacks what is gzipped, leaves the rest as it is. @throws LatentError (input) as `gunzip`. */
export const unpack = (file: NamedBytes): NamedBytes =>
  isGzip(file.bytes) ? { name: file.name, bytes: gunzip(file.bytes, file.name, IDX_MAX_FILE_BYTES) } : file;

function readSet(images: NamedBytes, labels: NamedBytes, classCount: number | undefined): ImageSet {
  const read = parseIdxImages(images.bytes, images.name);
  const { count } = read;
  const classes = parseIdxLabels(labels.bytes, labels.name, classCount);
  if (classes.length !== count) {
    throw inputError('idx-count-mismatch', {
      problem: `${images.name} holds ${count} images, ${labels.name} ${classes.length} labels`,
      hint: 'take both from one data set',
    });
  }
  return { ...read, labels: classes };
}

/**
 * Reads and checks the four files, unpacking those that are gzipped.
 *
 * @param facts - name, licence and class names; labels must be below `classNames.length` where there are names.
 * @throws LatentError (input) as `gunzip`, `parseIdxImages`, `parseIdxLabels`; `idx-count-mismatch` where images
 *   and labels differ in number, `idx-shape-mismatch` where training and test images differ in size.
 */
export const assembleDataset = (files: DatasetFiles, facts: DatasetFacts): Dataset =>
  assembleUnpacked(mapFiles(files, unpack), facts);

/** The same for files that are unpacked already; what is still gzipped is refused rather than unpacked twice. */
function assembleUnpacked(files: DatasetFiles, facts: DatasetFacts): Dataset {
  const classCount = facts.classNames?.length;
  const train = readSet(files.trainImages, files.trainLabels, classCount);
  const test = readSet(files.testImages, files.testLabels, classCount);
  requireOneShape(train, test, files.trainImages.name, files.testImages.name);
  const { name, licence, source, classNames } = facts;
  return { name, licence, source, classNames: classNames ?? numberedClasses(train.labels, test.labels), train, test };
}

/** @throws LatentError (input) `idx-shape-mismatch` where images of two files differ in size. */
export const requireOneShape = (train: ImageShape, test: ImageShape, trainFile: string, testFile: string): void => {
  if (sameImageShape(train, test)) return;
  throw inputError('idx-shape-mismatch', {
    problem: `${trainFile} holds images of ${shapeWords(train)}, ${testFile} of ${shapeWords(test)}`,
    hint: 'take both from one data set',
  });
};

/** The same for each of the four files, in reading order. */
export function mapFiles<T, U>(
  files: Readonly<Record<DatasetRole, T>>,
  map: (file: T, role: DatasetRole) => U,
): Record<DatasetRole, U> {
  const mapped: Partial<Record<DatasetRole, U>> = {};
  for (const role of DATASET_ROLES) mapped[role] = map(files[role], role);
  return mapped as Record<DatasetRole, U>;
}
