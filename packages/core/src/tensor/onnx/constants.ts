/**
 * Constants of a graph as numbers, and those that are computed of others: the shapes that exporters work out with nodes.
 *
 * In: tensors of a file, nodes whose inputs are all known. Out: numbers. Source: https://onnx.ai/onnx/operators/
 */
import { inputError } from '../../errors.ts';
import { halfToNumber } from '../../files/half.ts';
import { attributeOf, floatOf, intOf, intsOf, notComputed } from './nodes.ts';
import { TensorProto_DataType as DataType, type NodeProto, type TensorProto } from './onnx_pb.ts';

/** Most numbers of a value that is computed. */
export const MAX_FOLDED = 2 ** 24;

/** Numbers of a known shape, row-major. */
export interface Constant {
  readonly kind: 'constant';
  readonly dims: readonly number[];
  readonly data: ArrayLike<number> & Iterable<number>;
  readonly isInteger: boolean;
  /** Least and most of its type, where that is a small whole number; quantised values keep to it. */
  readonly limits?: readonly [least: number, most: number];
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((size, dim) => size * dim, 1);

export const constantOf = (
  dims: readonly number[],
  data: ArrayLike<number> & Iterable<number>,
  isInteger: boolean,
): Constant => ({ kind: 'constant', dims, data, isInteger });

interface Element {
  readonly bytes: number;
  readonly limits?: readonly [least: number, most: number];
  readonly isInteger: boolean;
  readonly read: (view: DataView, at: number) => number;
  /** Where values lie that are not in `rawData`. */
  readonly values: (tensor: TensorProto) => readonly (number | bigint)[];
}

const ints32 = ({ int32Data }: TensorProto): readonly number[] => int32Data;

const elements: Readonly<Record<number, Element | undefined>> = {
  [DataType.FLOAT]: { bytes: 4, isInteger: false, read: (v, at) => v.getFloat32(at, true), values: (t) => t.floatData },
  [DataType.DOUBLE]: {
    bytes: 8,
    isInteger: false,
    read: (v, at) => v.getFloat64(at, true),
    values: (t) => t.doubleData,
  },
  [DataType.FLOAT16]: {
    bytes: 2,
    isInteger: false,
    read: (v, at) => halfToNumber(v.getUint16(at, true)),
    values: (t) => t.int32Data.map(halfToNumber),
  },
  [DataType.INT64]: {
    bytes: 8,
    isInteger: true,
    read: (v, at) => Number(v.getBigInt64(at, true)),
    values: (t) => t.int64Data,
  },
  [DataType.INT32]: { bytes: 4, isInteger: true, read: (v, at) => v.getInt32(at, true), values: ints32 },
  [DataType.INT16]: {
    limits: [-32768, 32767],
    bytes: 2,
    isInteger: true,
    read: (v, at) => v.getInt16(at, true),
    values: ints32,
  },
  [DataType.INT8]: { limits: [-128, 127], bytes: 1, isInteger: true, read: (v, at) => v.getInt8(at), values: ints32 },
  [DataType.UINT16]: {
    limits: [0, 65535],
    bytes: 2,
    isInteger: true,
    read: (v, at) => v.getUint16(at, true),
    values: ints32,
  },
  [DataType.UINT8]: { limits: [0, 255], bytes: 1, isInteger: true, read: (v, at) => v.getUint8(at), values: ints32 },
  [DataType.BOOL]: { bytes: 1, isInteger: true, read: (v, at) => v.getUint8(at), values: ints32 },
};

/** Whether the values of a tensor are numbers that are not whole. */
export const isFloat = ({ dataType }: TensorProto): boolean => elements[dataType]?.isInteger === false;

/** How many bytes a tensor's values take; null for types that are no numbers. */
export const bytesOfTensor = ({ dims, dataType }: TensorProto): number | null => {
  const element = elements[dataType];
  return element === undefined ? null : sizeOf(dims.map(Number)) * element.bytes;
};

const withLimits = (value: Constant, { limits }: Element): Constant => (limits ? { ...value, limits } : value);

/**
 * The numbers of a tensor.
 *
 * @throws LatentError (input) `weights-type` for texts and the like, `weights-mismatch` where there are not as many values as
 *   it says.
 */
export const readTensor = (tensor: TensorProto, file: string): Constant => {
  const at = { file, subject: `tensor "${tensor.name.slice(0, 80)}"` };
  const element = elements[tensor.dataType];
  if (element === undefined)
    throw inputError('weights-type', {
      at,
      expected: 'numbers',
      got: `the element type ${DataType[tensor.dataType] ?? tensor.dataType}`,
      hint: 'convert it to single precision',
    });
  const dims = tensor.dims.map(Number);
  const count = sizeOf(dims);
  const { rawData } = tensor;
  const listed = rawData.length === 0 ? element.values(tensor) : null;
  const got = listed === null ? rawData.length / element.bytes : listed.length;
  if (got !== count || dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0))
    throw inputError('weights-mismatch', {
      at,
      expected: `${count} values`,
      got: `${got}`,
      hint: 'it is cut short or damaged, fetch it again',
    });
  if (listed !== null) {
    const values = listed.map(Number);
    return withLimits(
      constantOf(dims, element.isInteger ? values : Float32Array.from(values), element.isInteger),
      element,
    );
  }
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const data = element.isInteger ? new Float64Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = element.read(view, i * element.bytes);
  return withLimits(constantOf(dims, data, element.isInteger), element);
};

