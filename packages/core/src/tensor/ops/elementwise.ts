/**
 * Smooth and broken lines that act on each value by itself: the activations beside those that ONNX Runtime fuses.
 *
 * Each is its value, its slope, and both as ONNX nodes; a gradient is the slope times what comes back. Slopes at a kink
 * are those of PyTorch.
 */
import { STEEP } from '../steep.ts';
import { type EmitContext, opTensor, type Tensor } from '../tensor.ts';

interface Curve {
  readonly op: string;
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
  /** The names of the values, from the name of the argument. */
  readonly emit: (e: EmitContext, x: string) => string;
  readonly emitSlope: (e: EmitContext, x: string) => string;
}

const slopeTimes = (curve: Curve, x: Tensor, dy: Tensor): Tensor =>
  opTensor(`${curve.op}Gradient`, x.dims, [x, dy], {
    gradient: (d) => [null, slopeTimes(curve, x, d)],
    emit: (e, [argument, gradient]) => e.node('Mul', [curve.emitSlope(e, argument), gradient]),
    evaluate: ([argument, gradient]) => ({
      dims: argument.dims,
      data: argument.data.map((value, i) => curve.slope(value) * gradient.data[i]),
    }),
  });

const along = (curve: Curve, x: Tensor): Tensor =>
  opTensor(curve.op, x.dims, [x], {
    gradient: (dy) => [slopeTimes(curve, x, dy)],
    emit: (e, [name]) => curve.emit(e, name),
    evaluate: ([argument]) => ({ dims: argument.dims, data: argument.data.map(curve.value) }),
  });

const number = (e: EmitContext, value: number): string => e.floats([value], []);
const times = (e: EmitContext, x: string, factor: number): string => e.node('Mul', [x, number(e, factor)]);
const plus = (e: EmitContext, x: string, offset: number): string => e.node('Add', [x, number(e, offset)]);
const above = (e: EmitContext, x: string, limit: number): string => e.node('Greater', [x, number(e, limit)]);
const where = (e: EmitContext, condition: string, yes: string, no: string): string =>
  e.node('Where', [condition, yes, no]);
const clip = (e: EmitContext, x: string, low: number, high: number): string =>
  e.node('Clip', [x, number(e, low), number(e, high)]);
/** `exp(x)` of what is not above 0. */
const expBelow = (e: EmitContext, x: string): string => e.node('Exp', [e.node('Min', [x, number(e, 0)])]);

/** Keras' ReLU: 0 or a line below the threshold, the value above it, no more than a maximum. */
export interface ReluShape {
  /** Slope below the threshold. */
  readonly slope: number;
  readonly threshold: number;
  /** Infinite for none. */
  readonly maximum: number;
}

/** `x` from the threshold up, at most `maximum`; `slope (x - threshold)` below it. Source: Keras, `ReLU`. */
export const shapedRelu = (x: Tensor, { slope, threshold, maximum }: ReluShape): Tensor => {
  const most = Math.min(maximum, 3.4e38);
  const curve: Curve = {
    op: 'shapedRelu',
    value: (v) => (v >= threshold ? Math.min(v, maximum) : slope * (v - threshold)),
    slope: (v) => (v <= threshold ? slope : v >= maximum ? 0 : 1),
    emit: (e, name) => {
      const line = times(e, plus(e, name, -threshold), slope);
      const kept = e.node('GreaterOrEqual', [name, number(e, threshold)]);
      return where(e, kept, e.node('Min', [name, number(e, most)]), line);
    },
    emitSlope: (e, name) => {
      const rising = where(e, e.node('GreaterOrEqual', [name, number(e, most)]), number(e, 0), number(e, 1));
      return where(e, above(e, name, threshold), rising, number(e, slope));
    },
  };
  return along(curve, x);
};

/** `x` above 0, `slope x` below. Source: Maas, Hannun & Ng 2013. */
export const leakyRelu = (x: Tensor, slope: number): Tensor =>
  along(
    {
      op: 'leakyRelu',
      value: (v) => (v > 0 ? v : slope * v),
      slope: (v) => (v > 0 ? 1 : slope),
      emit: (e, name) => e.node('LeakyRelu', [name], { alpha: { float: slope } }),
      // A steep line cut at both slopes: a quarter of the time of a choice by comparison.
      emitSlope: (e, name) =>
        slope < 1
          ? clip(e, times(e, name, STEEP), slope, 1)
          : where(e, above(e, name, 0), number(e, 1), number(e, slope)),
    },
    x,
  );

