/**
 * The weights in an ONNX graph.
 *
 * In: the initializers of a file, and the shape that a parameter has in the network. Out: its values in single precision.
 * Everything a tensor says of itself is compared with the network and against its bytes before anything is allocated.
 * Source: https://onnx.ai/onnx/repo-docs/IR.html
 */
import { type ErrorPlace, inputError } from '../../errors.ts';
import { halfToNumber } from '../../files/half.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  type TensorProto,
} from '../../tensor/onnx/onnx_pb.ts';

const isExternal = ({ dataLocation, externalData }: TensorProto): boolean =>
  dataLocation !== DataLocation.DEFAULT || externalData.length > 0;

interface ElementReader {
  readonly name: string;
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

/** Little-endian, as the format has them. */
const elementReaders: Readonly<Record<number, ElementReader | undefined>> = {
  [DataType.FLOAT]: { name: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  [DataType.FLOAT16]: { name: 'float16', bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  [DataType.DOUBLE]: { name: 'float64', bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

const readValues = (tensor: TensorProto, shape: Shape, at: ErrorPlace, notes: string[]): Float32Array => {
  const { dims, dataType, rawData, floatData } = tensor;
  if (dims.length !== shape.length || !dims.every((dim, axis) => dim === BigInt(shape[axis]))) {
    throw inputError('weights-mismatch', {
      at,
      expected: `[${shape.join(', ')}]`,
      got: `[${dims.slice(0, 8).join(', ')}]`,
      hint: "the file's network and weights differ",
    });
  }
  if (isExternal(tensor)) {
    throw inputError('external-data', {
      at,
      expected: 'its values in the file, they are in another one',
      hint: 'save the model with its data inside',
    });
  }
  const reader = elementReaders[dataType];
  if (reader === undefined) {
    const type = DataType[dataType] ?? `number ${dataType}`;
    throw inputError('weights-type', {
      at,
      expected: 'float32, float16 or float64',
      got: `the element type ${type}`,
      hint: 'convert it to single precision',
    });
  }
  const count = elementCount(shape);
  if (rawData.length === 0 && dataType === DataType.FLOAT && floatData.length === count)
    return Float32Array.from(floatData);
  if (rawData.length !== count * reader.bytes) {
    throw inputError('weights-mismatch', {
      at,
      expected: `${count * reader.bytes} bytes of ${reader.name}`,
      got: `${rawData.length}`,
      hint: 'it is cut short, fetch it again',
    });
  }
  // Copied, because a Float32Array must start at a multiple of four bytes of its buffer.
  if (dataType === DataType.FLOAT) return new Float32Array(rawData.slice().buffer);
  notes.push(`values of type ${reader.name} were converted to float32`);
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Float32Array.from({ length: count }, (_, i) => reader.read(view, i * reader.bytes));
};

/**
 * Reads initializers by the names of parameters.
 *
 * @param notes - grows where values are converted.
 * @returns a function from name and shape to values; it throws LatentError (input) `missing-weights`,
 *   `weights-mismatch`, `weights-type`, `external-data`.
 */
export const initializerReader = (
  initializers: readonly TensorProto[],
  file: string,
  notes: string[],
): ((name: string, shape: Shape) => Float32Array) => {
  const byName = new Map<string, TensorProto>();
  const twice = new Set<string>();
  for (const tensor of initializers) {
    if (byName.has(tensor.name)) twice.add(tensor.name);
    byName.set(tensor.name, tensor);
  }
  return (name, shape) => {
    const at = { file, subject: `initializer "${name}"` };
    const tensor = byName.get(name);
    if (tensor === undefined || twice.has(name)) {
      throw inputError('missing-weights', {
        at,
        expected: `one of [${shape.join(', ')}]`,
        got: tensor ? 'several' : 'none',
        hint: 'export the model again',
      });
    }
    return readValues(tensor, shape, at, notes);
  };
};