export const axisOf = (axis: number, rank: number): number => {
  const from = axis < 0 ? axis + rank : axis;
  if (from < 0 || from >= Math.max(1, rank)) throw notComputed(`an axis ${axis} of ${rank}`);
  return from;
};

/** Shape of two values of which one is stretched along axes of size 1. */
export const broadcastDims = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw notComputed(`shapes [${a}] and [${b}] together`);
    return x === 1 ? y : x;
  });
};

const strides = (dims: readonly number[]): number[] => {
  const steps = new Array<number>(dims.length).fill(1);
  for (let i = dims.length - 2; i >= 0; i--) steps[i] = steps[i + 1] * dims[i + 1];
  return steps;
};

const bounded = (dims: readonly number[]): number => {
  const size = sizeOf(dims);
  if (!(size <= MAX_FOLDED) || dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0))
    throw notComputed(`a constant of [${dims.slice(0, 8)}]`);
  return size;
};

/** Values picked by their place: `from(index of each axis)` is a place in the source. */
const gathered = (source: Constant, dims: readonly number[], from: (at: readonly number[]) => number): Constant => {
  const size = bounded(dims);
  const out = source.isInteger ? new Float64Array(size) : new Float32Array(size);
  const at = new Array<number>(dims.length).fill(0);
  for (let i = 0; i < size; i++) {
    out[i] = source.data[from(at)] ?? Number.NaN;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at[axis] += 1;
      if (at[axis] < dims[axis]) break;
      at[axis] = 0;
    }
  }
  return constantOf(dims, out, source.isInteger);
};

/** The axes in another order. */
export const transposeConstant = (source: Constant, perm: readonly number[]): Constant => {
  const steps = strides(source.dims);
  return gathered(
    source,
    perm.map((axis) => source.dims[axis]),
    (at) => at.reduce((sum, index, i) => sum + index * steps[perm[i]], 0),
  );
};

const tiled = (source: Constant, times: readonly number[]): Constant => {
  const steps = strides(source.dims);
  return gathered(
    source,
    source.dims.map((dim, axis) => dim * (times[axis] ?? 1)),
    (at) => at.reduce((sum, index, axis) => sum + (index % source.dims[axis]) * steps[axis], 0),
  );
};

/** A value stretched along axes of size 1. */
export const stretched = (source: Constant, dims: readonly number[]): Constant => {
  const offset = dims.length - source.dims.length;
  const steps = strides(source.dims);
  return gathered(source, dims, (at) =>
    source.dims.reduce((sum, dim, i) => sum + (dim === 1 ? 0 : at[offset + i] * steps[i]), 0),
  );
};

