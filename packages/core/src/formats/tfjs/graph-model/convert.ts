/**
 * Nodes of TensorFlow as nodes of ONNX: a family an entry. Images keep their channels last; where ONNX has them first,
 * axes are moved before and after, which `formats/graph` follows without doing it.
 *
 * Source: https://www.tensorflow.org/api_docs/python/tf/raw_ops
 */
import { graphError } from '../../graph/model.ts';
import {
  flagAttribute,
  floatAttribute,
  type GraphNode,
  intAttribute,
  intsAttribute,
  textAttribute,
  textsAttribute,
  typeAttribute,
} from './graph-node.ts';
import type { AttributeValue, NodeWriter } from './onnx-nodes.ts';

export interface ConvertContext {
  readonly node: GraphNode;
  readonly file: string;
  readonly write: NodeWriter;
  /** Names of the inputs, those that only order the work left out. */
  readonly inputs: readonly string[];
  /** Numbers of a constant input; null where it is none. */
  numbers(name: string): readonly number[] | null;
  /** Sizes of a constant input; null where it is none. */
  dims(name: string): readonly number[] | null;
}

type Attributes = Readonly<Record<string, AttributeValue>>;
/** @returns the name of the value that the node gives, or of each where there are several. */
export type Converter = (context: ConvertContext) => string | readonly string[];

export const refuse = ({ node, file }: ConvertContext, what: string) =>
  graphError(
    file,
    `node "${node.name.slice(0, 60)}" is ${node.op.slice(0, 40)} ${what}`,
    'an operator that is known',
    'convert it as a LayersModel, or import it as .keras',
  );

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];
/** From rows, columns, inputs, outputs to outputs, inputs, rows, columns. */
const KERNEL = [3, 2, 0, 1];

const isLast = ({ node }: ConvertContext): boolean => textAttribute(node, 'data_format') !== 'NCHW';

/** A node over an image, whose axes are moved before and after. */
const image = (
  context: ConvertContext,
  opType: string,
  x: string,
  rest: readonly string[],
  attributes: Attributes,
): string => {
  const { write } = context;
  if (!isLast(context)) return write.node(opType, [x, ...rest], attributes);
  const first = write.node('Transpose', [x], { perm: TO_FIRST });
  return write.node('Transpose', [write.node(opType, [first, ...rest], attributes)], { perm: TO_LAST });
};

/** Rows and columns of a list of four. */
const inner = (context: ConvertContext, name: string): readonly number[] => {
  const list = intsAttribute(context.node, name);
  if (list.length !== 4) return [1, 1];
  return isLast(context) ? list.slice(1, 3) : list.slice(2, 4);
};

const paddingOf = (context: ConvertContext): Attributes => {
  const padding = textAttribute(context.node, 'padding');
  if (padding === 'SAME') return { auto_pad: 'SAME_UPPER' };
  if (padding === 'VALID') return { auto_pad: 'VALID' };
  const explicit = intsAttribute(context.node, 'explicit_paddings');
  if (padding !== 'EXPLICIT' || explicit.length !== 8)
    throw refuse(context, `with the padding "${padding.slice(0, 20)}"`);
  const [top, bottom, left, right] = isLast(context) ? explicit.slice(2, 6) : explicit.slice(4, 8);
  return { pads: [top, left, bottom, right] };
};

const windowAttributes = (context: ConvertContext): Attributes => ({
  strides: inner(context, 'strides'),
  dilations: inner(context, 'dilations'),
  ...paddingOf(context),
});

const conv2d: Converter = (context) => {
  const { write, inputs } = context;
  const kernel = write.node('Transpose', [inputs[1]], { perm: KERNEL });
  return image(context, 'Conv', inputs[0], [kernel], windowAttributes(context));
};

const depthwise: Converter = (context) => {
  const { write, inputs } = context;
  const dims = context.dims(inputs[1]);
  if (dims?.length !== 4) throw refuse(context, 'of a kernel that is computed');
  const [rows, columns, channels, multiplier] = dims;
  const flat = write.node('Reshape', [inputs[1], write.integers([rows, columns, 1, channels * multiplier])]);
  const kernel = write.node('Transpose', [flat], { perm: KERNEL });
  return image(context, 'Conv', inputs[0], [kernel], { ...windowAttributes(context), group: channels });
};

