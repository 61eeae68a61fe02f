/** From the bytes of a storage to the numbers of a tensor, row by row. */
import { inputError } from '../../errors.ts';
import { halfToNumber } from '../../files/half.ts';
import type { ElementType, TorchTensor } from './values.ts';

/** Bytes of one number. */
export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

const scratch = new DataView(new ArrayBuffer(4));

/** A number out of the 16 bits of bfloat16: the upper half of single precision. */
export const bfloatToNumber = (bits: number): number => {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
};

/** Reads the number that begins at a byte. */
export const elementReader = (
  bytes: Uint8Array,
  type: ElementType,
  littleEndian = true,
): ((byte: number) => number) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'float64':
      return (at) => view.getFloat64(at, littleEndian);
    case 'float32':
      return (at) => view.getFloat32(at, littleEndian);
    case 'float16':
      return (at) => halfToNumber(view.getUint16(at, littleEndian));
    case 'bfloat16':
      return (at) => bfloatToNumber(view.getUint16(at, littleEndian));
    case 'int64':
      return (at) => Number(view.getBigInt64(at, littleEndian));
    case 'int32':
      return (at) => view.getInt32(at, littleEndian);
    case 'int16':
      return (at) => view.getInt16(at, littleEndian);
    case 'int8':
      return (at) => view.getInt8(at);
    case 'uint8':
    case 'bool':
      return (at) => view.getUint8(at);
  }
};

/** How many numbers a shape has. */
export const countOf = (dims: readonly number[]): number => dims.reduce((count, dim) => count * dim, 1);

const isRowMajor = (dims: readonly number[], strides: readonly number[]): boolean =>
  dims.every((dim, axis) => dim === 1 || strides[axis] === countOf(dims.slice(axis + 1)));

/** Bytes that a tensor needs of its storage. */
export const bytesNeeded = ({ storage, offset, dims, strides, type }: TorchTensor): number => {
  if (countOf(dims) === 0) return 0;
  const last = dims.reduce((at, dim, axis) => at + (dim - 1) * strides[axis], offset + storage.offset);
  return (last + 1) * ELEMENT_BYTES[type];
};

/**
 * The numbers of a tensor in single precision, its last axis fastest, wherever they lie in the storage.
 *
 * @param bytes - of the storage.
 * @throws LatentError (input) `torch-damaged` where the tensor reaches beyond its storage.
 */
export const gather = (
  tensor: TorchTensor,
  bytes: Uint8Array,
  { file, name, littleEndian }: { readonly file: string; readonly name: string; readonly littleEndian: boolean },
): Float32Array => {
  const { storage, type, dims, strides } = tensor;
  const needed = bytesNeeded(tensor);
  if (needed > bytes.length)
    throw inputError('torch-damaged', {
      at: { file, subject: `tensor "${name}"` },
      expected: `${needed} bytes of its storage`,
      got: `${bytes.length}`,
      hint: 'fetch the file again',
    });
  const begin = (storage.offset + tensor.offset) * ELEMENT_BYTES[type];
  if (type === 'float32' && littleEndian && isRowMajor(dims, strides))
    return new Float32Array(bytes.slice(begin, begin + 4 * countOf(dims)).buffer);
  const values = new Float32Array(countOf(dims));
  const size = ELEMENT_BYTES[type];
  const read = elementReader(bytes, type, littleEndian);
  const index = new Array<number>(dims.length).fill(0);
  let at = storage.offset + tensor.offset;
  for (let i = 0; i < values.length; i++) {
    values[i] = read(at * size);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis]++;
      at += strides[axis];
      if (index[axis] < dims[axis]) break;
      at -= strides[axis] * dims[axis];
      index[axis] = 0;
    }
  }
  return values;
};