/** A function of two values, each stretched to the other's shape. */
export const pairwise = (a: Constant, b: Constant, work: (x: number, y: number) => number): Constant => {
  const dims = broadcastDims(a.dims, b.dims);
  const [x, y] = [stretched(a, dims), stretched(b, dims)];
  const isInteger = a.isInteger && b.isInteger;
  const out = isInteger ? new Float64Array(x.data.length) : new Float32Array(x.data.length);
  for (let i = 0; i < out.length; i++) out[i] = work(x.data[i], y.data[i]);
  return constantOf(dims, out, isInteger);
};

/** A function of each number. */
export const each = (x: Constant, work: (value: number) => number): Constant =>
  constantOf(x.dims, x.isInteger ? Float64Array.from(x.data, work) : Float32Array.from(x.data, work), x.isInteger);

const quotient = (a: Constant, b: Constant): Constant =>
  a.isInteger && b.isInteger ? pairwise(a, b, (x, y) => Math.trunc(x / y)) : pairwise(a, b, (x, y) => x / y);

const asInteger = (value: Constant): Constant => constantOf(value.dims, value.data, true);

const binary: Readonly<Record<string, ((a: Constant, b: Constant) => Constant) | undefined>> = {
  Add: (a, b) => pairwise(a, b, (x, y) => x + y),
  Sub: (a, b) => pairwise(a, b, (x, y) => x - y),
  Mul: (a, b) => pairwise(a, b, (x, y) => x * y),
  Div: quotient,
  Max: (a, b) => pairwise(a, b, Math.max),
  Min: (a, b) => pairwise(a, b, Math.min),
  Pow: (a, b) => pairwise(a, b, (x, y) => x ** y),
  Equal: (a, b) => asInteger(pairwise(a, b, (x, y) => (x === y ? 1 : 0))),
  Less: (a, b) => asInteger(pairwise(a, b, (x, y) => (x < y ? 1 : 0))),
  Greater: (a, b) => asInteger(pairwise(a, b, (x, y) => (x > y ? 1 : 0))),
  Mod: (a, b) => pairwise(a, b, (x, y) => x - y * Math.floor(x / y)),
};

const unary: Readonly<Record<string, ((x: number) => number) | undefined>> = {
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: Math.round,
  Abs: Math.abs,
  Not: (x) => (x === 0 ? 1 : 0),
};

const listOf = (value: Constant | null | undefined): number[] | null => (value ? [...value.data] : null);

/** A list that older versions state as an attribute and newer ones as an input. */
export const listed = (
  node: NodeProto,
  inputs: readonly (Constant | null)[],
  at: number,
  name: string,
): number[] | null => listOf(inputs[at]) ?? intsOf(node, name)?.slice() ?? null;

const slice = (node: NodeProto, inputs: readonly (Constant | null)[], x: Constant): Constant => {
  const rank = x.dims.length;
  const starts = listed(node, inputs, 1, 'starts') ?? [];
  const ends = listed(node, inputs, 2, 'ends') ?? [];
  const axes = (listed(node, inputs, 3, 'axes') ?? starts.map((_, i) => i)).map((axis) => axisOf(axis, rank));
  const steps = listOf(inputs[4]) ?? starts.map(() => 1);
  const from = new Array<number>(rank).fill(0);
  const by = new Array<number>(rank).fill(1);
  const dims = [...x.dims];
  axes.forEach((axis, i) => {
    const range = sliceRange(x.dims[axis], starts[i], ends[i], steps[i]);
    [from[axis], by[axis], dims[axis]] = [range.from, range.step, range.count];
  });
  const places = strides(x.dims);
  return gathered(x, dims, (at) => at.reduce((sum, index, i) => sum + (from[i] + index * by[i]) * places[i], 0));
};

