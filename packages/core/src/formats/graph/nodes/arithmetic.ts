/** Nodes that add, multiply and the like: two values, or a value and a constant. */
import { broadcastDims, type Constant } from '../../../tensor/onnx/constants.ts';
import { notLayers } from '../model.ts';
import { fullDims, type NodeContext, type NodeReader, type Noise, type Value } from '../node-context.ts';
import { dimsOf, isLastAxis, sameView, settleImage, settlePlain, type View } from '../view.ts';
import { onValues } from './activations.ts';

const MOST = 1e6;

/** A view whose layer has the graph's axis as its last, where that can be had. */
const withLastAxis = (view: View, axis: number, { drafts }: NodeContext): View => {
  if (isLastAxis(view, axis)) return view;
  const settled = axis === 0 && view.axes.length === 3 ? settleImage(view, drafts) : settlePlain(view, drafts);
  if (isLastAxis(settled, axis)) return settled;
  throw notLayers('a constant for each row or column');
};

/** `scale x + offset`, where one of the two is a constant of the graph and the other a number. */
const shifted = (
  context: NodeContext,
  view: View,
  constant: Constant,
  form: (value: number) => readonly [scale: number, offset: number],
): View => {
  const dims = [context.batch, ...dimsOf(view)];
  const all = broadcastDims(dims, constant.dims);
  if (all.length !== dims.length || all.some((dim, i) => dim !== dims[i]))
    throw notLayers('a value that a constant stretches');
  if (constant.data.length === 1) {
    const [scale, offset] = form(constant.data[0]);
    if (scale === 1 && offset === 0) return view;
    if (![scale, offset].every((value) => Math.abs(value) <= MOST)) throw notLayers('numbers beyond a million');
    return onValues(context, view, { type: 'rescaling', scale, offset });
  }
  const wide = constant.dims.flatMap((dim, i) => (dim === 1 ? [] : [dims.length - constant.dims.length + i]));
  if (wide.length !== 1 || wide[0] < 1) throw notLayers(`a constant of [${constant.dims}]`);
  const settled = withLastAxis(view, wide[0] - 1, context);
  const pairs = Array.from(constant.data, form);
  return {
    ...settled,
    of: context.drafts.affine(
      settled.of,
      Float32Array.from(pairs, ([scale]) => scale),
      Float32Array.from(pairs, ([, offset]) => offset),
    ),
  };
};

type Join = 'add' | 'subtract' | 'multiply' | 'maximum' | 'average';

/** Two values of one shape, as a layer of two inputs. */
const joined = (context: NodeContext, a: View, b: View, type: Join): View => {
  const { drafts } = context;
  const [x, y] = [dimsOf(a), dimsOf(b)];
  if (x.length !== y.length || x.some((dim, i) => dim !== y[i])) throw notLayers('values of two shapes');
  if (sameView(a, b)) return { ...a, of: drafts.add({ type }, [a.of, b.of]) };
  const settle = x.length === 3 && !isLastAxis(a, 2) ? settleImage : settlePlain;
  const [first, second] = [settle(a, drafts), settle(b, drafts)];
  return { ...first, of: drafts.add({ type }, [first.of, second.of]) };
};

const withNoise = (context: NodeContext, noise: Noise, other: Value, op: 'Add' | 'Mul'): Value => {
  const { batch, drafts } = context;
  const dims = broadcastDims(noise.dims, fullDims(other, batch));
  if (other.kind === 'noise') throw notLayers('noise of noise');
  if (op === 'Add') {
    if (other.kind === 'constant') return noise;
    context.sampled({ mean: other, scale: noise.scale });
    return other;
  }
  if (other.kind === 'constant') return { ...noise, dims };
  const scale = noise.scale ? { ...other, of: drafts.add({ type: 'multiply' }, [noise.scale.of, other.of]) } : other;
  return { kind: 'noise', dims, scale };
};

/** The two inputs, whichever of them is the constant. */
const sides = ({ inputs, node }: NodeContext): readonly [Value, Value] => {
  const [a, b, ...more] = inputs;
  if (!a || !b || more.length > 0) throw notLayers(`${node.opType} of ${inputs.length} values`);
  return [a, b];
};

const add: NodeReader = (context) => {
  const [a, b] = sides(context);
  if (a.kind === 'noise') return withNoise(context, a, b, 'Add');
  if (b.kind === 'noise') return withNoise(context, b, a, 'Add');
  if (a.kind === 'view' && b.kind === 'view') return joined(context, a, b, 'add');
  const [view, constant] = a.kind === 'view' ? [a, b] : [b, a];
  if (view.kind !== 'view' || constant.kind !== 'constant') throw notLayers('Add');
  return shifted(context, view, constant, (value) => [1, value]);
};

const subtract: NodeReader = (context) => {
  const [a, b] = sides(context);
  if (a.kind === 'view' && b.kind === 'view') return joined(context, a, b, 'subtract');
  if (a.kind === 'view' && b.kind === 'constant') return shifted(context, a, b, (value) => [1, -value]);
  if (a.kind === 'constant' && b.kind === 'view') return shifted(context, b, a, (value) => [-1, value]);
  throw notLayers('Sub of noise');
};

const multiply: NodeReader = (context) => {
  const [a, b] = sides(context);
  if (a.kind === 'noise') return withNoise(context, a, b, 'Mul');
  if (b.kind === 'noise') return withNoise(context, b, a, 'Mul');
  if (a.kind === 'view' && b.kind === 'view') return joined(context, a, b, 'multiply');
  const [view, constant] = a.kind === 'view' ? [a, b] : [b, a];
  if (view.kind !== 'view' || constant.kind !== 'constant') throw notLayers('Mul');
  return shifted(context, view, constant, (value) => [value, 0]);
};

const divide: NodeReader = (context) => {
  const [a, b] = sides(context);
  if (a.kind === 'noise' && b.kind === 'constant') return a;
  if (a.kind === 'view' && b.kind === 'constant') return shifted(context, a, b, (value) => [1 / value, 0]);
  throw notLayers('Div of values');
};

const negate: NodeReader = (context) => {
  const [value] = context.inputs;
  if (value?.kind === 'view') return onValues(context, value, { type: 'rescaling', scale: -1, offset: 0 });
  if (value?.kind === 'noise') return value;
  throw notLayers('Neg');
};

const many =
  (type: 'add' | 'maximum' | 'average'): NodeReader =>
  (context) => {
    const views = context.inputs.map((value) => {
      if (value?.kind !== 'view') throw notLayers(`${context.node.opType} of a constant`);
      return value;
    });
    const [first, ...rest] = views;
    if (type === 'average' && rest.length > 1) throw notLayers('a mean of more than two values');
    return rest.reduce((sum, next) => joined(context, sum, next, type), first);
  };

export const arithmeticNodes: Readonly<Record<string, NodeReader>> = {
  Add: add,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  Neg: negate,
  Sum: many('add'),
  Max: many('maximum'),
  Mean: many('average'),
};
