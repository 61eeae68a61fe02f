/** Activations, normalisations, pooling, sums along axes, resizing, padding. */
import {
  axisOf,
  type Constant,
  constantOf,
  each,
  listed,
  pairwise,
  reshapeDims,
  sizeOf,
  transposeConstant,
} from '../constants.ts';
import { attributeOf, floatOf, intOf, intsOf, notComputed, textOf } from '../nodes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { windowsOf } from './products.ts';
import { type Computed, floats, required } from './shared.ts';

/** Source: Abramowitz & Stegun 7.1.26 is not exact enough; a series below 3, a continued fraction above. */
const erf = (x: number): number => {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 3) {
    let [term, sum] = [size, size];
    for (let n = 1; n < 80; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = size;
  for (let n = 40; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (fraction * Math.sqrt(Math.PI)));
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const unary =
  (make: (node: NodeProto) => (x: number) => number): Computed =>
  (node, inputs) => [each(required(inputs, 0, node), make(node))];

const clip: Computed = (node, inputs) => {
  const low = inputs[1]?.data[0] ?? attributeOf(node, 'min')?.f ?? Number.NEGATIVE_INFINITY;
  const high = inputs[2]?.data[0] ?? attributeOf(node, 'max')?.f ?? Number.POSITIVE_INFINITY;
  return [each(required(inputs, 0, node), (x) => Math.min(high, Math.max(low, x)))];
};

/** Rows of values along the last axes from one on. */
const rowsFrom = (x: Constant, axis: number): number => sizeOf(x.dims.slice(axisOf(axis, x.dims.length)));

const softmax =
  (finish: (value: number, most: number, sum: number) => number): Computed =>
  (node, inputs, opset) => {
    const x = required(inputs, 0, node);
    const axis = axisOf(intOf(node, 'axis', opset >= 13 ? -1 : 1), x.dims.length);
    if (opset >= 13 && axis !== x.dims.length - 1) throw notComputed(`${node.opType} of an inner axis`);
    const length = rowsFrom(x, axis);
    const out = new Float32Array(x.data.length);
    for (let from = 0; from < out.length; from += length) {
      let most = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < length; i++) most = Math.max(most, x.data[from + i]);
      let sum = 0;
      for (let i = 0; i < length; i++) sum += Math.exp(x.data[from + i] - most);
      for (let i = 0; i < length; i++) out[from + i] = finish(x.data[from + i], most, sum);
    }
    return [floats(x.dims, out)];
  };

/** `scale x + offset` of each channel, which is axis 1. */
const byChannel = (x: Constant, work: (value: number, channel: number) => number): Constant => {
  const inner = sizeOf(x.dims.slice(2));
  return floats(
    x.dims,
    Float32Array.from(x.data, (value, i) => work(value, Math.floor(i / inner) % x.dims[1])),
  );
};

const batchNormalization: Computed = (node, inputs) => {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((at) => required(inputs, at, node));
  const epsilon = floatOf(node, 'epsilon', 1e-5);
  return [
    byChannel(
      x,
      (value, c) => (scale.data[c] * (value - mean.data[c])) / Math.sqrt(variance.data[c] + epsilon) + bias.data[c],
    ),
  ];
};

/** Rows of `length` to mean 0 and variance 1. */
const standardised = (x: Constant, length: number, epsilon: number): Float32Array => {
  const out = new Float32Array(x.data.length);
  for (let from = 0; from < out.length; from += length) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < length; i++) sum += x.data[from + i];
    const mean = sum / length;
    for (let i = 0; i < length; i++) squares += (x.data[from + i] - mean) ** 2;
    const deviation = Math.sqrt(squares / length + epsilon);
    for (let i = 0; i < length; i++) out[from + i] = (x.data[from + i] - mean) / deviation;
  }
  return out;
};

const instanceNormalization: Computed = (node, inputs) => {
  const [x, scale, bias] = [0, 1, 2].map((at) => required(inputs, at, node));
  const even = floats(x.dims, standardised(x, sizeOf(x.dims.slice(2)), floatOf(node, 'epsilon', 1e-5)));
  return [byChannel(even, (value, c) => scale.data[c] * value + bias.data[c])];
};

