/** What enters a graph: one image or one code, its size, where its channels lie, and a label beside it. */
import { inputError } from '../../errors.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import { intsOf } from '../../tensor/onnx/nodes.ts';
import type { NodeProto } from '../../tensor/onnx/onnx_pb.ts';
import { isLabelName } from '../output-names.ts';
import { inputView, labelView } from './lift.ts';
import { type ForeignGraph, type GraphPort, graphError } from './model.ts';
import { channelsFirst, plainView, type View } from './view.ts';

export interface Entry {
  /** As the network has it: channels last. */
  readonly shape: Shape;
  /** Of each input, that of image or code first. */
  readonly views: readonly View[];
  /** A label that enters beside. */
  readonly label: { readonly name: string; readonly classes: number } | null;
  /** Images in a run; null where any number may be. */
  readonly batch: number | null;
  /** Sizes as the graph has them, without the batch. */
  readonly dims: readonly number[];
  readonly isChannelsFirst: boolean;
}

/** An image has no more channels than this; a longer axis is rows or columns. */
const MAX_CHANNELS = 4;
const MAX_ENTRY = 2 ** 24;

const IMAGE_NODES: readonly string[] = [
  'Conv',
  'ConvTranspose',
  'MaxPool',
  'AveragePool',
  'BatchNormalization',
  'Resize',
  'Upsample',
  'InstanceNormalization',
  'QLinearConv',
  'ConvInteger',
];
const PASSING: readonly string[] = [
  'Identity',
  'Cast',
  'Sub',
  'Div',
  'Mul',
  'Add',
  'Pad',
  'Relu',
  'QuantizeLinear',
  'DequantizeLinear',
  'DynamicQuantizeLinear',
  'Dropout',
];

/** The first node that says where channels lie, behind those that leave axes alone. */
const firstTaker = ({ nodes }: ForeignGraph, name: string): NodeProto | null => {
  let at = name;
  for (const node of nodes) {
    if (!node.input.includes(at)) continue;
    if (!PASSING.includes(node.opType)) return node;
    [at] = node.output;
  }
  return null;
};

const isFirst = (graph: ForeignGraph, name: string, [a, , c]: readonly number[]): boolean => {
  const taker = firstTaker(graph, name);
  if (taker && IMAGE_NODES.includes(taker.opType)) return true;
  if (taker?.opType === 'Transpose' && intsOf(taker, 'perm')?.join() === '0,3,1,2') return false;
  if (c <= MAX_CHANNELS && a > MAX_CHANNELS) return false;
  return a <= MAX_CHANNELS;
};

const MAX_CLASSES = 65_536;

/** Classes of a one-hot label; null of what is none. */
const classesOf = ({ dims, isInteger = false }: GraphPort): number | null =>
  !isInteger && dims.length === 2 && dims[1] !== null && dims[1] >= 2 && dims[1] <= MAX_CLASSES ? dims[1] : null;

interface Inputs {
  readonly main: GraphPort;
  readonly label: Entry['label'];
}

const inputsOf = ({ inputs }: ForeignGraph, file: string): Inputs => {
  const [first, second, ...more] = inputs;
  if (first !== undefined && second === undefined) return { main: first, label: null };
  const labels = inputs.filter((port) => isLabelName(port.name) && classesOf(port) !== null);
  if (more.length === 0 && labels.length === 1) {
    const [label] = labels;
    return { main: label === first ? second : first, label: { name: label.name, classes: classesOf(label) ?? 0 } };
  }
  const names = inputs.slice(0, 6).map(({ name, dims }) => `"${name.slice(0, 40)}" [${dims.map((dim) => dim ?? '?')}]`);
  throw graphError(
    file,
    `it takes ${inputs.length === 0 ? 'nothing' : names.join(', ')}`,
    'images or codes, and at most a one-hot label that is called so (label, class, y) beside them',
    'export the part of the model that takes one of them, or name its inputs',
  );
};

/** The same graph, its label the last of its inputs. */
export const withLabelLast = (graph: ForeignGraph, { label }: Pick<Entry, 'label'>): ForeignGraph =>
  label === null
    ? graph
    : {
        ...graph,
        inputs: [...graph.inputs].sort((a, b) => Number(a.name === label.name) - Number(b.name === label.name)),
      };

/** @throws LatentError (input) `unsupported-graph` for other inputs than one and a label, or of no fixed size. */
export const entryOf = (graph: ForeignGraph, file: string): Entry => {
  const { main, label } = inputsOf(graph, file);
  const { name, dims: stated } = main;
  const [batch, ...rest] = stated;
  const dims = rest.flatMap((dim) => dim ?? []);
  const fits = dims.length === rest.length && dims.length >= 1 && dims.length <= 3 && dims.every((dim) => dim >= 1);
  if (batch === undefined || !fits || elementCount(dims) > MAX_ENTRY || (batch !== null && batch < 1))
    throw graphError(
      file,
      `its input "${name.slice(0, 60)}" is [${stated.map((dim) => dim ?? '?').join(', ')}]`,
      'a batch of images or codes of a fixed size',
      'export it with a fixed height and width',
    );
  const common = { batch, dims, label };
  const labels = label === null ? [] : [labelView(label.classes)];
  if (dims.length === 3 && isFirst(graph, name, dims)) {
    const shape = [dims[1], dims[2], dims[0]];
    return {
      ...common,
      shape,
      isChannelsFirst: true,
      views: [inputView(shape, channelsFirst('', shape).axes), ...labels],
    };
  }
  const shape = dims.length === 2 ? [...dims, 1] : dims;
  const { axes } = plainView('', shape);
  return { ...common, shape, isChannelsFirst: false, views: [inputView(shape, axes.slice(0, dims.length)), ...labels] };
};

/** An error for sets of operators that are no standard. */
export const refuseDomains = ({ nodes }: ForeignGraph, file: string): void => {
  const known = ['', 'ai.onnx', 'com.microsoft'];
  const foreign = nodes.find(({ domain }) => !known.includes(domain));
  if (foreign === undefined) return;
  throw inputError('custom-operator', {
    at: { file, subject: `node "${foreign.name.slice(0, 60)}"` },
    expected: 'operators of ONNX',
    got: `"${foreign.opType.slice(0, 60)}" of "${foreign.domain.slice(0, 60)}"`,
    hint: 'export the model without operators of its own',
  });
};
