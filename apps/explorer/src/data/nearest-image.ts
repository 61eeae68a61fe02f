/**
 * What is shown of an encoder alone: at each code the real image whose code is nearest.
 *
 * In: images with their codes. Out: a decoder's functions, which look up where a decoder draws.
 */
import { type CodePlane, type Codes, codesOfPlane } from 'latent-plane';
import { imageSize } from 'latent-plane/internal';
import type { Images } from './decode-images.ts';
import type { Decoder } from './decoder.ts';

/** Which of some codes lies nearest to another. */
const nearestOf = ({ values, count, size }: Codes, code: Float32Array, at: number): number => {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let d = 0; d < size && sum < least; d++) sum += (values[i * size + d] - code[at + d]) ** 2;
    if (sum < least) [nearest, least] = [i, sum];
  }
  return nearest;
};

/** Codes of the images that are at hand. @param from - number of the image of the first of all codes. */
const codesOfImages = ({ values, size, count }: Codes, from: number, images: Images): Codes => {
  const first = images.from - from;
  const last = Math.min(count, first + images.count);
  return { values: values.subarray(first * size, last * size), count: last - first, size };
};

/**
 * @param images - those that are at hand, 0..255; all of them have a code.
 * @param all - codes, in the order of the images.
 * @param from - number of the image of the first code.
 */
export const nearestImages = (images: Images, all: Codes, from: number, plane: CodePlane): Decoder => {
  const codes = codesOfImages(all, from, images);
  const length = imageSize(images);
  const { width, height, channels, pixels } = images;
  const decodeCodes = (asked: Float32Array): Float64Array => {
    const count = asked.length / codes.size;
    const shown = new Float64Array(count * length);
    for (let i = 0; i < count; i++) {
      const start = nearestOf(codes, asked, i * codes.size) * length;
      for (let p = 0; p < length; p++) shown[i * length + p] = pixels[start + p] / 255;
    }
    return shown;
  };
  return { width, height, channels, decodeCodes, decode: (points) => decodeCodes(codesOfPlane(plane, points)) };
};