/** `factor x` above 0, `factor alpha (exp(x) - 1)` below. */
const scaledElu = (op: string, x: Tensor, alpha: number, factor: number): Tensor =>
  along(
    {
      op,
      value: (v) => factor * (v > 0 ? v : alpha * Math.expm1(v)),
      slope: (v) => factor * (v > 0 ? 1 : alpha * Math.exp(v)),
      emit: (e, name) => {
        const below = times(e, plus(e, expBelow(e, name), -1), factor * alpha);
        return where(e, above(e, name, 0), factor === 1 ? name : times(e, name, factor), below);
      },
      emitSlope: (e, name) =>
        where(e, above(e, name, 0), number(e, factor), times(e, expBelow(e, name), factor * alpha)),
    },
    x,
  );

/** `x` above 0, `alpha (exp(x) - 1)` below. Source: Clevert, Unterthiner & Hochreiter 2016. */
export const elu = (x: Tensor, alpha: number): Tensor => scaledElu('elu', x, alpha, 1);

const SELU_ALPHA = 1.6732632423543772;
const SELU_FACTOR = 1.0507009873554805;

/** ELU of fixed scale and alpha. Source: Klambauer et al. 2017, equation 2. */
export const selu = (x: Tensor): Tensor => scaledElu('selu', x, SELU_ALPHA, SELU_FACTOR);

/** The error function: by its series, and far out by its asymptotic one; to about 1e-10. */
const erf = (x: number): number => {
  const a = Math.abs(x);
  if (a > 4.5) {
    const inverse = 1 / (2 * a * a);
    const tail = Math.exp(-a * a) / (a * Math.sqrt(Math.PI));
    return Math.sign(x) * (1 - tail * (1 - inverse + 3 * inverse ** 2 - 15 * inverse ** 3));
  }
  let [sum, term] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};

const normal = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const cumulative = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

const emitCumulative = (e: EmitContext, x: string): string =>
  times(e, plus(e, e.node('Erf', [times(e, x, Math.SQRT1_2)]), 1), 0.5);

/** `x Phi(x)`, Phi the cumulative normal distribution. Source: Hendrycks & Gimpel 2016. */
export const gelu = (x: Tensor): Tensor =>
  along(
    {
      op: 'gelu',
      value: (v) => v * cumulative(v),
      slope: (v) => cumulative(v) + v * normal(v),
      emit: (e, name) => e.node('Mul', [name, emitCumulative(e, name)]),
      emitSlope: (e, name) => {
        const density = times(
          e,
          e.node('Exp', [times(e, e.node('Mul', [name, name]), -0.5)]),
          1 / Math.sqrt(2 * Math.PI),
        );
        return e.node('Add', [emitCumulative(e, name), e.node('Mul', [name, density])]);
      },
    },
    x,
  );

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** `tanh(sqrt(2 / pi) (x + 0.044715 x^3))` */
const emitGeluTanh = (e: EmitContext, x: string): string => {
  const square = e.node('Mul', [x, x]);
  return e.node('Tanh', [times(e, e.node('Mul', [x, plus(e, times(e, square, GELU_CUBE), 1)]), GELU_SCALE)]);
};

/** GELU by a hyperbolic tangent: `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`. Source: Hendrycks & Gimpel 2016. */
export const geluTanh = (x: Tensor): Tensor => {
  const inner = (v: number): number => Math.tanh(GELU_SCALE * (v + GELU_CUBE * v ** 3));
  const rise = (v: number): number => GELU_SCALE * (1 + 3 * GELU_CUBE * v * v);
  return along(
    {
      op: 'geluTanh',
      value: (v) => (v * (1 + inner(v))) / 2,
      slope: (v) => (1 + inner(v)) / 2 + (v * (1 - inner(v) ** 2) * rise(v)) / 2,
      emit: (e, name) => e.node('Mul', [times(e, name, 0.5), plus(e, emitGeluTanh(e, name), 1)]),
      emitSlope: (e, name) => {
        const t = emitGeluTanh(e, name);
        const square = e.node('Mul', [name, name]);
        const rest = e.node('Sub', [number(e, 1), e.node('Mul', [t, t])]);
        const steep = times(e, plus(e, times(e, square, 3 * GELU_CUBE), 1), GELU_SCALE);
        const second = e.node('Mul', [e.node('Mul', [name, rest]), steep]);
        return times(e, e.node('Add', [plus(e, t, 1), second]), 0.5);
      },
    },
    x,
  );
};

