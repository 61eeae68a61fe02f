/**
 * Arrays of numbers out of `.npy` files as people write them: any element type that is a number, either byte order, C or
 * Fortran order, versions 1 to 3 of the format.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type ErrorFacts, inputError, type LatentError } from '../errors.ts';
import { parseNpyHeader } from './npy.ts';

/** Numbers in axes. */
export interface NumberArray {
  /** Sizes, outermost first. */
  readonly dims: readonly number[];
  /** As many as the sizes ask for. */
  readonly values: Numbers;
  /** The first axis runs fastest, as in Fortran and MATLAB; else the last. */
  readonly isColumnMajor: boolean;
}

/** Values of any element type; whole numbers of 64 bits as floats. */
export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

interface ElementType {
  readonly bytes: number;
  readonly array: new (length: number) => Numbers;
  readonly read: Read;
}

/** A float of 16 bits. */
const readHalf: Read = (view, at, littleEndian) => {
  const bits = view.getUint16(at, littleEndian);
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** By NumPy's letter and size. */
const TYPES: Readonly<Record<string, ElementType | undefined>> = {
  b1: { bytes: 1, array: Uint8Array, read: (view, at) => Number(view.getUint8(at) !== 0) },
  u1: { bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, array: Int8Array, read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, array: Uint16Array, read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, array: Int16Array, read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, array: Uint32Array, read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, array: Int32Array, read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, array: Float64Array, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, array: Float64Array, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { bytes: 2, array: Float32Array, read: readHalf },
  f4: { bytes: 4, array: Float32Array, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, array: Float64Array, read: (view, at, little) => view.getFloat64(at, little) },
};

/** First bytes of every `.npy` file. */
export const isNpyHead = (head: Uint8Array): boolean =>
  head[0] === 0x93 && String.fromCharCode(...head.subarray(1, 6)) === 'NUMPY';

/** What the header of a file says. */
export interface NpyHead extends Omit<NumberArray, 'values'> {
  /** Numbers in all. */
  readonly count: number;
  /** Bytes of one. */
  readonly bytesEach: number;
  /** Bytes before the first. */
  readonly start: number;
  /** Numbers out of their bytes; of bytes a view. */
  readonly decode: (content: Uint8Array) => Numbers;
}

/** More than the header of any array of images. */
export const NPY_HEAD_BYTES = 65_536;

/** Where the header's text begins and ends; the values follow. */
export const headerRange = (
  bytes: Uint8Array,
  refuse: (code: string, facts: ErrorFacts) => LatentError,
): [number, number] => {
  if (!isNpyHead(bytes)) throw refuse('npy-magic', { expected: 'a NumPy array file' });
  if (bytes.length < 12) throw refuse('npy-size', { problem: 'it is cut short', hint: 'fetch it again' });
  const major = bytes[6];
  if (major < 1 || major > 3)
    throw refuse('npy-version', { expected: 'version 1, 2 or 3 of the format', got: `${major}` });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = major === 1 ? 10 : 12;
  const end = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw refuse('npy-size', { problem: 'it is cut short', hint: 'fetch it again' });
  return [start, end];
};

const decoded = (type: ElementType, descriptor: string, content: Uint8Array): Numbers => {
  if (descriptor.slice(1) === 'u1') return content;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const values = new type.array(content.length / type.bytes);
  const isLittle = descriptor[0] !== '>';
  for (let i = 0; i < values.length; i++) values[i] = type.read(view, i * type.bytes, isLittle);
  return values;
};

/**
 * Reads the header of a file.
 *
 * @param head - the first {@link NPY_HEAD_BYTES} of it, or all.
 * @param size - bytes of the whole file.
 * @param file - its name, for messages.
 * @throws LatentError (input) `npy-magic`, `npy-version`, `npy-header`, `npy-dtype`, `npy-size`.
 */
export const readNpyHead = (head: Uint8Array, size: number, file: string): NpyHead => {
  const refuse = (code: string, facts: ErrorFacts): LatentError => inputError(code, { at: { file }, ...facts });
  const [from, start] = headerRange(head, refuse);
  const text = new TextDecoder('latin1').decode(head.subarray(from, Math.min(start, from + NPY_HEAD_BYTES)));
  const { descriptor, fortranOrder: isColumnMajor, dims } = parseNpyHeader(text, refuse);
  const type = TYPES[descriptor.slice(1)];
  if (type === undefined)
    throw refuse('npy-dtype', {
      expected: 'numbers: uint8, float32 and their like',
      got: descriptor.endsWith('O') ? 'Python objects, which are programs and are not run' : `"${descriptor}"`,
      hint: 'convert it with astype',
    });
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (size - start !== count * type.bytes)
    throw refuse('npy-size', {
      expected: `${count * type.bytes} bytes of values for [${dims.join(', ')}]`,
      got: `${size - start}`,
      hint: 'fetch it again',
    });
  return {
    dims,
    isColumnMajor,
    count,
    bytesEach: type.bytes,
    start,
    decode: (content) => decoded(type, descriptor, content),
  };
};

/**
 * Reads an array of numbers.
 *
 * @param bytes - the whole file; of bytes the values are a view of it.
 * @param file - its name, for messages.
 * @throws LatentError (input) as `readNpyHead`.
 */
export const readNpyNumbers = (bytes: Uint8Array, file: string): NumberArray => {
  const { dims, isColumnMajor, start, decode } = readNpyHead(bytes, bytes.length, file);
  return {
    dims,
    isColumnMajor,
    values: decode(new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start)),
  };
};
