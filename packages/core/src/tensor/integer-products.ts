/**
 * Products of matrices of bytes, in whole numbers.
 *
 * In: sizes. Out: a graph of one product. What is taken off the bytes keeps sums small; it is the same in both forms.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { IR_VERSION, OPSET, PRODUCER } from './onnx/emitter.ts';
import { TensorProto_DataType as DataType, ModelProtoSchema } from './onnx/onnx_pb.ts';
import type { Runtime } from './session.ts';

/** Taken off every byte: products are of numbers from -128 to 127. */
export const INTEGER_MIDDLE = 128;

const tensorType = (elemType: DataType, dims: readonly number[]) => ({
  value: {
    case: 'tensorType' as const,
    value: {
      elemType,
      shape: { dim: dims.map((dim) => ({ value: { case: 'dimValue' as const, value: BigInt(dim) } })) },
    },
  },
});

/**
 * `y = (a - 128) (b - 128)`: uint8 `a` `[rows, width]`, `b` `[width, columns]`, to int32 `[rows, columns]`.
 *
 * @param signed - `b` is given as int8, with 128 taken off already.
 */
export const compileIntegerProduct = (rows: number, width: number, columns: number, signed: boolean): Uint8Array => {
  const middle = { name: 'middle', dims: [], dataType: DataType.UINT8, rawData: Uint8Array.of(INTEGER_MIDDLE) };
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: PRODUCER,
      opsetImport: [{ domain: '', version: BigInt(OPSET) }],
      graph: {
        name: 'product of bytes',
        node: [
          {
            opType: 'MatMulInteger',
            input: signed ? ['a', 'b', 'middle'] : ['a', 'b', 'middle', 'middle'],
            output: ['y'],
          },
        ],
        initializer: [middle],
        input: [
          { name: 'a', type: tensorType(DataType.UINT8, [rows, width]) },
          { name: 'b', type: tensorType(signed ? DataType.INT8 : DataType.UINT8, [width, columns]) },
        ],
        output: [{ name: 'y', type: tensorType(DataType.INT32, [rows, columns]) }],
      },
    }),
  );
};

const checked = new WeakMap<Runtime, Promise<boolean>>();

/** Two products of the largest numbers pass 16 bits, in which processors without their own instruction add pairs up. */
const checkSigned = async (runtime: Runtime): Promise<boolean> => {
  const [rows, width, columns] = [16, 64, 32];
  const session = await runtime.createSession(compileIntegerProduct(rows, width, columns, true), { threads: 1 });
  try {
    const { y } = await session.run({
      a: { dims: [rows, width], data: new Uint8Array(rows * width).fill(255) },
      b: { dims: [width, columns], data: new Int8Array(width * columns).fill(127) },
    });
    return y.data.every((value: number | bigint) => Number(value) === (255 - INTEGER_MIDDLE) * 127 * width);
  } finally {
    await session.release();
  }
};

/** Whether an engine's products of unsigned and signed bytes, the faster ones, are exact on this machine. */
export const hasExactSignedProducts = (runtime: Runtime): Promise<boolean> => {
  const known = checked.get(runtime) ?? checkSigned(runtime);
  checked.set(runtime, known);
  return known;
};
