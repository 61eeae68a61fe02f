/**
 * The real images themselves: some megabytes, fetched once and only where a tool shows them.
 *
 * In: the bundle's index. Out: pixels, and the picture of any image that is among them.
 */
import { type ExplorerIndex, imageSize, inputError } from 'latent-plane/internal';
import { indexUrl } from './bundle-url.ts';
import { decodeImages, type Images } from './decode-images.ts';
import { fetchBytes, type Progress } from './fetch-file.ts';
import type { LoadedModel } from './loaded.ts';

export type { Images } from './decode-images.ts';

/** From which image on there are some, by its number among all of the data set; null where there are none. */
export const imagesFrom = (model: Pick<LoadedModel, 'images'> | null, index: ExplorerIndex | null): number | null =>
  model?.images === undefined ? (index?.images?.from ?? null) : (model.images?.from ?? null);

let fetched: { readonly url: string; readonly images: Promise<Images> } | null = null;

const loadBundled = (index: ExplorerIndex, onProgress: Progress): Promise<Images> => {
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

/**
 * The images of a network's plane: its own, else the bundle's.
 *
 * @throws LatentError (work) `load-failed`; (input) `explorer-data` where there are none or they are damaged.
 */
export const loadImages = (
  model: Pick<LoadedModel, 'images'> | null,
  index: ExplorerIndex | null,
  onProgress: Progress = () => {},
): Promise<Images> => {
  if (model?.images) return Promise.resolve(model.images);
  if (index === null || model?.images === null)
    throw inputError('explorer-data', { expected: 'images of this plane', got: 'none' });
  return loadBundled(index, onProgress);
};

/** One image, 0 (black) to 1 (white); null where it is not among them. @param number - among all of the data set. */
export const imageOf = (images: Images, number: number): Float32Array | null => {
  const { count, from, pixels } = images;
  const at = number - from;
  const size = imageSize(images);
  if (at < 0 || at >= count) return null;
  return Float32Array.from(pixels.subarray(at * size, (at + 1) * size), (value) => value / 255);
};
