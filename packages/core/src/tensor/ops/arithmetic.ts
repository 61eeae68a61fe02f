/**
 * Element-wise arithmetic: add, subtract, multiply, divide, square, square root, exponential, and scalar forms.
 * The second operand has the first one's shape or is a scalar.
 */
import { type NdArray, opTensor, requireDims, sameDims, scalar, type Tensor } from '../tensor.ts';
import { sumAll } from './reduce.ts';

type Fn = (a: number, b: number) => number;

const binaryValue =
  (fn: Fn) =>
  ([a, b]: readonly NdArray[]): NdArray => {
    const one = b.data.length === 1;
    return { dims: a.dims, data: a.data.map((value, i) => fn(value, b.data[one ? 0 : i])) };
  };

const unaryValue =
  (fn: (a: number) => number) =>
  ([a]: readonly NdArray[]): NdArray => ({ dims: a.dims, data: a.data.map(fn) });

const isScalar = (t: Tensor): boolean => t.dims.length === 0;

/** A scalar operand's gradient is the sum over what it was spread to. */
const unspread = (like: Tensor, gradient: Tensor): Tensor =>
  isScalar(like) && !isScalar(gradient) ? sumAll(gradient) : gradient;

const binary = (
  op: string,
  onnx: string,
  fn: Fn,
  a: Tensor,
  b: Tensor,
  gradient: (dy: Tensor) => readonly [Tensor, Tensor],
): Tensor => {
  requireDims(op, sameDims(a.dims, b.dims) || isScalar(b), a, b);
  return opTensor(op, a.dims, [a, b], {
    gradient: (dy) => {
      const [da, db] = gradient(dy);
      return [da, unspread(b, db)];
    },
    emit: (e, inputs) => e.node(onnx, inputs),
    evaluate: binaryValue(fn),
  });
};

/** `a + b`. */
export const add = (a: Tensor, b: Tensor): Tensor =>
  binary(
    'add',
    'Add',
    (x, y) => x + y,
    a,
    b,
    (dy) => [dy, dy],
  );

/** `a - b`. */
export const subtract = (a: Tensor, b: Tensor): Tensor =>
  binary(
    'subtract',
    'Sub',
    (x, y) => x - y,
    a,
    b,
    (dy) => [dy, scale(dy, -1)],
  );

/** The operands of a tensor that an op of this name gives; null for another. */
const operandsOf = ({ producer }: Tensor, op: string): readonly Tensor[] | null =>
  producer.kind === 'op' && producer.op === op ? producer.inputs : null;

/** `a * b`, element by element. A repeated scalar is multiplied by as what it is: no array is made of it. */
export const multiply = (a: Tensor, b: Tensor): Tensor => {
  const [repeated] = operandsOf(b, 'spread') ?? [];
  if (repeated) return multiply(a, repeated);
  const [factor] = operandsOf(a, 'spread') ?? [];
  if (factor && !isScalar(b)) return multiply(b, factor);
  return binary(
    'multiply',
    'Mul',
    (x, y) => x * y,
    a,
    b,
    (dy) => [multiply(dy, b), multiplyAny(dy, a)],
  );
};

/** `a / b`, element by element. */
export const divide = (a: Tensor, b: Tensor): Tensor =>
  binary(
    'divide',
    'Div',
    (x, y) => x / y,
    a,
    b,
    (dy) => [divide(dy, b), scale(divide(multiplyAny(dy, a), square(b)), -1)],
  );

/** `dy * a`, where `dy` may be the scalar. */
const multiplyAny = (dy: Tensor, a: Tensor): Tensor => (isScalar(dy) ? multiply(a, dy) : multiply(dy, a));

/** `factor * a`. */
export const scale = (a: Tensor, factor: number): Tensor => (factor === 1 ? a : multiply(a, scalar(factor)));

/** `a + offset`. */
export const shift = (a: Tensor, offset: number): Tensor => add(a, scalar(offset));

const unary = (
  op: string,
  onnx: string,
  fn: (a: number) => number,
  a: Tensor,
  gradient: (dy: Tensor, y: Tensor) => Tensor,
): Tensor => {
  const y: Tensor = opTensor(op, a.dims, [a], {
    gradient: (dy) => [gradient(dy, y)],
    emit: (e, inputs) => e.node(onnx, inputs),
    evaluate: unaryValue(fn),
  });
  return y;
};

/** `2 a dy`; in one pass over the array where `dy` is the same everywhere, as that of a sum is. */
const squareGradient = (a: Tensor, dy: Tensor): Tensor => {
  const [repeated] = operandsOf(dy, 'spread') ?? [];
  return repeated ? multiply(a, scale(repeated, 2)) : multiply(scale(a, 2), dy);
};

/** `a^2`. */
export const square = (a: Tensor): Tensor =>
  opTensor('square', a.dims, [a], {
    gradient: (dy) => [squareGradient(a, dy)],
    emit: (e, [x]) => e.node('Mul', [x, x]),
    evaluate: unaryValue((x) => x * x),
  });

/** `sqrt(a)`; the gradient is infinite at 0. */
export const squareRoot = (a: Tensor): Tensor =>
  unary('squareRoot', 'Sqrt', Math.sqrt, a, (dy, y) => divide(scale(dy, 0.5), y));

/** `exp(a)`. */
export const exponential = (a: Tensor): Tensor => unary('exponential', 'Exp', Math.exp, a, (dy, y) => multiply(dy, y));