const layerNormalization: Computed = (node, inputs) => {
  const [x, scale] = [required(inputs, 0, node), required(inputs, 1, node)];
  const length = rowsFrom(x, intOf(node, 'axis', -1));
  const even = standardised(x, length, floatOf(node, 'epsilon', 1e-5));
  const bias = inputs[2]?.data;
  return [
    floats(
      x.dims,
      even.map((value, i) => value * scale.data[i % scale.data.length] + (bias ? bias[i % bias.length] : 0)),
    ),
  ];
};

const pool =
  (isMost: boolean): Computed =>
  (node, inputs) => {
    const x = required(inputs, 0, node);
    const [count, channels, height, width] = x.dims;
    const kernel = intsOf(node, 'kernel_shape') ?? [];
    const { strides, dilations, pads, output } = windowsOf(node, x.dims.slice(2), kernel);
    const countsAll = intOf(node, 'count_include_pad', 0) === 1;
    const out = new Float32Array(count * channels * output[0] * output[1]);
    for (let at = 0; at < out.length; at++) {
      const [r, s] = [Math.floor(at / output[1]) % output[0], at % output[1]];
      const base = Math.floor(at / (output[0] * output[1])) * height * width;
      let [most, sum, seen] = [Number.NEGATIVE_INFINITY, 0, 0];
      for (let i = 0; i < kernel[0]; i++)
        for (let j = 0; j < kernel[1]; j++) {
          const y = r * strides[0] + i * dilations[0] - pads[0];
          const z = s * strides[1] + j * dilations[1] - pads[1];
          if (y < 0 || z < 0 || y >= height || z >= width) continue;
          const value = x.data[base + y * width + z];
          most = Math.max(most, value);
          sum += value;
          seen += 1;
        }
      out[at] = isMost ? most : sum / (countsAll ? kernel[0] * kernel[1] : seen);
    }
    return [
      { ...constantOf([count, channels, ...output], out, x.isInteger), ...(x.limits ? { limits: x.limits } : {}) },
    ];
  };

interface Reduction {
  readonly start: number;
  readonly step: (sum: number, value: number) => number;
  readonly finish?: (sum: number, count: number) => number;
}

const reduce =
  ({ start, step, finish = (sum) => sum }: Reduction, everywhere = false): Computed =>
  (node, inputs) => {
    const x = required(inputs, 0, node);
    const rank = x.dims.length;
    const all = x.dims.map((_, i) => i);
    const stated = everywhere ? all.slice(2) : listed(node, inputs, 1, 'axes');
    const axes = new Set((stated === null || stated.length === 0 ? all : stated).map((axis) => axisOf(axis, rank)));
    const kept = all.filter((axis) => !axes.has(axis));
    const moved = transposeConstant(x, [...kept, ...axes]);
    const length = sizeOf([...axes].map((axis) => x.dims[axis]));
    const out = new Float32Array(sizeOf(kept.map((axis) => x.dims[axis])));
    for (let row = 0; row < out.length; row++) {
      let sum = start;
      for (let i = 0; i < length; i++) sum = step(sum, moved.data[row * length + i]);
      out[row] = finish(sum, length);
    }
    const keeps = everywhere || intOf(node, 'keepdims', 1) === 1;
    const dims = keeps ? x.dims.map((dim, axis) => (axes.has(axis) ? 1 : dim)) : kept.map((axis) => x.dims[axis]);
    return [constantOf(dims, out, x.isInteger)];
  };

const sum: Reduction = { start: 0, step: (total, value) => total + value };
const mean: Reduction = { ...sum, finish: (total, count) => total / count };
const most: Reduction = { start: Number.NEGATIVE_INFINITY, step: Math.max };
const squares: Reduction = { start: 0, step: (total, value) => total + value * value };

