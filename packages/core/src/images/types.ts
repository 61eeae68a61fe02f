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