const convTranspose: Converter = (context) => {
  const { write, inputs } = context;
  const [sizes, kernel, x] = inputs;
  const stated = context.numbers(sizes);
  const wanted = stated?.length === 4 ? (isLast(context) ? stated.slice(1, 3) : stated.slice(2, 4)) : null;
  const size: Attributes = wanted?.every((n) => Number.isInteger(n) && n > 0) ? { output_shape: wanted } : {};
  const weights = write.node('Transpose', [kernel], { perm: KERNEL });
  const attributes = windowAttributes(context);
  // Without rows and columns that are known, those that `VALID` gives are told by the kernel.
  return image(context, 'ConvTranspose', x, [weights], { ...attributes, ...size });
};

const pool =
  (opType: 'MaxPool' | 'AveragePool'): Converter =>
  (context) =>
    image(context, opType, context.inputs[0], [], {
      kernel_shape: inner(context, 'ksize'),
      strides: inner(context, 'strides'),
      ...paddingOf(context),
    });

const matMul: Converter = ({ node, write, inputs }) => {
  const turned = (name: string, ...flags: readonly string[]): string =>
    flags.some((flag) => flagAttribute(node, flag)) ? write.node('Transpose', [name], { perm: [1, 0] }) : name;
  return write.node('MatMul', [turned(inputs[0], 'transpose_a', 'adj_x'), turned(inputs[1], 'transpose_b', 'adj_y')]);
};

const normalization: Converter = (context) => {
  const { node, inputs } = context;
  const [x, ...rest] = inputs;
  if (flagAttribute(node, 'is_training')) throw refuse(context, 'in training');
  return image(context, 'BatchNormalization', x, rest.slice(0, 4), {
    epsilon: { float: floatAttribute(node, 'epsilon', 1e-4) },
  });
};

/** What a fused node does behind its product, in order. */
const fusedWith =
  (product: Converter): Converter =>
  (context) => {
    const { node, write, inputs } = context;
    let made = product(context) as string;
    let at = 2;
    for (const op of textsAttribute(node, 'fused_ops')) {
      if (op === 'BiasAdd') made = write.node('Add', [made, inputs[at++]]);
      else if (op === 'LeakyRelu')
        made = write.node('LeakyRelu', [made], { alpha: { float: floatAttribute(node, 'leakyrelu_alpha', 0.2) } });
      else if (op === 'Prelu') made = write.node('PRelu', [made, inputs[at++]]);
      else if (op === 'FusedBatchNorm') {
        made = image(context, 'BatchNormalization', made, inputs.slice(at, at + 4), {
          epsilon: { float: floatAttribute(node, 'epsilon', 1e-4) },
        });
        at += 4;
      } else {
        const convert = converters.get(op);
        if (!convert || !ACTIVATIONS.includes(op)) throw refuse(context, `with "${op.slice(0, 30)}"`);
        made = convert({ ...context, inputs: [made] }) as string;
      }
    }
    return made;
  };

const ACTIVATIONS: readonly string[] = ['Relu', 'Relu6', 'Elu', 'Sigmoid', 'Tanh', 'Selu', 'Softplus'];

/** The same operator under the name that ONNX has for it. */
const named =
  (opType: string, attributes: Attributes = {}): Converter =>
  ({ write, inputs }) =>
    write.node(opType, inputs, attributes);

const same: Converter = ({ inputs }) => inputs[0];

const constantNumbers = (context: ConvertContext, at: number): readonly number[] => {
  const found = context.inputs[at] === undefined ? null : context.numbers(context.inputs[at]);
  if (found === null) throw refuse(context, 'of sizes that are computed');
  return found;
};

const stridedSlice: Converter = (context) => {
  const { node, write, inputs } = context;
  const [begin, end, strides] = [1, 2, 3].map((at) => constantNumbers(context, at));
  const mask = (name: string): number => intAttribute(node, name, 0);
  if (mask('ellipsis_mask') !== 0 || mask('new_axis_mask') !== 0) throw refuse(context, 'with new axes');
  const shrink = begin.flatMap((_, i) => ((mask('shrink_axis_mask') >> i) & 1 ? [i] : []));
  const starts = begin.map((value, i) => ((mask('begin_mask') >> i) & 1 ? (strides[i] < 0 ? 2 ** 31 : 0) : value));
  const ends = end.map((value, i) => {
    if (shrink.includes(i)) return begin[i] === -1 ? 2 ** 31 : begin[i] + 1;
    return (mask('end_mask') >> i) & 1 ? (strides[i] < 0 ? -(2 ** 31) : 2 ** 31) : value;
  });
  const axes = begin.map((_, i) => i);
  const cut = write.node('Slice', [inputs[0], ...[starts, ends, axes, strides].map((list) => write.integers(list))]);
  return shrink.length === 0 ? cut : write.node('Squeeze', [cut, write.integers(shrink)]);
};

