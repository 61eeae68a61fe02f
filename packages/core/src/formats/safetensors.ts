/**
 * Safetensors: named arrays in one file, nothing that runs.
 *
 * In: float32 tensors by name and a few strings. Out: the bytes of one file, and back. Everything the header says is
 * compared with the file before a value is read; what does not fit is refused, never repaired.
 * Single precision (F32), and half precision (F16) where a picture is all that comes of it; no other element types.
 *
 * Layout: `u64` header length N (little-endian), N bytes of JSON, then the values (little-endian, row-major) without a
 * hole. Source: https://github.com/huggingface/safetensors#format
 */
import { type ErrorFacts, inputError, type LatentError, shown } from '../errors.ts';
import { numberToHalf } from '../files/half.ts';
import { isRecord, parseJson } from '../registry/parse-json.ts';
import type { TensorData } from '../tensor/index.ts';
import { elementReader, ELEMENT_BYTES as READ_BYTES } from './torch/tensors.ts';
import type { ElementType } from './torch/values.ts';

/** The limit of the reference implementation: longer headers are refused before they are parsed. */
export const SAFETENSORS_MAX_HEADER_BYTES = 100_000_000;

const LENGTH_BYTES = 8;
const ELEMENT_BYTES = { F32: 4, F16: 2 } as const;
/** What is written, and what files of ours hold. */
type OwnType = keyof typeof ELEMENT_BYTES;
/** Element types of other people's files, by the words of the format. */
const OTHER_TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};
const METADATA = '__metadata__';
/** Values start at a multiple of this, so that a reader may map them in place. */
const ALIGNMENT = 8;

/** Named tensors and strings of a safetensors file. Source: github.com/huggingface/safetensors. */
export interface Safetensors {
  /** In the order of the file's values. */
  readonly tensors: ReadonlyMap<string, TensorData<Float32Array>>;
  /** Its strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** By name, what its values were: `float32`. */
  readonly types: ReadonlyMap<string, string>;
}

/** How tensors are written. */
export interface SafetensorsOptions {
  /** How values are stored; half precision keeps three figures of them. Default F32. */
  readonly dtype?: OwnType;
}

/**
 * Writes float32 tensors, in the order of the map: the same map gives the same bytes.
 *
 * @param tensors - by name; `data` is row-major and as long as the product of `dims`.
 * @param metadata - strings that travel with the tensors.
 * @throws LatentError (input) `safetensors-tensor` for the name `__metadata__`, or dims that do not match the values.
 */
export const encodeSafetensors = (
  tensors: ReadonlyMap<string, TensorData<Float32Array>>,
  metadata: Readonly<Record<string, string>> = {},
  { dtype = 'F32' }: SafetensorsOptions = {},
): Uint8Array => {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  let valueBytes = 0;
  for (const [name, { dims, data }] of tensors) {
    if (name === METADATA) {
      throw inputError('safetensors-tensor', {
        at: { subject: `tensor "${name}"` },
        problem: "this one is the header's own",
        expected: 'another name',
      });
    }
    if (!isShape(dims) || elementCount(dims) !== data.length) {
      throw inputError('safetensors-tensor', {
        at: { subject: `tensor "${name}"` },
        expected: `${data.length} values to fill its shape`,
        got: `[${dims.join(', ')}]`,
      });
    }
    const end = valueBytes + data.length * ELEMENT_BYTES[dtype];
    entries.push([name, { dtype, shape: [...dims], data_offsets: [valueBytes, end] }]);
    valueBytes = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT - LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + valueBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    const values = dtype === 'F16' ? Uint16Array.from(data, numberToHalf) : data;
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
};

/**
 * Reads a file of float32 tensors; half precision is widened.
 *
 * @param bytes - the whole file; the tensors are copies, not views of it.
 * @param file - its name, for messages.
 * @param options - `anyType`: other real numbers are converted too, as files of other programs have them.
 * @throws LatentError (input) `safetensors-truncated`, `safetensors-header` (length, JSON, shape of an entry),
 *   `safetensors-dtype` (anything but F32 and F16), `safetensors-offsets` (overlap, hole, size, end).
 */
export const decodeSafetensors = (
  bytes: Uint8Array,
  file = 'safetensors file',
  { anyType = false }: { readonly anyType?: boolean } = {},
): Safetensors => {
  const headerBytes = readHeaderLength(bytes, file);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes), file, anyType);
  const values = bytes.subarray(LENGTH_BYTES + headerBytes);
  const tensors = new Map<string, TensorData<Float32Array>>();
  const types = new Map<string, string>();
  let filled = 0;
  for (const { name, dtype, dims, begin, end } of header.entries) {
    const at = { file, subject: `tensor "${name}"` };
    if (begin !== filled) {
      const fault = begin < filled ? 'overlap the tensor before it' : 'leave a hole before it';
      throw inputError('safetensors-offsets', {
        at,
        expected: `values from byte ${filled}, they start at ${begin} and ${fault}`,
      });
    }
    const expected = elementCount(dims) * READ_BYTES[dtype];
    if (end - begin !== expected) {
      throw inputError('safetensors-offsets', {
        at,
        expected: `${expected} bytes for [${dims.join(', ')}], its offsets span ${end - begin}`,
      });
    }
    if (end > values.length) {
      throw inputError('safetensors-truncated', {
        at,
        problem: `the file has ${values.length}`,
        expected: `values up to byte ${end}`,
        hint: 'it is cut short, fetch it again',
      });
    }
    // Copied, because a typed array must start at a multiple of its element's bytes.
    const own = new Uint8Array(values.subarray(begin, end));
    tensors.set(name, { dims, data: floatsOf(own, dtype) });
    types.set(name, dtype);
    filled = end;
  }
  if (filled !== values.length) {
    throw inputError('safetensors-offsets', {
      at: { file },
      expected: `the file to end with its last tensor, ${values.length - filled} bytes follow`,
      hint: 'fetch it again',
    });
  }
  return { tensors, metadata: header.metadata, types };
};

