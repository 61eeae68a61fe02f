/**
 * What both adapters share: the mapping between plain arrays and ONNX Runtime's element types.
 */
import { internalError } from '../errors.ts';
import type { TensorArray, TensorData } from '../tensor/session.ts';

export type OrtElementType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64';

export const toOrtType = (data: TensorArray): OrtElementType => {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Int32Array) return 'int32';
  return 'int64';
};

interface OrtTensorLike {
  readonly dims: readonly number[];
  readonly data: unknown;
}

const isTensorArray = (data: unknown): data is TensorArray =>
  data instanceof Float32Array ||
  data instanceof Uint8Array ||
  data instanceof Int8Array ||
  data instanceof Int32Array ||
  data instanceof BigInt64Array;

/** Runtime tensors as plain ones, sharing their memory. */
export const toPlain = (tensors: Readonly<Record<string, OrtTensorLike>>): Readonly<Record<string, TensorData>> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { dims, data }]) => {
      if (!isTensorArray(data)) throw internalError(`output "${name}" has an element type this project does not use`);
      return [name, { dims, data }];
    }),
  );
