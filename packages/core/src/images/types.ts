/**
 * What a data set is, as plain data. Nothing here reads a file.
 */

import type { Channels } from './shape.ts';

/** `[count]`, class index; of one byte each where none is above 255. */
export type Labels = Uint8Array | Uint16Array;

/** Images and their labels, in file order. */
export interface ImageSet {
  /** `[count, height, width, channels]`, row by row, 0 (black) to 255 (white). */
  readonly pixels: Uint8Array;
  /** `[count]`, class index 0..65535; all 0 where the images have no labels. */
  readonly labels: Labels;
  /** How many. */
  readonly count: number;
  /** Of an image, in pixels. */
  readonly height: number;
  /** Of an image, in pixels. */
  readonly width: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
}

/** Images and their labels, of which the labels alone are in memory. */
export interface StoredImages extends Omit<ImageSet, 'pixels'> {
  /**
   * Reads images.
   *
   * @param numbers - which, from 0, in any order.
   * @param into - `[numbers.length, height, width, channels]`, filled in that order.
   * @throws LatentError (input) where an image is not as it was stored.
   */
  readonly read: (numbers: Uint32Array, into: Uint8Array) => Promise<void>;
}

/** Images in memory, or outside. */
export type AnyImages = ImageSet | StoredImages;

/** Training and test images outside memory. */
export interface StoredSets {
  readonly train: StoredImages;
  readonly test: StoredImages;
  /** Sums of all of them, as they were counted when they were stored. */
  readonly sums: DatasetSums;
}

/** What the images of a data set are called, those of its files. */
export interface ImageNames {
  /** `[count]`, of the training images: a path within the folder or archive. */
  readonly train: readonly string[];
  /** `[count]`, of the test images. */
  readonly test: readonly string[];
}

/** A named data set with its official split. */
export interface Dataset {
  /** That of the registry, or of the folder. */
  readonly name: string;
  /** Of the images. */
  readonly licence: string;
  /** Where the images come from. */
  readonly source: string;
  /** By class index; none where the images have no labels. */
  readonly classNames: readonly string[];
  /** The official training images. */
  readonly train: ImageSet;
  /** The official test images: never used for training or choice. */
  readonly test: ImageSet;
  /** Of images that have a file each. */
  readonly names?: ImageNames;
  /** All images of a set that memory does not hold, of which `train` and `test` are a part then, evenly spread. */
  readonly stored?: StoredSets;
}

/** SHA-256 of the pixels and labels of both sets, file headers left out, lower-case hexadecimal. */
export interface DatasetSums {
  /** Of `[count, height, width, channels]` bytes. */
  readonly trainImages: string;
  /** Of `[count]` bytes, or twice as many where a label is above 255. */
  readonly trainLabels: string;
  /** Of `[count, height, width, channels]` bytes. */
  readonly testImages: string;
  /** As of the training images. */
  readonly testLabels: string;
}
