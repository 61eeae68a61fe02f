/**
 * The real images themselves: some megabytes, fetched once and only where a tool shows them.
 *
 * In: the bundle's index. Out: pixels, and the picture of any image that is among them.
 */
import type { Channels } from 'latent-plane';
import { type ExplorerIndex, imageSize, inputError } from 'latent-plane/internal';
import { decodeImages } from './decode-images.ts';
import { fetchBytes, type Progress } from './fetch-file.ts';
import { indexUrl } from './load.ts';

export interface Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Number of the first among all images of the data set. */
  readonly from: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
  /** `[count, height, width, channels]`, 0..255. */
  readonly pixels: Uint8Array;
}

let fetched: { readonly url: string; readonly images: Promise<Images> } | null = null;

/** @throws LatentError (work) `load-failed`; (input) `explorer-data` where there are none or they are damaged. */
export const loadImages = (index: ExplorerIndex, onProgress: Progress = () => {}): Promise<Images> => {
  if (index.images === undefined)
    throw inputError('explorer-data', { expected: 'images in the bundle', got: 'none', hint: 'build the data again' });
  const { path, from } = index.images;
  const url = new URL(path, indexUrl(document.baseURI));
  if (fetched?.url === url.href) return fetched.images;
  const images = fetchBytes(url, onProgress).then((bytes): Images => {
    return { ...decodeImages(bytes, path), from };
  });
  fetched = { url: url.href, images };
  // A failure is not kept: the next one who asks tries again.
  images.catch(() => {
    fetched = null;
  });
  return images;
};

/** One image, 0 (black) to 1 (white); null where it is not among them. @param number - among all of the data set. */
export const imageOf = (images: Images, number: number): Float32Array | null => {
  const { count, from, pixels } = images;
  const at = number - from;
  const size = imageSize(images);
  if (at < 0 || at >= count) return null;
  return Float32Array.from(pixels.subarray(at * size, (at + 1) * size), (value) => value / 255);
};
