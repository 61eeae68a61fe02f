/**
 * Arrays of numbers out of MATLAB's `.mat` files, version 5 (saved with `-v6` or `-v7`, by SciPy too).
 *
 * A reader of our own: the one kept library for this format is under the GPL. What is no full array of real numbers
 * (structures, cells, text, sparse arrays) is named and left out.
 * Source: MAT-File Format, The MathWorks, "Level 5 MAT-File Format".
 */
import { Unzlib } from 'fflate';
import { inputError, LatentError, reasonOf } from '../errors.ts';
import type { NumberArray, Numbers } from './npy-numbers.ts';

/** What a file holds. */
export interface MatFile {
  readonly arrays: readonly (NumberArray & { readonly name: string })[];
  /** Names of what is no array of numbers. */
  readonly others: readonly string[];
}

const HEADER_BYTES = 128;
const MATRIX = 14;
const COMPRESSED = 15;
/** Unpacked, of one array. */
const MAX_BYTES = 2 ** 30;
/** Classes of arrays: 6 to 15 are numbers, from `double` to `uint64`. */
const isNumeric = (arrayClass: number): boolean => arrayClass >= 6 && arrayClass <= 15;
const COMPLEX = 0x0800;

type Read = (view: DataView, at: number, little: boolean) => number;

interface Storage {
  readonly bytes: number;
  readonly array: new (length: number) => Numbers;
  readonly read: Read;
}

