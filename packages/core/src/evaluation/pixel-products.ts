/**
 * Squared distances of images as vectors of pixels, exact on every machine.
 *
 * In: images. Out: their products with one another, some rows at a time, in whole numbers, and the distances of each row.
 */
import { type ImageSet, imageSize } from '../images/index.ts';
import type { Runtime, TensorData } from '../tensor/index.ts';
import { compileIntegerProduct, hasExactSignedProducts, INTEGER_MIDDLE } from '../tensor/index.ts';
import type { Arena } from '../training/index.ts';

/** Pixels in one product: sums of this many products of numbers from -128 to 127 are whole numbers below 2^31. */
const EXACT_PIXELS = 65_536;
/** Images in one run: 10 MB of products with 10,000 others. */
export const ROWS = 250;

/** Kernels take arrays of a multiple of four numbers. */
export const evenly = (count: number): number => 4 * Math.ceil(count / 4);

/** Products of images with one another, as whole numbers; 128 is taken off every byte, by which distances do not change. */
export interface PixelProducts {
  /** `[count]`, each image's product with itself. */
  readonly squares: Float64Array;
  /** Computes the products of `ROWS` images from `from` on with all images. */
  take(from: number): Promise<void>;
  /** Squared distances of all images to the one in this row of those taken, less that one's square. */
  distances(row: number, into: Float64Array): void;
  release(): Promise<void>;
}

/** Rows as columns: `[count, size] -> [size, count]`, of the pixels from `start` on, as the engine takes them. */
const transposed = ({ pixels, count }: ImageSet, size: number, start: number, width: number): Uint8Array => {
  const out = new Uint8Array(width * count);
  const held = Math.min(width, size - start);
  // A few images at a time, so that what is written lies together.
  const few = 64;
  for (let first = 0; first < count; first += few)
    for (let p = 0; p < held; p++)
      for (let i = first; i < Math.min(count, first + few); i++) out[p * count + i] = pixels[i * size + start + p];
  return out.fill(INTEGER_MIDDLE, held * count);
};

/**
 * Exact products of images as vectors of bytes, on the engine.
 *
 * @param arena - has room for `ROWS` times `count` whole numbers and the squares.
 */
export const pixelProducts = async (
  set: ImageSet,
  arena: Arena,
  { runtime, threads }: { readonly runtime: Runtime; readonly threads?: number },
): Promise<PixelProducts> => {
  const n = set.count;
  const size = imageSize(set);
  const width = Math.min(EXACT_PIXELS, size);
  const chunks = Array.from({ length: Math.ceil(size / width) }, (_, c) => c * width);
  const signed = await hasExactSignedProducts(runtime);
  const session = await runtime.createSession(compileIntegerProduct(ROWS, width, n, signed), { threads });
  const others = chunks.map((start): TensorData => {
    const bytes = transposed(set, size, start, width);
    if (!signed) return { dims: [width, n], data: bytes };
    for (let i = 0; i < bytes.length; i++) bytes[i] ^= INTEGER_MIDDLE;
    return { dims: [width, n], data: new Int8Array(bytes.buffer) };
  });
  const some = { dims: [ROWS, width], data: new Uint8Array(ROWS * width) };
  const product = { dims: [ROWS, n], data: arena.integers(ROWS * n) };
  const into = { y: product };
  const runs = others.map((b) => ({ a: some, b }));
  /** Of images of more pixels than one product takes. */
  const sums = chunks.length === 1 ? null : new Float64Array(ROWS * n);
  const squares = arena.doubles(evenly(n));
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let p = i * size; p < (i + 1) * size; p++) square += (set.pixels[p] - INTEGER_MIDDLE) ** 2;
    squares[i] = square;
  }
  return {
    squares,
    take: async (from) => {
      sums?.fill(0);
      for (const [c, start] of chunks.entries()) {
        some.data.fill(INTEGER_MIDDLE);
        for (let i = from; i < Math.min(n, from + ROWS); i++)
          some.data.set(
            set.pixels.subarray(i * size + start, i * size + Math.min(size, start + width)),
            (i - from) * width,
          );
        await session.run(runs[c], into);
        if (sums) for (let i = 0; i < sums.length; i++) sums[i] += product.data[i];
      }
    },
    distances: (row, to) => {
      if (sums) for (let j = 0; j < n; j++) to[j] = squares[j] - 2 * sums[row * n + j];
      else arena.kernels.run('pixel_distances', product.data.subarray(row * n), squares, to, to.length);
    },
    release: () => session.release(),
  };
};
