/**
 * The real images that the page may show.
 *
 * In: the bundle's index. Out: pixels in a row, and which of all images they are; null where the bundle has none.
 */
import { decodeNpy, type ExplorerIndex, inputError } from 'latent-plane';
import { fetchBytes } from './fetch-file.ts';
import { indexUrl } from './load.ts';

export interface ShownImages {
  /** `[count, height * width]`, 0..255. */
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Number of the first among all, training images first. */
  readonly from: number;
}

/** @throws LatentError (input) `explorer-data` for pixels that are no bytes in three dimensions. */
export const loadImages = async (base: string, { images }: ExplorerIndex): Promise<ShownImages | null> => {
  if (images === undefined) return null;
  const { dims, data } = decodeNpy(await fetchBytes(new URL(images.path, indexUrl(base))), images.path);
  if (!(data instanceof Uint8Array) || dims.length !== 3)
    throw inputError('explorer-data', `${images.path}: expects bytes [count, height, width]; build the data again`);
  const [count, height, width] = dims;
  return { pixels: data, count, height, width, from: images.from };
};

/** One image, 0 (black) to 1 (white); null where it is not among those shown. */
export const imageAt = ({ pixels, count, height, width, from }: ShownImages, image: number): Float64Array | null => {
  const place = image - from;
  if (place < 0 || place >= count) return null;
  return Float64Array.from(pixels.subarray(place * height * width, (place + 1) * height * width), (byte) => byte / 255);
};
