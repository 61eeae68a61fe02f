/**
 * NumPy's `.npy`, version 1.0: one array in one file.
 *
 * In: a float32, uint8 or uint16 array, row-major. Out: the bytes that `numpy.load` reads, and back. Fortran order, other
 * element types and later versions of the format are refused, not converted; `npy-numbers.ts` reads arrays of anybody's.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type ErrorFacts, inputError, type LatentError } from '../errors.ts';

/** An array of an npy file: `<f4`, `|u1` or `<u2`. */
export interface NpyArray {
  /** Sizes, outermost first. */
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | Uint8Array | Uint16Array;
}

/** `\x93NUMPY`, then major and minor version. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const;
const PREAMBLE = MAGIC.length + 2;
/** The format asks for values at a multiple of this. */
const ALIGNMENT = 64;
const ELEMENT_BYTES = { '<f4': 4, '|u1': 1, '<u2': 2 } as const;

type Descriptor = keyof typeof ELEMENT_BYTES;
const isDescriptor = (text: string): text is Descriptor => Object.hasOwn(ELEMENT_BYTES, text);

/**
 * Writes an array.
 *
 * @throws LatentError (input) `npy-shape` if the dims do not match the number of values.
 */
export const encodeNpy = ({ dims, data }: NpyArray): Uint8Array => {
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count !== data.length || !dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw inputError('npy-shape', {
      at: { subject: '.npy' },
      expected: `${data.length} values to fill the shape`,
      got: `[${dims.join(', ')}]`,
    });
  }
  const descriptor: Descriptor = data instanceof Float32Array ? '<f4' : data instanceof Uint16Array ? '<u2' : '|u1';
  // A tuple of one is written with a comma in Python.
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`;
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${shape}, }`;
  const total = Math.ceil((PREAMBLE + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${text.padEnd(total - PREAMBLE - 1)}\n`;
  const bytes = new Uint8Array(total + data.byteLength);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint16(MAGIC.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), PREAMBLE);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), total);
  return bytes;
};

/**
 * Reads an array.
 *
 * @param bytes - the whole file; the values are a copy.
 * @param file - its name, for messages.
 * @throws LatentError (input) `npy-magic`, `npy-version`, `npy-header`, `npy-dtype`, `npy-order`, `npy-size`.
 */
export const decodeNpy = (bytes: Uint8Array, file = '.npy file'): NpyArray => {
  const refuse = (code: string, facts: ErrorFacts): LatentError => inputError(code, { at: { file }, ...facts });
  const [major, minor] = MAGIC.slice(6);
  if (MAGIC.slice(0, 6).some((byte, i) => bytes[i] !== byte))
    throw refuse('npy-magic', { expected: 'a NumPy array file' });
  if (bytes[6] !== major || bytes[7] !== minor) {
    throw refuse('npy-version', {
      expected: `format version ${major}.${minor}`,
      got: `${bytes[6]}.${bytes[7]}`,
      hint: 'save it with a plain dtype',
    });
  }
  if (bytes.length < PREAMBLE)
    throw refuse('npy-size', { expected: `a header, the file ends after ${bytes.length} bytes` });
  const start = PREAMBLE + new DataView(bytes.buffer, bytes.byteOffset).getUint16(MAGIC.length, true);
  if (bytes.length < start)
    throw refuse('npy-size', { expected: `a header up to byte ${start}, the file ends at ${bytes.length}` });
  const { descriptor, fortranOrder, dims } = parseNpyHeader(
    String.fromCharCode(...bytes.subarray(PREAMBLE, start)),
    refuse,
  );
  if (!isDescriptor(descriptor)) {
    throw refuse('npy-dtype', {
      expected: 'float32 ("<f4"), uint8 ("|u1") or uint16 ("<u2")',
      got: `"${descriptor}"`,
      hint: 'convert it with astype',
    });
  }
  if (fortranOrder)
    throw refuse('npy-order', {
      expected: 'C order',
      got: 'Fortran order',
      hint: 'save numpy.ascontiguousarray of it',
    });
  const size = dims.reduce((product, dim) => product * dim, ELEMENT_BYTES[descriptor]);
  const values = new Uint8Array(bytes.subarray(start));
  if (values.length !== size) {
    throw refuse('npy-size', {
      expected: `${size} bytes of values for [${dims.join(', ')}]`,
      got: `${values.length}`,
      hint: 'fetch it again',
    });
  }
  if (descriptor === '|u1') return { dims, data: values };
  if (descriptor === '<u2') return { dims, data: new Uint16Array(values.buffer) };
  return { dims, data: new Float32Array(values.buffer) };
};

/** What an array's header says. */
export interface NpyHeader {
  readonly descriptor: string;
  readonly fortranOrder: boolean;
  readonly dims: readonly number[];
}

/** A Python dictionary literal with three keys; NumPy sorts them, other writers need not. */
export const parseNpyHeader = (text: string, refuse: (code: string, facts: ErrorFacts) => LatentError): NpyHeader => {
  const field = (pattern: RegExp, name: string): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined)
      throw refuse('npy-header', {
        expected: `the header to hold '${name}'`,
        got: `${JSON.stringify(text.slice(0, 120))}`,
      });
    return found;
  };
  const descriptor = field(/'descr'\s*:\s*'([^']{1,32})'/, 'descr');
  const fortranOrder = field(/'fortran_order'\s*:\s*(True|False)\b/, 'fortran_order') === 'True';
  const shape = field(/'shape'\s*:\s*\(([\d\s,]*)\)/, 'shape');
  const dims = shape
    .split(',')
    .filter((dim) => dim.trim() !== '')
    .map(Number);
  if (!dims.every(Number.isSafeInteger))
    throw refuse('npy-header', { expected: 'whole numbers in the shape', got: `(${shape})` });
  return { descriptor, fortranOrder, dims };
};