/** Which of `size` places a slice takes. */
export const sliceRange = (size: number, start: number, end: number, step: number) => {
  if (step === 0 || !Number.isFinite(step)) throw notComputed('a slice of step 0');
  const at = (value: number): number => (value < 0 ? value + size : value);
  if (step > 0) {
    const from = Math.min(size, Math.max(0, at(start)));
    const to = Math.min(size, Math.max(0, at(end)));
    return { from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
  }
  const from = Math.min(size - 1, Math.max(-1, at(start)));
  const to = end < -size ? -1 : Math.min(size - 1, Math.max(-1, at(end)));
  return { from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
};

const gather = (node: NodeProto, x: Constant, indices: Constant): Constant => {
  const axis = axisOf(intOf(node, 'axis', 0), x.dims.length);
  const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
  const places = strides(x.dims);
  const inner = strides(indices.dims);
  const { length: rank } = indices.dims;
  return gathered(x, dims, (at) => {
    const which = indices.data[at.slice(axis, axis + rank).reduce((sum, index, i) => sum + index * inner[i], 0)];
    const before = at.slice(0, axis).reduce((sum, index, i) => sum + index * places[i], 0);
    const after = at.slice(axis + rank).reduce((sum, index, i) => sum + index * places[axis + 1 + i], 0);
    return before + (which < 0 ? which + x.dims[axis] : which) * places[axis] + after;
  });
};

const concat = (node: NodeProto, parts: readonly Constant[]): Constant => {
  const [first] = parts;
  const axis = axisOf(intOf(node, 'axis', 0), first.dims.length);
  const sizes = parts.map(({ dims }) => dims[axis]);
  const dims = first.dims.map((dim, i) => (i === axis ? sizes.reduce((sum, size) => sum + size, 0) : dim));
  bounded(dims);
  const outer = sizeOf(dims.slice(0, axis));
  const out: number[] = [];
  for (let row = 0; row < outer; row++)
    for (const part of parts) {
      const length = sizeOf(part.dims.slice(axis));
      for (let i = 0; i < length; i++) out.push(part.data[row * length + i] ?? Number.NaN);
    }
  return constantOf(
    dims,
    out,
    parts.every(({ isInteger }) => isInteger),
  );
};

/** The shape that a Reshape asks for, of a value of that shape. */
export const reshapeDims = (from: readonly number[], target: readonly number[], allowZero = false): number[] => {
  const dims = target.map((dim, i) => (dim === 0 && !allowZero ? (from[i] ?? 0) : dim));
  const rest = sizeOf(from) / sizeOf(dims.filter((dim) => dim !== -1));
  const resolved = dims.map((dim) => (dim === -1 ? rest : dim));
  if (
    resolved.length > 8 ||
    resolved.some((dim) => !Number.isSafeInteger(dim) || dim < 0) ||
    sizeOf(resolved) !== sizeOf(from)
  )
    throw notComputed(`a reshape of [${from}] to [${target.slice(0, 8)}]`);
  return resolved;
};

/** Axes that an Unsqueeze adds to a value of that rank. */
export const unsqueezeDims = (from: readonly number[], axes: readonly number[]): number[] => {
  const rank = from.length + axes.length;
  if (rank > 8) throw notComputed(`${rank} axes`);
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest = [...from];
  return Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() ?? 1)));
};

/** Axes that are left after a Squeeze. */
export const squeezeDims = (from: readonly number[], axes: readonly number[] | null): number[] => {
  const gone = new Set(
    axes?.map((axis) => axisOf(axis, from.length)) ?? from.flatMap((dim, i) => (dim === 1 ? [i] : [])),
  );
  if ([...gone].some((axis) => from[axis] !== 1)) throw notComputed('a squeeze of an axis that is not 1');
  return from.filter((_, i) => !gone.has(i));
};

