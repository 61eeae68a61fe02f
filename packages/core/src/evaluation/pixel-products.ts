/**
 * Squared distances of images as vectors of pixels, exact on every machine.
 *
 * In: images. Out: their products with one another, some rows at a time, in whole numbers.
 */
import { type ImageSet, imageSize } from '../images/index.ts';
import type { Runtime } from '../tensor/index.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { input } from '../tensor/tensor.ts';

/** What is taken off each byte, so that products are of numbers from -128 to 127; distances do not change by it. */
const MIDDLE = 128;
/** Pixels in one product: sums of this many such products are whole numbers up to 2^24, exact in single precision. */
const EXACT_PIXELS = 1024;
/** Images in one run: 10 MB of products with 10,000 others. */
export const ROWS = 250;

/** Products of images with one another, as whole numbers; 128 is taken off every byte. */
export interface PixelProducts {
  /** `[count]`, each image's product with itself. */
  readonly squares: Float64Array;
  /** Products of `ROWS` images from `from` on with all images: `[ROWS, count]`; reused by the next call. */
  of(from: number): Promise<Float32Array | Float64Array>;
  release(): Promise<void>;
}

/** Exact products of images as vectors of bytes, on the engine. */
export const pixelProducts = async (
  set: ImageSet,
  runtime: Runtime,
  threads: number | undefined,
): Promise<PixelProducts> => {
  const n = set.count;
  const size = imageSize(set);
  const chunks = Array.from({ length: Math.ceil(size / EXACT_PIXELS) }, (_, c) => c * EXACT_PIXELS);
  const width = Math.min(EXACT_PIXELS, size);
  const [a, b] = [input('a', [ROWS, width]), input('b', [n, width])];
  const bytes = emitGraph({ y: gemm(a, b, { transB: true }) }, [a, b], { name: 'products of images' });
  const session = await runtime.createSession(bytes, { threads });
  const slice = (start: number, from: number, count: number, into: Float32Array): Float32Array => {
    into.fill(0);
    const held = Math.min(width, size - start);
    for (let i = 0; i < Math.min(count, n - from); i++) {
      const at = (from + i) * size + start;
      for (let p = 0; p < held; p++) into[i * width + p] = set.pixels[at + p] - MIDDLE;
    }
    return into;
  };
  const all = chunks.map((start) => ({ dims: [n, width], data: slice(start, 0, n, new Float32Array(n * width)) }));
  const some = { dims: [ROWS, width], data: new Float32Array(ROWS * width) };
  const product = { dims: [ROWS, n], data: new Float32Array(ROWS * n) };
  const into = { y: product };
  const runs = all.map((b) => ({ a: some, b }));
  // One product is the sum already.
  const sums = chunks.length === 1 ? product.data : new Float64Array(ROWS * n);
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let p = 0; p < size; p++) squares[i] += (set.pixels[i * size + p] - MIDDLE) ** 2;
  return {
    squares,
    of: async (from) => {
      if (sums !== product.data) sums.fill(0);
      for (const [c, start] of chunks.entries()) {
        slice(start, from, ROWS, some.data);
        await session.run(runs[c], into);
        if (sums === product.data) continue;
        for (let i = 0; i < sums.length; i++) sums[i] += product.data[i];
      }
      return sums;
    },
    release: () => session.release(),
  };
};
