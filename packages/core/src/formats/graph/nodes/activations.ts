/** Nodes that act on each value by itself, and those that make a distribution. */
import type { Activation } from '../../../activations/index.ts';
import type { LayerSpec } from '../../../layers/index.ts';
import { attributeOf, floatOf, intOf, textOf } from '../../../tensor/onnx/nodes.ts';
import { notLayers } from '../model.ts';
import { constantAt, type NodeContext, type NodeReader, requiredAt, viewAt } from '../node-context.ts';
import { dimsOf, isLastAxis, settleImage, settlePlain, type View } from '../view.ts';

/** A layer over the values of a view, whose axes stay as they are. */
export const onValues = ({ drafts }: NodeContext, view: View, spec: LayerSpec): View => ({
  ...view,
  of: drafts.add(spec, [view.of]),
});

const activation =
  (id: Activation): NodeReader =>
  (context) =>
    onValues(context, viewAt(context), { type: 'activation', activation: id });

/** Single precision of a number as people write it: 0.2 rather than 0.20000000298. */
export const plain = (value: number): number => {
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === Math.fround(value) ? short : value;
};

const leakyRelu: NodeReader = (context) =>
  onValues(context, viewAt(context), { type: 'leaky-relu', slope: plain(floatOf(context.node, 'alpha', 0.01)) });

const elu: NodeReader = (context) => {
  const alpha = plain(floatOf(context.node, 'alpha', 1));
  return onValues(
    context,
    viewAt(context),
    alpha === 1 ? { type: 'activation', activation: 'elu' } : { type: 'elu', alpha },
  );
};

const selu: NodeReader = (context) => {
  const { node } = context;
  const isUsual = Math.abs(floatOf(node, 'alpha', 1.67326319) - 1.67326319) < 1e-5;
  if (!isUsual || Math.abs(floatOf(node, 'gamma', 1.05070102) - 1.05070102) > 1e-5) throw notLayers('Selu');
  return activation('selu')(context);
};

const hardSigmoid: NodeReader = (context) => {
  const { node } = context;
  if (Math.abs(floatOf(node, 'alpha', 0.2) - 1 / 6) > 1e-6 || Math.abs(floatOf(node, 'beta', 0.5) - 0.5) > 1e-6)
    throw notLayers('HardSigmoid of another slope');
  return activation('hard-sigmoid')(context);
};

const gelu: NodeReader = (context) =>
  activation(textOf(context.node, 'approximate', 'none') === 'tanh' ? 'gelu-tanh' : 'gelu')(context);

const clip: NodeReader = (context) => {
  const { node } = context;
  const bound = (at: number, name: string): number | null =>
    constantAt(context, at)?.data[0] ?? attributeOf(node, name)?.f ?? null;
  const [low, high] = [bound(1, 'min') ?? Number.NEGATIVE_INFINITY, bound(2, 'max') ?? Number.POSITIVE_INFINITY];
  const view = viewAt(context);
  if (low !== 0) throw notLayers(`Clip from ${low}`);
  if (high > 1e6) return onValues(context, view, { type: 'activation', activation: 'relu' });
  return onValues(context, view, { type: 'relu', slope: 0, threshold: 0, maximum: plain(high) });
};

const prelu: NodeReader = (context) => {
  const { drafts } = context;
  const view = viewAt(context);
  const slope = requiredAt(context, 1);
  const isOne = slope.data.length === 1;
  if (isOne) return onValues(context, view, { type: 'leaky-relu', slope: plain(slope.data[0]) });
  const settled =
    view.axes.length === 3
      ? isLastAxis(view, 2)
        ? settlePlain(view, drafts)
        : settleImage(view, drafts)
      : settlePlain(view, drafts);
  const shared = settled.shape.length === 3 ? 'pixels' : 'none';
  const channels = settled.shape[settled.shape.length - 1];
  if (slope.data.length !== channels) throw notLayers('PRelu of slopes that are no channels');
  return {
    ...settled,
    of: drafts.add({ type: 'prelu', shared }, [settled.of], { alpha: Float32Array.from(slope.data) }),
  };
};

const softmax =
  (id: 'softmax' | 'log-softmax'): NodeReader =>
  (context) => {
    const { node, opset, drafts } = context;
    const view = viewAt(context);
    const rank = dimsOf(view).length + 1;
    const axis = intOf(node, 'axis', opset >= 13 ? -1 : 1);
    if (rank !== 2 || (axis !== 1 && axis !== -1)) throw notLayers('Softmax of an image');
    return onValues(context, settlePlain(view, drafts), { type: 'activation', activation: id });
  };

export const activationNodes: Readonly<Record<string, NodeReader>> = {
  Relu: activation('relu'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  Exp: activation('exponential'),
  Mish: activation('mish'),
  HardSwish: activation('hard-silu'),
  Silu: activation('silu'),
  LeakyRelu: leakyRelu,
  Elu: elu,
  Selu: selu,
  HardSigmoid: hardSigmoid,
  Gelu: gelu,
  Clip: clip,
  PRelu: prelu,
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('log-softmax'),
};
