/**
 * One WebAssembly memory that holds everything a training touches at every step, and the kernels that work in it; the
 * comparison of neighbours has one too.
 *
 * In: sizes. Out: typed arrays over one memory, and functions on them. ONNX Runtime reads and writes the same arrays,
 * so nothing is copied between the products and the optimiser.
 */

import { internalError, workError } from '../errors.ts';
import type { RunKernel } from '../optimizers/index.ts';
import { kernelsBase64 } from './kernels.generated.ts';

const PAGE = 65_536;
const ALIGN = 64;
/** The kernels work on four numbers at a time; every array is padded to that. */
const padded = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/** What is computed in an arena outside of graphs: the functions of `kernels.wat`. */
export interface Kernels {
  /** Runs a function by its name there: arrays of this arena are given as their addresses, numbers as they are. */
  readonly run: RunKernel;
  /** An exponential moving average in place: `a += share (p - a)`. Both arrays lie in this arena and have the same length. */
  average(a: Float32Array, p: Float32Array, share: number): void;
  /** Copies the images at `indices` from `pixels` to `out`, as `byte / 255`. `size` is a multiple of 4. */
  gather(pixels: Uint8Array, indices: Int32Array, count: number, size: number, out: Float32Array): void;
}

/** One WebAssembly memory and arrays in it, which live as long as it does. */
export interface Arena {
  floats(length: number): Float32Array;
  doubles(length: number): Float64Array;
  bytes(length: number): Uint8Array;
  integers(length: number): Int32Array;
  readonly kernels: Kernels;
}

const isFunction = (value: unknown): value is (...args: number[]) => void => typeof value === 'function';

let compiled: WebAssembly.Module | null = null;

const kernelModule = (): WebAssembly.Module => {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelsBase64), (c) => c.charCodeAt(0)));
  return compiled;
};

/** Bytes that an array of `length` elements of `size` bytes takes in an arena. */
export const arenaBytes = (length: number, size = 4): number => padded(length * size);

/**
 * An arena of at least `bytes`; it never grows, so its arrays stay valid.
 *
 * @param purpose - what needs it, as the beginning of a sentence.
 * @throws LatentError `out-of-memory` (work) when the memory cannot be had.
 */
export const createArena = (bytes: number, purpose = 'training'): Arena => {
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: Math.ceil((bytes + ALIGN) / PAGE) });
  } catch (cause) {
    throw workError(
      'out-of-memory',
      {
        problem: `${purpose} needs ${Math.ceil(bytes / 2 ** 20)} MiB in one piece, which this system does not give`,
        hint: 'take a smaller network or fewer images',
      },
      { cause },
    );
  }
  const { exports } = new WebAssembly.Instance(kernelModule(), { env: { memory } });
  const run: RunKernel = (name, ...operands) => {
    const kernel = exports[name];
    if (!isFunction(kernel)) throw internalError(`kernels.wat has no function "${name}"`);
    kernel(...operands.map((operand) => (typeof operand === 'number' ? operand : operand.byteOffset)));
  };
  let top = ALIGN;
  const take = (size: number): number => {
    const at = top;
    top += padded(size);
    if (top > memory.buffer.byteLength) throw internalError('the training arena is too small');
    return at;
  };
  return {
    floats: (length) => new Float32Array(memory.buffer, take(length * 4), length),
    doubles: (length) => new Float64Array(memory.buffer, take(length * 8), length),
    integers: (length) => new Int32Array(memory.buffer, take(length * 4), length),
    bytes: (length) => new Uint8Array(memory.buffer, take(length), length),
    kernels: {
      run,
      average: (a, p, share) => run('average', a, p, a.length, share),
      gather: (pixels, indices, count, size, out) => {
        if (size % 4 !== 0) throw internalError(`gather: image size ${size} is not a multiple of 4`);
        run('gather', pixels, indices, count, size, out);
      },
    },
  };
};