const slice: Converter = (context) => {
  const { write, inputs } = context;
  const [begin, size] = [constantNumbers(context, 1), constantNumbers(context, 2)];
  const ends = begin.map((from, i) => (size[i] === -1 ? 2 ** 31 : from + size[i]));
  return write.node('Slice', [
    inputs[0],
    write.integers(begin),
    write.integers(ends),
    write.integers(begin.map((_, i) => i)),
  ]);
};

const pack: Converter = ({ node, write, inputs }) => {
  const axis = intAttribute(node, 'axis', 0);
  const parts = inputs.map((name) => write.node('Unsqueeze', [name, write.integers([axis])]));
  return write.node('Concat', parts, { axis });
};

const concat: Converter = (context) => {
  const { write, inputs } = context;
  const [axis] = constantNumbers(context, inputs.length - 1);
  return write.node('Concat', inputs.slice(0, -1), { axis });
};

const pad: Converter = (context) => {
  const { node, write, inputs } = context;
  const pairs = constantNumbers(context, 1);
  const pads = [...pairs.filter((_, i) => i % 2 === 0), ...pairs.filter((_, i) => i % 2 === 1)];
  const mode = textAttribute(node, 'mode');
  if (mode === 'SYMMETRIC') throw refuse(context, 'that repeats the edge');
  const isMirror = node.op === 'MirrorPad';
  return write.node('Pad', [inputs[0], write.integers(pads), ...(isMirror ? [] : inputs.slice(2, 3))], {
    mode: isMirror ? 'reflect' : 'constant',
  });
};

const resize =
  (mode: 'nearest' | 'linear'): Converter =>
  (context) => {
    const { node, write, inputs } = context;
    const first = write.node('Transpose', [inputs[0]], { perm: TO_FIRST });
    const before = write.node('Slice', [write.node('Shape', [first]), write.integers([0]), write.integers([2])]);
    const sizes = write.node('Concat', [before, inputs[1]], { axis: 0 });
    const corners = flagAttribute(node, 'align_corners');
    const centres = flagAttribute(node, 'half_pixel_centers');
    const resized = write.node('Resize', [first, '', '', sizes], {
      mode,
      coordinate_transformation_mode: corners ? 'align_corners' : centres ? 'half_pixel' : 'asymmetric',
      nearest_mode: corners || centres ? 'round_prefer_ceil' : 'floor',
    });
    return write.node('Transpose', [resized], { perm: TO_LAST });
  };

const reduce =
  (opType: string): Converter =>
  (context) =>
    context.write.node(opType, [context.inputs[0], context.write.integers(constantNumbers(context, 1))], {
      keepdims: flagAttribute(context.node, 'keep_dims') ? 1 : 0,
    });

const cast: Converter = ({ node, write, inputs }) => {
  const isFloat = /FLOAT|DOUBLE|HALF|^1$|^2$|^19$/.test(typeAttribute(node, 'DstT'));
  return write.node('Cast', [inputs[0]], { to: isFloat ? 1 : 7 });
};

const split: Converter = (context) => {
  const { node, write, inputs } = context;
  const isVaried = node.op === 'SplitV';
  const [axis] = constantNumbers(context, isVaried ? 2 : 0);
  const count = intAttribute(node, 'num_split', 0);
  if (count < 1 || count > 64) throw refuse(context, `in ${count} parts`);
  const names = Array.from({ length: count }, (_, i) => `${node.name}#${i}`);
  const sizes = isVaried ? [write.integers(constantNumbers(context, 1))] : [];
  write.many('Split', [inputs[isVaried ? 0 : 1], ...sizes], names, {
    axis,
    ...(isVaried ? {} : { num_outputs: count }),
  });
  return names;
};