/** How numbers are stored, which may take less room than their class; by the number of the type. */
const STORAGE: Readonly<Record<number, Storage | undefined>> = {
  1: { bytes: 1, array: Int8Array, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, array: Int16Array, read: (view, at, little) => view.getInt16(at, little) },
  4: { bytes: 2, array: Uint16Array, read: (view, at, little) => view.getUint16(at, little) },
  5: { bytes: 4, array: Int32Array, read: (view, at, little) => view.getInt32(at, little) },
  6: { bytes: 4, array: Uint32Array, read: (view, at, little) => view.getUint32(at, little) },
  7: { bytes: 4, array: Float32Array, read: (view, at, little) => view.getFloat32(at, little) },
  9: { bytes: 8, array: Float64Array, read: (view, at, little) => view.getFloat64(at, little) },
  12: { bytes: 8, array: Float64Array, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  13: { bytes: 8, array: Float64Array, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};

interface Element {
  readonly type: number;
  readonly content: Uint8Array;
  /** Where the next one begins. */
  readonly next: number;
}

interface Cursor {
  readonly file: string;
  readonly little: boolean;
}

const damaged = (file: string, problem: string): LatentError =>
  inputError('mat-damaged', { at: { file }, problem, hint: 'fetch the file again' });

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The element at a place; a short one has its content within its tag. */
const elementAt = (bytes: Uint8Array, at: number, { file, little }: Cursor): Element => {
  if (at + 8 > bytes.length) throw damaged(file, 'it is cut short');
  const view = viewOf(bytes);
  const word = view.getUint32(at, little);
  if (word >>> 16 !== 0) {
    const length = Math.min(4, word >>> 16);
    return { type: word & 0xffff, content: bytes.subarray(at + 4, at + 4 + length), next: at + 8 };
  }
  const length = view.getUint32(at + 4, little);
  const end = at + 8 + length;
  if (end > bytes.length) throw damaged(file, `an element of ${length} bytes does not end within it`);
  return { type: word, content: bytes.subarray(at + 8, end), next: word === COMPRESSED ? end : Math.ceil(end / 8) * 8 };
};

/** Unpacks an element; its own tag says how long it becomes, and no more is taken. */
const inflated = (packed: Uint8Array, { file, little }: Cursor): Uint8Array => {
  let out: Uint8Array | null = null;
  let filled = 0;
  const inflate = new Unzlib((piece) => {
    if (out === null) {
      if (piece.length < 8) throw damaged(file, 'a packed element has no tag');
      const stated = viewOf(piece).getUint32(4, little);
      if (stated > MAX_BYTES)
        throw inputError('mat-oversized', {
          at: { file },
          expected: `arrays of at most ${MAX_BYTES} bytes`,
          got: `${stated}`,
        });
      out = new Uint8Array(8 + Math.ceil(stated / 8) * 8);
    }
    const part = piece.subarray(0, out.length - filled);
    out.set(part, filled);
    filled += part.length;
  });
  try {
    const piece = 2 ** 16;
    for (let at = 0; at < packed.length; at += piece)
      inflate.push(packed.subarray(at, at + piece), at + piece >= packed.length);
  } catch (error) {
    throw error instanceof LatentError ? error : damaged(file, `a packed element is corrupt (${reasonOf(error)})`);
  }
  if (out === null) throw damaged(file, 'a packed element is empty');
  return out;
};

const readValues = ({ type, content }: Element, count: number, { file, little }: Cursor): Numbers => {
  const storage = STORAGE[type];
  if (storage === undefined || content.length < count * storage.bytes)
    throw damaged(file, `an array of ${count} numbers has ${content.length} bytes`);
  if (type === 2) return new Uint8Array(content.buffer, content.byteOffset, count);
  const values = new storage.array(count);
  const view = viewOf(content);
  for (let i = 0; i < count; i++) values[i] = storage.read(view, i * storage.bytes, little);
  return values;
};

type Matrix = { readonly name: string; readonly array: NumberArray | null };

const readMatrix = (content: Uint8Array, cursor: Cursor): Matrix => {
  const flags = elementAt(content, 0, cursor);
  const sizes = elementAt(content, flags.next, cursor);
  const title = elementAt(content, sizes.next, cursor);
  const name = new TextDecoder('latin1').decode(title.content);
  if (flags.content.length < 4) throw damaged(cursor.file, 'an array has no class');
  const word = viewOf(flags.content).getUint32(0, cursor.little);
  if (!isNumeric(word & 0xff) || (word & COMPLEX) !== 0) return { name, array: null };
  const view = viewOf(sizes.content);
  const dims = Array.from({ length: sizes.content.length >> 2 }, (_, i) => view.getInt32(4 * i, cursor.little));
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (dims.some((dim) => dim < 0) || count > MAX_BYTES)
    throw damaged(cursor.file, `array "${name}" claims [${dims.join(', ')}]`);
  const values = readValues(elementAt(content, title.next, cursor), count, cursor);
  return { name, array: { dims, values, isColumnMajor: true } };
};

/** First bytes of these files, of every version. */
export const isMatHead = (head: Uint8Array): boolean => String.fromCharCode(...head.subarray(0, 7)) === 'MATLAB ';

const requireVersion = (bytes: Uint8Array, file: string): Cursor => {
  const text = String.fromCharCode(...bytes.subarray(0, 20));
  if (text.startsWith('MATLAB 7.3'))
    throw inputError('mat-version', {
      at: { file },
      expected: 'a .mat file of version 5 to 7',
      got: '7.3, which is HDF5',
      hint: 'save it with -v7, or its arrays with numpy.savez',
    });
  const mark = String.fromCharCode(...bytes.subarray(126, 128));
  if (bytes.length < HEADER_BYTES || !isMatHead(bytes) || (mark !== 'IM' && mark !== 'MI'))
    throw inputError('mat-magic', { at: { file }, expected: 'a .mat file of version 5', hint: 'save it with -v7' });
  return { file, little: mark === 'IM' };
};

/**
 * Reads the arrays of a file.
 *
 * @throws LatentError (input) `mat-version`, `mat-magic`, `mat-damaged`, `mat-oversized`.
 */
export const readMat = (bytes: Uint8Array, file: string): MatFile => {
  const cursor = requireVersion(bytes, file);
  const arrays: (NumberArray & { readonly name: string })[] = [];
  const others: string[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const outer = elementAt(bytes, at, cursor);
    const element = outer.type === COMPRESSED ? elementAt(inflated(outer.content, cursor), 0, cursor) : outer;
    at = outer.next;
    if (element.type !== MATRIX) continue;
    const { name, array } = readMatrix(element.content, cursor);
    if (array) arrays.push({ ...array, name });
    else if (name !== '') others.push(name);
  }
  return { arrays, others };
};