const pad: Computed = (node, inputs) => {
  const x = required(inputs, 0, node);
  const rank = x.dims.length;
  const pads = listed(node, inputs, 1, 'pads') ?? [];
  const mode = textOf(node, 'mode', 'constant');
  if (pads.length !== 2 * rank || !['constant', 'reflect', 'edge'].includes(mode)) throw notComputed(`Pad by ${mode}`);
  const fill = inputs[2]?.data[0] ?? floatOf(node, 'value', 0);
  const dims = x.dims.map((dim, axis) => dim + pads[axis] + pads[axis + rank]);
  if (!(sizeOf(dims) <= 2 ** 24) || dims.some((dim) => dim < 0)) throw notComputed('Pad to a large value');
  const out = new Float32Array(sizeOf(dims));
  const within = (index: number, size: number): number | null => {
    if (index >= 0 && index < size) return index;
    if (mode === 'constant') return null;
    if (mode === 'edge') return Math.min(size - 1, Math.max(0, index));
    return Math.min(size - 1, Math.abs(index < 0 ? index : 2 * (size - 1) - index));
  };
  for (let i = 0; i < out.length; i++) {
    let [rest, at, step, isFill] = [i, 0, 1, false];
    for (let axis = rank - 1; axis >= 0; axis--) {
      const index = within((rest % dims[axis]) - pads[axis], x.dims[axis]);
      rest = Math.floor(rest / dims[axis]);
      if (index === null) isFill = true;
      else at += index * step;
      step *= x.dims[axis];
    }
    out[i] = isFill ? fill : x.data[at];
  }
  return [constantOf(dims, out, x.isInteger)];
};

/** Shares of two places along an axis in each place of the resized one. */
const placesAlong = (node: NodeProto, from: number, to: number, isOld: boolean) => {
  const form = isOld ? 'asymmetric' : textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const isLinear = textOf(node, 'mode', 'nearest') === 'linear';
  const rounding = isOld ? 'floor' : textOf(node, 'nearest_mode', 'round_prefer_floor');
  const scale = to / from;
  return Array.from({ length: to }, (_, i): readonly [number, number, number] => {
    const place =
      form === 'asymmetric'
        ? i / scale
        : form === 'align_corners'
          ? (i * (from - 1)) / Math.max(1, to - 1)
          : form === 'pytorch_half_pixel' && to === 1
            ? 0
            : (i + 0.5) / scale - 0.5;
    const edge = (value: number): number => Math.min(from - 1, Math.max(0, value));
    if (isLinear) {
      const at = edge(place);
      return [Math.floor(at), edge(Math.floor(at) + 1), at - Math.floor(at)];
    }
    const near =
      rounding === 'floor'
        ? Math.floor(place)
        : rounding === 'ceil'
          ? Math.ceil(place)
          : rounding === 'round_prefer_ceil'
            ? Math.floor(place + 0.5)
            : Math.ceil(place - 0.5);
    return [edge(near), edge(near), 0];
  });
};

const resize: Computed = (node, inputs, opset) => {
  const x = required(inputs, 0, node);
  const isOld = opset < 11 || node.opType === 'Upsample';
  const scales = (isOld ? inputs[1] : inputs[2])?.data ?? attributeOf(node, 'scales')?.floats ?? [];
  const sizes = isOld ? undefined : inputs[3]?.data;
  const dims = x.dims.map((dim, axis) => (sizes?.length ? sizes[axis] : Math.floor(dim * scales[axis] + 1e-6)));
  if (!['nearest', 'linear'].includes(textOf(node, 'mode', 'nearest')) || !(sizeOf(dims) <= 2 ** 24))
    throw notComputed('Resize');
  return [
    dims.reduce<Constant>((value, dim, axis) => {
      if (dim === value.dims[axis]) return value;
      const inner = sizeOf(value.dims.slice(axis + 1));
      const outer = sizeOf(value.dims.slice(0, axis));
      const places = placesAlong(node, value.dims[axis], dim, isOld);
      const out = new Float32Array(outer * dim * inner);
      for (let o = 0; o < outer; o++)
        places.forEach(([low, high, share], i) => {
          for (let k = 0; k < inner; k++) {
            const base = o * value.dims[axis];
            out[(o * dim + i) * inner + k] =
              (1 - share) * value.data[(base + low) * inner + k] + share * value.data[(base + high) * inner + k];
          }
        });
      return floats(
        value.dims.map((own, i) => (i === axis ? dim : own)),
        out,
      );
    }, x),
  ];
};

const flatten: Computed = (node, inputs) => {
  const x = required(inputs, 0, node);
  const axis = axisOf(intOf(node, 'axis', 1), x.dims.length);
  const dims = reshapeDims(x.dims, [sizeOf(x.dims.slice(0, axis)), -1], true);
  return [{ ...x, dims }];
};