/** Whether bytes begin as a safetensors file does: a length that the file has room for, and a brace. */
export const isSafetensors = (bytes: Uint8Array): boolean => {
  if (bytes.length < LENGTH_BYTES + 2 || bytes[LENGTH_BYTES] !== 0x7b) return false;
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  return length <= SAFETENSORS_MAX_HEADER_BYTES && Number(length) <= bytes.length - LENGTH_BYTES;
};

const floatsOf = (bytes: Uint8Array<ArrayBuffer>, type: ElementType): Float32Array => {
  if (type === 'float32') return new Float32Array(bytes.buffer);
  const size = READ_BYTES[type];
  const read = elementReader(bytes, type);
  return Float32Array.from({ length: bytes.length / size }, (_, i) => read(i * size));
};

interface Entry {
  readonly name: string;
  readonly dtype: ElementType;
  readonly dims: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isCount) && Number.isSafeInteger(elementCount(value));
const elementCount = (dims: readonly number[]): number => dims.reduce((count, dim) => count * dim, 1);
const readHeaderLength = (bytes: Uint8Array, file: string): number => {
  if (bytes.length < LENGTH_BYTES) {
    throw inputError('safetensors-truncated', {
      at: { file },
      expected: `at least ${LENGTH_BYTES} bytes`,
      got: `${bytes.length}`,
    });
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > SAFETENSORS_MAX_HEADER_BYTES) {
    throw inputError('safetensors-header', {
      at: { file },
      problem: `it claims ${length}`,
      expected: `a header of at most ${SAFETENSORS_MAX_HEADER_BYTES} bytes`,
      hint: 'is it a safetensors file?',
    });
  }
  if (Number(length) > bytes.length - LENGTH_BYTES) {
    throw inputError('safetensors-truncated', {
      at: { file },
      expected: `a header of ${length} bytes, ${bytes.length - LENGTH_BYTES} are there`,
      hint: 'it is cut short, fetch it again',
    });
  }
  return Number(length);
};

const parseHeader = (
  bytes: Uint8Array,
  file: string,
  anyType: boolean,
): { entries: readonly Entry[]; metadata: Record<string, string> } => {
  const refuse = (facts: ErrorFacts): LatentError => inputError('safetensors-header', { at: { file }, ...facts });
  const header = parseJson(bytes, { code: 'safetensors-header', at: { file, subject: 'header' } });
  // The format asks for `{` as the very first byte; JSON alone would allow blanks before it.
  if (bytes[0] !== 0x7b || !isRecord(header))
    throw refuse({ expected: 'the header to be a JSON object that starts with "{"' });
  const metadata: [string, string][] = [];
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isRecord(value)) throw refuse({ expected: `"${METADATA}" to be an object of strings` });
      for (const [key, text] of Object.entries(value)) {
        if (typeof text !== 'string')
          throw refuse({ problem: `metadata "${key}": expected a string, got ${typeof text}` });
        metadata.push([key, text]);
      }
    } else {
      entries.push(parseEntry(name, value, file, anyType));
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { entries, metadata: Object.fromEntries(metadata) };
};

const parseEntry = (name: string, value: unknown, file: string, anyType: boolean): Entry => {
  const at = { file, subject: `tensor "${name}"` };
  if (!isRecord(value))
    throw inputError('safetensors-header', {
      at,
      expected: 'an object of dtype, shape and data_offsets',
    });
  const { dtype, shape, data_offsets: offsets } = value;
  const type = typeof dtype === 'string' && Object.hasOwn(OTHER_TYPES, dtype) ? OTHER_TYPES[dtype] : null;
  if (type === null || (!anyType && dtype !== 'F32' && dtype !== 'F16')) {
    throw inputError('safetensors-dtype', {
      at,
      expected: anyType ? `dtype ${Object.keys(OTHER_TYPES).join(', ')}` : 'dtype "F32" or "F16"',
      got: shown(dtype),
      hint: 'convert it to single precision',
    });
  }
  if (!isShape(shape)) {
    throw inputError('safetensors-header', {
      at,
      expected: 'a shape of whole numbers',
      got: shown(shape),
    });
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1]) {
    throw inputError('safetensors-offsets', {
      at,
      expected: 'data_offsets [begin, end]',
      got: shown(offsets),
    });
  }
  return { name, dtype: type, dims: shape, begin: offsets[0], end: offsets[1] };
};