const tensorAttribute = (node: NodeProto, file: string): Constant | null => {
  const value = attributeOf(node, 'value')?.t;
  if (value) return readTensor(value, file);
  const single = attributeOf(node, 'value_float');
  if (single) return constantOf([], [single.f], false);
  const whole = attributeOf(node, 'value_int');
  if (whole) return constantOf([], [Number(whole.i)], true);
  const wholes = intsOf(node, 'value_ints');
  if (wholes) return constantOf([wholes.length], wholes, true);
  const floats = attributeOf(node, 'value_floats');
  return floats ? constantOf([floats.floats.length], floats.floats, false) : null;
};

const FLOAT_TYPES: readonly number[] = [DataType.FLOAT, DataType.FLOAT16, DataType.DOUBLE];

/**
 * The value of a node whose inputs are all known; null where it is not computed here.
 *
 * @param inputs - null where the node leaves one out.
 */
export const foldNode = (node: NodeProto, inputs: readonly (Constant | null)[], file: string): Constant | null => {
  const { opType } = node;
  if (opType === 'Constant') return tensorAttribute(node, file);
  const [x, second, third] = inputs;
  if (!x) return null;
  const work = binary[opType];
  if (work && second) return inputs.slice(1).reduce<Constant>((sum, next) => (next ? work(sum, next) : sum), x);
  const alone = unary[opType];
  if (alone) return each(x, alone);
  switch (opType) {
    case 'Identity':
      return x;
    case 'Cast': {
      const isFloating = FLOAT_TYPES.includes(intOf(node, 'to', 1));
      return isFloating
        ? constantOf(x.dims, Float32Array.from(x.data), false)
        : constantOf(x.dims, Float64Array.from(x.data, Math.trunc), true);
    }
    case 'Shape':
      return constantOf([x.dims.length], x.dims, true);
    case 'Size':
      return constantOf([], [sizeOf(x.dims)], true);
    case 'Gather':
      return second ? gather(node, x, second) : null;
    case 'Slice':
      return slice(node, inputs, x);
    case 'Concat':
      return concat(
        node,
        inputs.flatMap((value) => value ?? []),
      );
    case 'Unsqueeze':
      return constantOf(unsqueezeDims(x.dims, listed(node, inputs, 1, 'axes') ?? []), x.data, x.isInteger);
    case 'Squeeze':
      return constantOf(squeezeDims(x.dims, listed(node, inputs, 1, 'axes')), x.data, x.isInteger);
    case 'Reshape':
      return constantOf(reshapeDims(x.dims, listed(node, inputs, 1, 'shape') ?? []), x.data, x.isInteger);
    case 'Transpose':
      return transposeConstant(x, intsOf(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i));
    case 'Tile':
      return second ? tiled(x, [...second.data]) : null;
    case 'Expand':
      return second ? stretched(x, broadcastDims(x.dims, [...second.data])) : null;
    case 'ConstantOfShape': {
      const value = tensorAttribute(node, file) ?? constantOf([1], [0], false);
      const dims = [...x.data];
      return constantOf(dims, new Array<number>(bounded(dims)).fill(value.data[0] ?? 0), value.isInteger);
    }
    case 'Range': {
      if (!second || !third) return null;
      const [from, to, step] = [x.data[0], second.data[0], third.data[0]];
      const count = Math.max(0, Math.ceil((to - from) / step));
      return constantOf(
        [bounded([count])],
        Array.from({ length: count }, (_, i) => from + i * step),
        x.isInteger,
      );
    }
    case 'Where':
      if (!second || !third) return null;
      return pairwise(
        pairwise(x, second, (a, b) => (a === 0 ? Number.NaN : b)),
        third,
        (a, b) => (Number.isNaN(a) ? b : a),
      );
    case 'ReduceProd':
      return constantOf(
        intOf(node, 'keepdims', 1) === 1 ? x.dims.map(() => 1) : [],
        [[...x.data].reduce((a, b) => a * b, 1)],
        x.isInteger,
      );
    case 'LeakyRelu':
      return each(x, (value) => (value < 0 ? floatOf(node, 'alpha', 0.01) * value : value));
    default:
      return null;
  }
};