const split: Computed = (node, inputs) => {
  const x = required(inputs, 0, node);
  const axis = axisOf(intOf(node, 'axis', 0), x.dims.length);
  const each_ = Math.ceil(x.dims[axis] / node.output.length);
  const sizes =
    listed(node, inputs, 1, 'split') ?? node.output.map((_, i) => Math.min(each_, x.dims[axis] - i * each_));
  const inner = sizeOf(x.dims.slice(axis + 1));
  let from = 0;
  return sizes.map((size) => {
    const start = from;
    from += size;
    const dims = x.dims.map((dim, i) => (i === axis ? size : dim));
    const data = Float32Array.from({ length: sizeOf(dims) }, (_, i) => {
      const [o, rest] = [Math.floor(i / (size * inner)), i % (size * inner)];
      return x.data[(o * x.dims[axis] + start) * inner + rest];
    });
    return constantOf(dims, data, x.isInteger);
  });
};

const lpNormalization: Computed = (node, inputs) => {
  const x = required(inputs, 0, node);
  if (axisOf(intOf(node, 'axis', -1), x.dims.length) !== x.dims.length - 1)
    throw notComputed('LpNormalization of an inner axis');
  const length = x.dims[x.dims.length - 1];
  const p = intOf(node, 'p', 2);
  const rows = Array.from({ length: x.data.length / length }, (_, row) => {
    let total = 0;
    for (let i = 0; i < length; i++) total += Math.abs(x.data[row * length + i]) ** p;
    return total ** (1 / p);
  });
  return [
    floats(
      x.dims,
      Float32Array.from(x.data, (value, i) => value / rows[Math.floor(i / length)]),
    ),
  ];
};

export const othersComputed: Readonly<Record<string, Computed>> = {
  Relu: unary(() => (x) => Math.max(0, x)),
  Sigmoid: unary(() => sigmoid),
  Tanh: unary(() => Math.tanh),
  Erf: unary(() => erf),
  Softplus: unary(() => softplus),
  Softsign: unary(() => (x) => x / (1 + Math.abs(x))),
  Mish: unary(() => (x) => x * Math.tanh(softplus(x))),
  Silu: unary(() => (x) => x * sigmoid(x)),
  HardSwish: unary(() => (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5))),
  Sin: unary(() => Math.sin),
  Cos: unary(() => Math.cos),
  Sign: unary(() => Math.sign),
  Gelu: unary(
    (node) => (x) =>
      textOf(node, 'approximate', 'none') === 'tanh'
        ? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
        : 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  ),
  Elu: unary((node) => {
    const alpha = floatOf(node, 'alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  }),
  Selu: unary((node) => {
    const [alpha, gamma] = [floatOf(node, 'alpha', 1.67326319), floatOf(node, 'gamma', 1.05070102)];
    return (x) => gamma * (x < 0 ? alpha * Math.expm1(x) : x);
  }),
  HardSigmoid: unary((node) => {
    const [alpha, beta] = [floatOf(node, 'alpha', 0.2), floatOf(node, 'beta', 0.5)];
    return (x) => Math.min(1, Math.max(0, alpha * x + beta));
  }),
  Clip: clip,
  PRelu: (node, inputs) => [
    pairwise(required(inputs, 0, node), required(inputs, 1, node), (x, slope) => (x < 0 ? slope * x : x)),
  ],
  Sum: (_node, inputs) => [inputs.flatMap((value) => value ?? []).reduce((a, b) => pairwise(a, b, (x, y) => x + y))],
  Softmax: softmax((value, top, total) => Math.exp(value - top) / total),
  LogSoftmax: softmax((value, top, total) => value - top - Math.log(total)),
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LpNormalization: lpNormalization,
  MaxPool: pool(true),
  AveragePool: pool(false),
  GlobalAveragePool: reduce(mean, true),
  GlobalMaxPool: reduce(most, true),
  ReduceSum: reduce(sum),
  ReduceMean: reduce(mean),
  ReduceMax: reduce(most),
  ReduceMin: reduce({ start: Number.POSITIVE_INFINITY, step: Math.min }),
  ReduceSumSquare: reduce(squares),
  ReduceL2: reduce({ ...squares, finish: Math.sqrt }),
  ReduceL1: reduce({ start: 0, step: (total, value) => total + Math.abs(value) }),
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  Flatten: flatten,
  Dropout: (node, inputs) => [required(inputs, 0, node)],
  Split: split,
};