const softplusOf = (v: number): number => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
const sigmoidOf = (v: number): number => 1 / (1 + Math.exp(-v));

/** `tanh(softplus(x))` */
const emitMishGate = (e: EmitContext, x: string): string => {
  const small = e.node('Exp', [e.node('Neg', [e.node('Abs', [x])])]);
  return e.node('Tanh', [e.node('Add', [e.node('Relu', [x]), e.node('Log', [plus(e, small, 1)])])]);
};

/** `x tanh(log(1 + exp(x)))`. Source: Misra 2019. */
export const mish = (x: Tensor): Tensor => {
  const gate = (v: number): number => Math.tanh(softplusOf(v));
  return along(
    {
      op: 'mish',
      value: (v) => v * gate(v),
      slope: (v) => gate(v) + v * sigmoidOf(v) * (1 - gate(v) ** 2),
      emit: (e, name) => e.node('Mul', [name, emitMishGate(e, name)]),
      emitSlope: (e, name) => {
        const t = emitMishGate(e, name);
        const rest = e.node('Sub', [number(e, 1), e.node('Mul', [t, t])]);
        return e.node('Add', [t, e.node('Mul', [e.node('Mul', [name, e.node('Sigmoid', [name])]), rest])]);
      },
    },
    x,
  );
};

/** `x / (1 + |x|)`. */
export const softsign = (x: Tensor): Tensor =>
  along(
    {
      op: 'softsign',
      value: (v) => v / (1 + Math.abs(v)),
      slope: (v) => 1 / (1 + Math.abs(v)) ** 2,
      emit: (e, name) => e.node('Div', [name, plus(e, e.node('Abs', [name]), 1)]),
      emitSlope: (e, name) => {
        const inverse = e.node('Div', [number(e, 1), plus(e, e.node('Abs', [name]), 1)]);
        return e.node('Mul', [inverse, inverse]);
      },
    },
    x,
  );

const clipped = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** 1 between the limits, 0 outside and on them. */
const emitBetween = (e: EmitContext, x: string, low: number, high: number, inside: string): string =>
  where(e, e.node('And', [above(e, x, low), e.node('Less', [x, number(e, high)])]), inside, number(e, 0));

/** `min(max(x / 6 + 1 / 2, 0), 1)`. Source: Keras 3 and PyTorch, `hard_sigmoid`. */
export const hardSigmoid = (x: Tensor): Tensor =>
  along(
    {
      op: 'hardSigmoid',
      value: (v) => clipped(v / 6 + 0.5, 0, 1),
      slope: (v) => (v > -3 && v < 3 ? 1 / 6 : 0),
      emit: (e, name) => clip(e, plus(e, times(e, name, 1 / 6), 0.5), 0, 1),
      emitSlope: (e, name) => emitBetween(e, name, -3, 3, number(e, 1 / 6)),
    },
    x,
  );

/** `x min(max(x / 6 + 1 / 2, 0), 1)`. Source: Howard et al. 2019, MobileNetV3, equation of h-swish. */
export const hardSilu = (x: Tensor): Tensor =>
  along(
    {
      op: 'hardSilu',
      value: (v) => v * clipped(v / 6 + 0.5, 0, 1),
      slope: (v) => (v >= 3 ? 1 : v > -3 ? v / 3 + 0.5 : 0),
      emit: (e, name) => e.node('Mul', [name, clip(e, plus(e, times(e, name, 1 / 6), 0.5), 0, 1)]),
      emitSlope: (e, name) => {
        const inside = emitBetween(e, name, -3, 3, plus(e, times(e, name, 1 / 3), 0.5));
        return where(e, e.node('GreaterOrEqual', [name, number(e, 3)]), number(e, 1), inside);
      },
    },
    x,
  );
