/** What is known of a data set that can be had by its name, as plain data. Nothing here fetches or reads a file. */
import type { Channels } from '../shape.ts';
import type { DatasetSums } from '../types.ts';

/** The four files of a data set in IDX, in the order in which they are read. */
export const DATASET_ROLES = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;

/** What one of the four files is for. */
export type DatasetRole = (typeof DATASET_ROLES)[number];

/** How a file is known again. */
export interface Checksum {
  /** SHA-256, or MD5 where that is what its publisher states. */
  readonly type: 'sha256' | 'md5';
  /** Lower-case hexadecimal digits, 64 or 32. */
  readonly hex: string;
}

/** A published file of a data set. */
export interface DatasetFile {
  /** File name at a mirror and in the cache. */
  readonly name: string;
  /** Its length. */
  readonly bytes: number;
  /** Of the file as it is published. */
  readonly checksum: Checksum;
}

/** One of the four gzipped files of a data set in IDX. */
export interface IdxDatasetFile extends DatasetFile {
  /** SHA-256 of the unpacked file; null where nobody published it and we could not make it ourselves. */
  readonly rawSha256: string | null;
}

/** What is known of every data set that can be had by its name. */
export interface DatasetDescription {
  /** What a person types. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** Of the images. */
  readonly licence: string;
  /** Home page or paper. */
  readonly source: string;
  /** By class index. */
  readonly classNames: readonly string[];
  /** Training images. */
  readonly trainCount: number;
  /** Test images. */
  readonly testCount: number;
  /** Of an image, in pixels. */
  readonly height: number;
  /** Of an image, in pixels. */
  readonly width: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
  /** Base addresses ending in `/`, the publisher's own first; the checksums make every mirror as good as another. */
  readonly mirrors: readonly string[];
  /** In which its files lie in the cache, and below an address that takes the mirrors' place; several data sets may share it. */
  readonly folder: string;
  /** Id of the network of the zoo that was trained to tell its classes apart; null where there is none. */
  readonly classifier: string | null;
  /** Of the images and labels in the files, by which they are known under any name; null where the files were never at hand. */
  readonly sums: DatasetSums | null;
}

/** A data set in four gzipped IDX files. */
export interface IdxDatasetEntry extends DatasetDescription {
  /** Tells it from the other kinds. */
  readonly kind: 'idx';
  /** By role. */
  readonly files: Readonly<Record<DatasetRole, IdxDatasetFile>>;
}

/** A data set in an archive, which may hold others too. */
export interface ArchiveDatasetEntry extends DatasetDescription {
  /** Tells it from the other kinds. */
  readonly kind: 'archive';
  /** The archive. */
  readonly file: DatasetFile;
  /** How it is read, as behind `#` of a DATASET: `only=emnist-letters`; empty where nothing has to be said. */
  readonly options: string;
}

/** A data set that can be had by its name. */
export type DatasetEntry = IdxDatasetEntry | ArchiveDatasetEntry;

/** The files that a data set is in. */
export const datasetFiles = (entry: DatasetEntry): readonly DatasetFile[] =>
  entry.kind === 'archive' ? [entry.file] : DATASET_ROLES.map((role) => entry.files[role]);

/** Names of the classes of digits, by class index. */
export const DIGIT_NAMES: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
