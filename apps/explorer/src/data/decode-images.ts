/** Images of a bundle out of the bytes of a `.npy` file: grey in three dimensions, with channels in four. */
import { decodeNpy, type ImageSet } from 'latent-plane';
import { inputError } from 'latent-plane/internal';

/** Real images on a plane. */
export interface Images extends Omit<ImageSet, 'labels'> {
  /** Number of the first among all images of the data set. */
  readonly from: number;
}

/** @throws LatentError (input) `explorer-data` where it holds anything else. */
export const decodeImages = (bytes: Uint8Array, file: string): Omit<ImageSet, 'labels'> => {
  const { dims, data } = decodeNpy(bytes, file);
  const [count, height, width, channels = 1] = dims;
  if (dims.length < 3 || dims.length > 4 || (channels !== 1 && channels !== 3) || !(data instanceof Uint8Array))
    throw inputError('explorer-data', {
      at: { file },
      expected: 'uint8 images [count, height, width], of those in colour [count, height, width, 3]',
      got: `[${dims.join(', ')}]`,
      hint: 'build the data again',
    });
  return { count, height, width, channels, pixels: data };
};
