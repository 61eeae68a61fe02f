/**
 * Many images in one file: a picture of all beside each other, or an array.
 */
import { extname } from 'node:path';
import { encodeNpy, enlarge, type ImageSet, imageMosaic, type MosaicOptions } from 'latent-plane';
import { wholeNumber } from '../options.ts';
import { pngBytes } from '../pictures/png-bytes.ts';

/** What grids are written as. */
export const GRID_ENDINGS: readonly string[] = ['.png', '.npy'];

/** Pixels of the picture for one of the image, where nobody says it: the whole about this wide. */
const WIDTH = 800;
const SPACING = 2;

export const SCALE_FLAG = '--scale <n>';
export const SCALE_HELP = 'pixels of the picture for one of an image (default: the whole about 800 wide)';
export const parseScale = wholeNumber('--scale', { min: 1, max: 100 });
export const COLUMNS_FLAG = '--columns <n>';
export const parseColumns = wholeNumber('--columns', { min: 1, max: 1000 });

/** Side by side so many that the grid is about square. */
export const squareColumns = (count: number): number => Math.ceil(Math.sqrt(count));

interface Grid extends MosaicOptions {
  readonly scale?: number;
  /** Of image `i` its place, counted row by row. */
  readonly places?: readonly number[];
}

/** Images as a PNG, enlarged by whole pixels. */
export const gridPng = (images: ImageSet, { scale, places, ...options }: Grid): Uint8Array => {
  const picture = imageMosaic(images, { spacing: SPACING, ...options }, places);
  const wide = picture.width - SPACING * (options.columns - 1);
  return pngBytes(enlarge(picture, scale ?? Math.max(1, Math.floor(WIDTH / wide))));
};

/** Images as an array of bytes, `[...first, height, width]` of grey ones and `[...first, height, width, 3]` of others. */
export const imagesNpy = ({ pixels, height, width, channels }: ImageSet, first: readonly number[]): Uint8Array =>
  encodeNpy({ dims: [...first, height, width, ...(channels === 1 ? [] : [channels])], data: pixels });

/** Whether a file is to be an array. */
export const isArrayFile = (path: string): boolean => extname(path).toLowerCase() === '.npy';
