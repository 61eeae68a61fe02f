/**
 * Values as whole numbers with a scale and a zero point, and what is computed of them.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html and ONNX Runtime's contributed operators.
 */
import { type Constant, constantOf, pairwise } from '../constants.ts';
import { floatOf, intOf, notComputed } from '../nodes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { convolution, matrixProduct } from './products.ts';
import { type Computed, floats, required, roundEven } from './shared.ts';

const UNSIGNED: readonly [number, number] = [0, 255];

interface Scale {
  readonly scale: Constant;
  readonly zero: Constant | null;
}

/** Of a value whose scales are one, or one for each place along an axis. */
const placeOf = (dims: readonly number[], { scale }: Scale, axis: number): ((i: number) => number) => {
  if (scale.data.length === 1) return () => 0;
  const own = axis < 0 ? axis + dims.length : axis;
  const inner = dims.slice(own + 1).reduce((size, dim) => size * dim, 1);
  return (i) => Math.floor(i / inner) % dims[own];
};

const quantised = (x: Constant, by: Scale, axis = 1): Constant => {
  const [least, most] = by.zero?.limits ?? UNSIGNED;
  const place = placeOf(x.dims, by, axis);
  const data = Float64Array.from(x.data, (value, i) => {
    const at = place(i);
    const zero = by.zero?.data[by.zero.data.length === 1 ? 0 : at] ?? 0;
    return Math.min(most, Math.max(least, roundEven(Math.fround(value / by.scale.data[at])) + zero));
  });
  return { ...constantOf(x.dims, data, true), limits: [least, most] };
};

const dequantised = (x: Constant, by: Scale, axis = 1): Constant => {
  const place = placeOf(x.dims, by, axis);
  return floats(
    x.dims,
    Float32Array.from(x.data, (value, i) => {
      const at = place(i);
      return (value - (by.zero?.data[by.zero.data.length === 1 ? 0 : at] ?? 0)) * by.scale.data[at];
    }),
  );
};

const scaleAt = (node: NodeProto, inputs: readonly (Constant | null)[], at: number): Scale => ({
  scale: required(inputs, at, node),
  zero: inputs[at + 1] ?? null,
});

