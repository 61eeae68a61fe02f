/**
 * Which training images are near each other, and a neighbour for each image of a batch.
 *
 * In: images and what distances are taken of. Out: the `k` nearest of each image, exactly, and a function that draws one
 * of them. Images are brought to 14 x 14 bytes, so that products of two are whole numbers below 2^24 and exact in single
 * precision: the neighbours, like all else, do not depend on the machine. Labels are not looked at.
 */

import { inputError, internalError } from '../errors.ts';
import { type ImageSet, inGrey } from '../images/index.ts';
import { RandomStream } from '../random/index.ts';
import { compileProduct } from '../tensor/index.ts';
import type { PairDraw, PairSource } from './definition.ts';
import { deskew } from './deskew.ts';

/** Whose neighbours are looked for, and by what. */
interface NearestChoice {
  /** How many of each image. */
  readonly neighbours: number;
  /** Images as they are, or with their slant taken out first. */
  readonly metric: 'pixels' | 'deskewed';
}

/** Images in one product, and others in one: 8 MB of results. */
const ROWS = 256;
const OTHERS = 8192;
/** Bytes of an image as distances see it: 258 squares of 255 fit in 2^24. */
const MAX_PIXELS = 258;

/**
 * Mean of each 2 x 2 pixels, a remainder at the edge left out; `[count, floor(h / 2) * floor(w / 2)]`, whole numbers. A
 * single row or column is taken as it is. Of images in colour their grey is taken.
 */
const pooled = (set: ImageSet, metric: NearestChoice['metric']) => {
  const { pixels, count, height, width } = inGrey(set);
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.floor(side / 2)));
  // From a pixel of a mean to the one below and to the right of it; the same one where there is no other.
  const [below, right] = [height > 1 ? width : 0, width > 1 ? 1 : 0];
  const size = rows * columns;
  const values = new Float32Array(count * size);
  const image = new Float64Array(height * width);
  for (let i = 0; i < count; i++) {
    image.set(pixels.subarray(i * image.length, (i + 1) * image.length));
    if (metric === 'deskewed') deskew(image, { height, width });
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const at = 2 * r * width + 2 * c;
        const sum = image[at] + image[at + right] + image[at + below] + image[at + below + right];
        values[i * size + r * columns + c] = Math.round(sum / 4);
      }
    }
  }
  return { values, size };
};

/** The `k` nearest so far of each of a block of images, by squared distance; the first of equals is nearer. */
const createNearest = (rows: number, k: number) => {
  const distances = new Float64Array(rows * k).fill(Number.POSITIVE_INFINITY);
  const found = new Uint32Array(rows * k);
  return {
    found,
    offer: (row: number, image: number, distance: number): void => {
      const last = (row + 1) * k - 1;
      if (distance >= distances[last]) return;
      let at = last;
      while (at > row * k && distances[at - 1] > distance) {
        distances[at] = distances[at - 1];
        found[at] = found[at - 1];
        at -= 1;
      }
      distances[at] = distance;
      found[at] = image;
    },
    worst: (row: number): number => distances[(row + 1) * k - 1],
  };
};

/**
 * The `k` nearest of every image, nearest first: `[count, k]`.
 *
 * @throws LatentError (input) `too-few-images` where there are not more than `k`, `image-size` for images above 32 x 32.
 */
export const nearestImages = async (
  { images, runtime, threads }: Omit<PairSource, 'seed'>,
  { neighbours: k, metric }: NearestChoice,
): Promise<Uint32Array> => {
  const { count } = images;
  if (count <= k)
    throw inputError('too-few-images', {
      expected: `more than ${k} images for ${k} neighbours`,
      got: `${count}`,
      hint: 'take more',
    });
  const { values, size } = pooled(images, metric);
  if (size > MAX_PIXELS) {
    throw inputError('image-size', {
      at: { subject: `the loss "neighbours"` },
      expected: `images of up to 32 x 32 pixels`,
      got: `${images.height} x ${images.width}`,
      hint: 'take another loss',
    });
  }
  const squares = new Float64Array(count);
  for (let i = 0; i < values.length; i++) squares[Math.floor(i / size)] += values[i] ** 2;
  const block = (from: number, length: number): Float32Array => {
    const part = new Float32Array(length * size);
    part.set(values.subarray(from * size, Math.min(count, from + length) * size));
    return part;
  };
  const others = Array.from({ length: Math.ceil(count / OTHERS) }, (_, i) => ({
    from: i * OTHERS,
    tensor: { dims: [OTHERS, size], data: block(i * OTHERS, OTHERS) },
  }));
  const session = await runtime.createSession(compileProduct(ROWS, OTHERS, size), { threads });
  const result = new Uint32Array(count * k);
  try {
    for (let start = 0; start < count; start += ROWS) {
      const rows = Math.min(ROWS, count - start);
      const nearest = createNearest(rows, k);
      const a = { dims: [ROWS, size], data: block(start, ROWS) };
      for (const { from, tensor } of others) {
        const { y } = await session.run({ a, b: tensor });
        if (!(y?.data instanceof Float32Array)) throw internalError('the products of images are no float32 tensor');
        const products = y.data;
        const end = Math.min(OTHERS, count - from);
        for (let row = 0; row < rows; row++) {
          const own = squares[start + row];
          let worst = nearest.worst(row);
          for (let j = 0; j < end; j++) {
            const distance = own + squares[from + j] - 2 * products[row * OTHERS + j];
            if (distance >= worst || from + j === start + row) continue;
            nearest.offer(row, from + j, distance);
            worst = nearest.worst(row);
          }
        }
      }
      result.set(nearest.found, start * k);
    }
  } finally {
    await session.release();
  }
  return result;
};

/** Finds the neighbours of a training's images and draws one of them, each as likely, addressed by seed and step. */
export const prepareNeighbours = async (choice: NearestChoice, source: PairSource): Promise<PairDraw> => {
  const nearest = await nearestImages(source, choice);
  const { neighbours: k } = choice;
  return {
    draw: (indices, count, step) => {
      const words = new Uint32Array(count);
      new RandomStream(source.seed, 'neighbours', step).fillUint32(words);
      for (let i = 0; i < count; i++)
        indices[count + i] = nearest[indices[i] * k + Math.floor((words[i] / 2 ** 32) * k)];
    },
  };
};
