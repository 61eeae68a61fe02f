/** Images that stand in two sets, number by number: a test on images that were trained on says little. */
import { imageSize } from './shape.ts';
import type { ImageSet } from './types.ts';

/** Odd constants of MurmurHash3, which mixes four bytes at a time. */
const [FIRST, SECOND] = [0xcc9e2d51, 0x1b873593];

const mixed = (hash: number, word: number): number => {
  const scaled = Math.imul(word, FIRST);
  const turned = hash ^ Math.imul((scaled << 15) | (scaled >>> 17), SECOND);
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
};

/** A hash of each image, of 32 bits, the same wherever it lies in memory. */
export const hashesOf = ({ pixels, count, ...shape }: ImageSet): Int32Array => {
  const size = imageSize(shape);
  const hashes = new Int32Array(count);
  // Four bytes in whatever order the machine has: the hashes are of no use beyond this count.
  const words = new Uint32Array(Math.ceil(size / 4));
  const bytes = new Uint8Array(words.buffer);
  for (let image = 0; image < count; image++) {
    bytes.set(pixels.subarray(image * size, (image + 1) * size));
    let hash = 0;
    for (let at = 0; at < words.length; at++) hash = mixed(hash, words[at]);
    hashes[image] = hash;
  }
  return hashes;
};

const isSame = (a: ImageSet, i: number, b: ImageSet, j: number): boolean => {
  const size = imageSize(a);
  for (let at = 0; at < size; at++) if (a.pixels[i * size + at] !== b.pixels[j * size + at]) return false;
  return true;
};

/**
 * How many test images also stand among the training images, with the same numbers; their labels do not count. Each test
 * image counts, also where several are alike.
 *
 * @param train - `[count, height, width, channels]`; of the shape of the others.
 * @param test - the images that are counted; what is kept beside them is some bytes an image.
 */
export const countShared = (train: ImageSet, test: ImageSet): number => {
  const hashes = hashesOf(test);
  /** Different images by hash, and how many of the test images are like each. */
  const byHash = new Map<number, number[]>();
  const alike = new Uint32Array(test.count);
  for (let image = 0; image < test.count; image++) {
    const known = byHash.get(hashes[image]);
    const same = known?.find((other) => isSame(test, other, test, image));
    alike[same ?? image]++;
    if (known === undefined) byHash.set(hashes[image], [image]);
    else if (same === undefined) known.push(image);
  }
  let shared = 0;
  hashesOf(train).forEach((hash, image) => {
    for (const other of byHash.get(hash) ?? []) {
      if (alike[other] === 0 || !isSame(test, other, train, image)) continue;
      shared += alike[other];
      alike[other] = 0;
    }
  });
  return shared;
};

/** `12 of 10,000 test images also stand among the training images`. */
export const sharedWords = (shared: number, { count }: Pick<ImageSet, 'count'>): string =>
  `${shared.toLocaleString('en-US')} of ${count.toLocaleString('en-US')} test images also ${shared === 1 ? 'stands' : 'stand'} among the training images`;