const dynamic: Computed = (node, inputs) => {
  const x = required(inputs, 0, node);
  let [low, high] = [0, 0];
  for (const value of x.data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const scale = Math.fround((high - low) / 255) || 1;
  const zero = Math.min(255, Math.max(0, roundEven(-low / scale)));
  const by: Scale = {
    scale: constantOf([], Float32Array.of(scale), false),
    zero: { ...constantOf([], [zero], true), limits: UNSIGNED },
  };
  return [quantised(x, by), by.scale, by.zero ?? by.scale];
};

/** Less the zero point: one, or one for each column of a matrix or each filter. */
const centred = (x: Constant, zero: Constant | null | undefined, axis: number): Constant => {
  if (!zero) return x;
  const inner = x.dims.slice(axis + 1).reduce((size, dim) => size * dim, 1);
  const at = (i: number): number => (zero.data.length === 1 ? 0 : Math.floor(i / inner) % x.dims[axis]);
  return constantOf(
    x.dims,
    Float64Array.from(x.data, (value, i) => value - zero.data[at(i)]),
    true,
  );
};

const matMulInteger: Computed = (node, inputs) => {
  const [a, b] = [required(inputs, 0, node), required(inputs, 1, node)];
  return [matrixProduct(centred(a, inputs[2], 0), centred(b, inputs[3], b.dims.length - 1), node)];
};

const convInteger: Computed = (node, inputs) => [
  convolution(node, centred(required(inputs, 0, node), inputs[2], 0), centred(required(inputs, 1, node), inputs[3], 0)),
];

/** Sums of whole numbers brought to another scale. */
const requantised = (sums: Constant, factors: (i: number) => number, zero: Constant | null | undefined): Constant => {
  const [least, most] = zero?.limits ?? UNSIGNED;
  const data = Float64Array.from(sums.data, (value, i) =>
    Math.min(most, Math.max(least, roundEven(Math.fround(value * factors(i))) + (zero?.data[0] ?? 0))),
  );
  return { ...constantOf(sums.dims, data, true), limits: [least, most] };
};

const ratio = (inputs: readonly (Constant | null)[], node: NodeProto, [a, b, y]: readonly [number, number, number]) => {
  const [first, second, result] = [a, b, y].map((at) => required(inputs, at, node).data);
  return (i: number): number => Math.fround(Math.fround(first[0] * second[second.length === 1 ? 0 : i]) / result[0]);
};

const qLinearConv: Computed = (node, inputs) => {
  const x = centred(required(inputs, 0, node), inputs[2], 0);
  const kernel = centred(required(inputs, 3, node), inputs[5], 0);
  const sums = convolution(node, x, kernel);
  const plane = sums.dims[2] * sums.dims[3];
  const filterOf = (i: number): number => Math.floor(i / plane) % sums.dims[1];
  const bias = inputs[8];
  const biased = constantOf(
    sums.dims,
    Float64Array.from(sums.data, (value, i) => value + (bias?.data[filterOf(i)] ?? 0)),
    true,
  );
  const factor = ratio(inputs, node, [1, 4, 6]);
  return [requantised(biased, (i) => factor(filterOf(i)), inputs[7])];
};

const qLinearMatMul: Computed = (node, inputs) => {
  const a = centred(required(inputs, 0, node), inputs[2], 0);
  const b = required(inputs, 3, node);
  const sums = matrixProduct(a, centred(b, inputs[5], b.dims.length - 1), node);
  const columns = sums.dims[sums.dims.length - 1];
  const factor = ratio(inputs, node, [1, 4, 6]);
  return [requantised(sums, (i) => factor(i % columns), inputs[7])];
};

/** `A, scale, zero, B, scale, zero, C, scale of Y, zero of Y`, of ONNX Runtime. */
const qGemm: Computed = (node, inputs) => {
  if (intOf(node, 'transA', 0) !== 0) throw notComputed('QGemm of a transposed batch');
  const a = centred(required(inputs, 0, node), inputs[2], 0);
  const isTurned = intOf(node, 'transB', 0) === 1;
  const b = centred(required(inputs, 3, node), inputs[5], isTurned ? 0 : 1);
  const [rows, columns] = b.dims;
  const kernel = isTurned
    ? constantOf(
        [columns, rows],
        Float64Array.from(b.data, (_, i) => b.data[(i % rows) * columns + Math.floor(i / rows)]),
        true,
      )
    : b;
  const sums = matrixProduct(a, kernel, node);
  const units = sums.dims[1];
  const bias = inputs[6];
  const alpha = floatOf(node, 'alpha', 1);
  const biased = constantOf(
    sums.dims,
    Float64Array.from(sums.data, (value, i) => value + (bias?.data[i % units] ?? 0)),
    true,
  );
  const [sa, sb] = [required(inputs, 1, node).data, required(inputs, 4, node).data];
  const product = (i: number): number => alpha * Math.fround(sa[0] * sb[sb.length === 1 ? 0 : i % units]);
  const [scale, zero] = [inputs[7], inputs[8]];
  if (!scale)
    return [
      floats(
        sums.dims,
        Float32Array.from(biased.data, (value, i) => value * product(i)),
      ),
    ];
  return [requantised(biased, (i) => Math.fround(product(i) / scale.data[0]), zero)];
};

/** An operator of ONNX Runtime over two quantised values: `A, scale, zero, B, scale, zero, scale of C, zero of C`. */
const ofTwo =
  (work: (a: number, b: number) => number): Computed =>
  (node, inputs) => {
    const a = dequantised(required(inputs, 0, node), scaleAt(node, inputs, 1));
    const b = dequantised(required(inputs, 3, node), scaleAt(node, inputs, 4));
    return [quantised(pairwise(a, b, work), scaleAt(node, inputs, 6))];
  };

/** The same over one: `X, scale, zero, scale of Y, zero of Y`. */
const ofOne =
  (work: (node: NodeProto) => (x: number) => number): Computed =>
  (node, inputs) => {
    const x = dequantised(required(inputs, 0, node), scaleAt(node, inputs, 1));
    return [quantised(floats(x.dims, Float32Array.from(x.data, work(node))), scaleAt(node, inputs, 3))];
  };

export const quantisedComputed: Readonly<Record<string, Computed>> = {
  QuantizeLinear: (node, inputs) => [
    quantised(required(inputs, 0, node), scaleAt(node, inputs, 1), intOf(node, 'axis', 1)),
  ],
  DequantizeLinear: (node, inputs) => [
    dequantised(required(inputs, 0, node), scaleAt(node, inputs, 1), intOf(node, 'axis', 1)),
  ],
  DynamicQuantizeLinear: dynamic,
  MatMulInteger: matMulInteger,
  ConvInteger: convInteger,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QGemm: qGemm,
  QLinearAdd: ofTwo((a, b) => a + b),
  QLinearMul: ofTwo((a, b) => a * b),
  QLinearSigmoid: ofOne(() => (x) => 1 / (1 + Math.exp(-x))),
  QLinearLeakyRelu: ofOne((node) => {
    const alpha = floatOf(node, 'alpha', 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  }),
};