const squeeze: Converter = ({ node, write, inputs }) => {
  const axes = intsAttribute(node, 'squeeze_dims');
  return write.node('Squeeze', axes.length === 0 ? [inputs[0]] : [inputs[0], write.integers(axes)]);
};

const random: Converter = ({ write, inputs }) =>
  write.node('RandomNormalLike', [write.node('ConstantOfShape', [inputs[0]])]);

/** By the name of TensorFlow's operator. */
export const converters: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['Conv2D', conv2d],
  ['DepthwiseConv2dNative', depthwise],
  ['Conv2DBackpropInput', convTranspose],
  ['MatMul', matMul],
  ['BatchMatMulV2', matMul],
  ['_FusedConv2D', fusedWith(conv2d)],
  ['FusedConv2D', fusedWith(conv2d)],
  ['FusedDepthwiseConv2dNative', fusedWith(depthwise)],
  ['_FusedMatMul', fusedWith(matMul)],
  ['FusedBatchNorm', normalization],
  ['FusedBatchNormV2', normalization],
  ['FusedBatchNormV3', normalization],
  ['MaxPool', pool('MaxPool')],
  ['AvgPool', pool('AveragePool')],
  ['BiasAdd', named('Add')],
  ['Add', named('Add')],
  ['AddV2', named('Add')],
  ['AddN', named('Sum')],
  ['Sub', named('Sub')],
  ['Mul', named('Mul')],
  ['RealDiv', named('Div')],
  ['Div', named('Div')],
  ['Maximum', named('Max')],
  ['Minimum', named('Min')],
  ['Pow', named('Pow')],
  ['Neg', named('Neg')],
  ['Exp', named('Exp')],
  ['Log', named('Log')],
  ['Erf', named('Erf')],
  ['Sqrt', named('Sqrt')],
  ['Rsqrt', ({ write, inputs }) => write.node('Reciprocal', [write.node('Sqrt', inputs)])],
  ['Square', ({ write, inputs }) => write.node('Mul', [inputs[0], inputs[0]])],
  ['Relu', named('Relu')],
  ['Relu6', ({ write, inputs }) => write.node('Clip', [inputs[0], write.float(0), write.float(6)])],
  ['Sigmoid', named('Sigmoid')],
  ['Tanh', named('Tanh')],
  ['Elu', named('Elu')],
  ['Selu', named('Selu')],
  ['Softplus', named('Softplus')],
  ['Softsign', named('Softsign')],
  ['Softmax', named('Softmax', { axis: -1 })],
  ['LogSoftmax', named('LogSoftmax', { axis: -1 })],
  [
    'LeakyRelu',
    ({ node, write, inputs }) =>
      write.node('LeakyRelu', inputs, { alpha: { float: floatAttribute(node, 'alpha', 0.2) } }),
  ],
  ['Prelu', named('PRelu')],
  ['Identity', same],
  ['StopGradient', same],
  ['Snapshot', same],
  ['CheckNumerics', same],
  ['PreventGradient', same],
  ['Cast', cast],
  ['Shape', named('Shape')],
  ['Reshape', named('Reshape')],
  [
    'Transpose',
    (context) => context.write.node('Transpose', [context.inputs[0]], { perm: constantNumbers(context, 1) }),
  ],
  ['Tile', named('Tile')],
  ['Pack', pack],
  ['ConcatV2', concat],
  [
    'ExpandDims',
    (context) =>
      context.write.node('Unsqueeze', [context.inputs[0], context.write.integers(constantNumbers(context, 1))]),
  ],
  ['Squeeze', squeeze],
  ['StridedSlice', stridedSlice],
  ['Slice', slice],
  [
    'GatherV2',
    (context) => context.write.node('Gather', context.inputs.slice(0, 2), { axis: constantNumbers(context, 2)[0] }),
  ],
  ['Split', split],
  ['SplitV', split],
  ['Pad', pad],
  ['PadV2', pad],
  ['MirrorPad', pad],
  ['ResizeNearestNeighbor', resize('nearest')],
  ['ResizeBilinear', resize('linear')],
  ['Mean', reduce('ReduceMean')],
  ['Max', reduce('ReduceMax')],
  ['Sum', reduce('ReduceSum')],
  ['Prod', reduce('ReduceProd')],
  ['RandomStandardNormal', random],
]);
