/** Nodes that only move values about, or say something of a shape. */
import { definitionOf } from '../../../layers/index.ts';
import {
  axisOf,
  broadcastDims,
  constantOf,
  listed,
  reshapeDims,
  sliceRange,
  squeezeDims,
  unsqueezeDims,
} from '../../../tensor/onnx/constants.ts';
import { intOf, intsOf } from '../../../tensor/onnx/nodes.ts';
import type { Drafts } from '../drafts.ts';
import { notLayers } from '../model.ts';
import {
  constantsOf,
  fullDims,
  type NodeContext,
  type NodeReader,
  requiredAt,
  type Value,
  viewAt,
} from '../node-context.ts';
import { dimsOf, plainView, repeated, reshaped, settleImage, settlePlain, transposed, type View } from '../view.ts';

const same: NodeReader = ({ inputs, node }) => {
  const [value] = inputs;
  if (!value) throw notLayers(node.opType);
  return value;
};

const shape: NodeReader = (context) => {
  const [value] = context.inputs;
  if (!value) throw notLayers('Shape');
  const dims = fullDims(value, context.batch);
  const from = intOf(context.node, 'start', 0);
  const to = intOf(context.node, 'end', dims.length);
  const list = dims.slice(from, to);
  return constantOf([list.length], list, true);
};

/** A view of other sizes over the same values. */
const sized = (context: NodeContext, view: View, dims: readonly number[]): View => {
  if (dims[0] !== context.batch) throw notLayers('a reshape over the batch');
  return reshaped(view, dims.slice(1), context.drafts);
};

const reshape: NodeReader = (context) => {
  const view = viewAt(context);
  const target = listed(context.node, constantsOf(context), 1, 'shape');
  if (target === null) throw notLayers('Reshape to an unknown shape');
  const from = fullDims(view, context.batch);
  return sized(context, view, reshapeDims(from, target, intOf(context.node, 'allowzero', 0) === 1));
};

const flatten: NodeReader = (context) => {
  const view = viewAt(context);
  const rank = dimsOf(view).length + 1;
  if (axisOf(intOf(context.node, 'axis', 1), rank) !== 1) throw notLayers('Flatten of other axes');
  return reshaped(view, [dimsOf(view).reduce((size, dim) => size * dim, 1)], context.drafts);
};

const squeeze: NodeReader = (context) => {
  const view = viewAt(context);
  const from = fullDims(view, context.batch);
  return sized(context, view, squeezeDims(from, listed(context.node, constantsOf(context), 1, 'axes')));
};

const unsqueeze: NodeReader = (context) => {
  const view = viewAt(context);
  const axes = listed(context.node, constantsOf(context), 1, 'axes') ?? [];
  return sized(context, view, unsqueezeDims(fullDims(view, context.batch), axes));
};

const transpose: NodeReader = (context) => {
  const view = viewAt(context);
  const rank = dimsOf(view).length + 1;
  const perm = intsOf(context.node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (perm.length !== rank || perm[0] !== 0 || [...perm].sort((a, b) => a - b).some((axis, i) => axis !== i))
    throw notLayers('Transpose of the batch');
  return transposed(
    view,
    perm.slice(1).map((axis) => axis - 1),
  );
};

const tile: NodeReader = (context) => {
  const view = viewAt(context);
  const times = [...requiredAt(context, 1).data];
  if (times.length !== dimsOf(view).length + 1 || times[0] !== 1) throw notLayers('Tile of the batch');
  return times.slice(1).reduce((made, count, axis) => repeated(made, axis, count), view);
};

const expand: NodeReader = (context) => {
  const view = viewAt(context);
  const from = fullDims(view, context.batch);
  const to = broadcastDims(from, [...requiredAt(context, 1).data]);
  if (to.length !== from.length) throw notLayers('Expand by an axis');
  return to.slice(1).reduce((made, dim, axis) => repeated(made, axis, dim / from[axis + 1]), view);
};

const concat: NodeReader = (context) => {
  const { node, drafts, inputs } = context;
  const views = inputs.map((value) => {
    if (value?.kind !== 'view') throw notLayers('Concat of a constant');
    return value;
  });
  if (views.length === 1) return views[0];
  const rank = dimsOf(views[0]).length + 1;
  const axis = axisOf(intOf(node, 'axis', 1), rank);
  const isImage = rank === 4 && axis === 1;
  if (!isImage && axis !== rank - 1) throw notLayers('Concat of rows');
  const settled = views.map((view) => (isImage ? settleImage(view, drafts) : settlePlain(view, drafts)));
  const of = drafts.add(
    { type: 'concatenate' },
    settled.map((view) => view.of),
  );
  return { ...settled[0], of, shape: drafts.shapeOf(of) };
};

/** Columns of a matrix `[rows, columns]`. */
const columnsOf = (matrix: Float32Array, columns: number, from: number, to: number): Float32Array => {
  const width = to - from;
  return Float32Array.from(
    { length: (matrix.length / columns) * width },
    (_, i) => matrix[Math.floor(i / width) * columns + from + (i % width)],
  );
};

/** Some of the numbers that a dense layer gives: a dense layer of its own. */
const outputsOf = (id: string, from: number, to: number, drafts: Drafts): string => {
  const draft = drafts.find(id);
  if (draft?.kind === 'affine')
    return drafts.affine(
      outputsOf(draft.inputs[0], from, to, drafts),
      draft.scale.slice(from, to),
      draft.offset.slice(from, to),
    );
  if (draft === undefined || draft.shape.length !== 1) throw notLayers('a slice of what is no dense layer');
  const { spec, weights, inputs } = draft;
  const [kernel, bias] = [weights.get('kernel'), weights.get('bias')];
  if (spec.type === 'dense' && kernel) {
    return drafts.add({ ...spec, units: to - from }, inputs, {
      kernel: columnsOf(kernel, spec.units, from, to),
      ...(bias ? { bias: bias.slice(from, to) } : {}),
    });
  }
  const isElementwise = weights.size === 0 && inputs.length === 1 && definitionOf(spec).activation(spec) !== 'softmax';
  if (!isElementwise || drafts.shapeOf(inputs[0]).join() !== draft.shape.join())
    throw notLayers(`a slice of ${spec.type}`);
  return drafts.add(spec, [outputsOf(inputs[0], from, to, drafts)]);
};

const sliceOf = (context: NodeContext, view: View, axis: number, from: number, count: number): View => {
  const { drafts } = context;
  const dims = dimsOf(view);
  if (from === 0 && count === dims[axis]) return view;
  if (count < 1) throw notLayers('a slice of nothing');
  if (dims.length === 1) {
    const of = outputsOf(settlePlain(view, drafts).of, from, from + count, drafts);
    return plainView(of, [count]);
  }
  if (dims.length !== 3) throw notLayers('a slice of rows');
  const isFirst =
    axis > 0 && view.axes[0].length <= 1 && !view.axes[2].some((atom) => 'axis' in atom && atom.axis === 2);
  const image = isFirst ? settleImage(view, drafts) : settlePlain(view, drafts);
  const own = isFirst ? axis - 1 : axis;
  if (own > 1 || own < 0) throw notLayers('a slice of channels');
  const cut: [number, number] = [from, dims[axis] - from - count];
  const of = drafts.add({ type: 'cropping2d', rows: own === 0 ? cut : [0, 0], columns: own === 1 ? cut : [0, 0] }, [
    image.of,
  ]);
  return { ...image, of, shape: drafts.shapeOf(of) };
};

const slice: NodeReader = (context) => {
  const { node } = context;
  const view = viewAt(context);
  const constants = constantsOf(context);
  const rank = dimsOf(view).length + 1;
  const starts = listed(node, constants, 1, 'starts') ?? [];
  const ends = listed(node, constants, 2, 'ends') ?? [];
  const axes = (listed(node, constants, 3, 'axes') ?? starts.map((_, i) => i)).map((axis) => axisOf(axis, rank));
  const steps = listed(node, constants, 4, 'steps') ?? starts.map(() => 1);
  return axes.reduce((made, axis, i) => {
    const size = axis === 0 ? context.batch : dimsOf(made)[axis - 1];
    const range = sliceRange(size, starts[i], ends[i], steps[i]);
    if (range.step !== 1) throw notLayers('a slice of every other value');
    if (axis > 0) return sliceOf(context, made, axis - 1, range.from, range.count);
    if (range.count !== size) throw notLayers('a slice of the batch');
    return made;
  }, view);
};

const split: NodeReader = (context): readonly Value[] => {
  const { node } = context;
  const view = viewAt(context);
  const rank = dimsOf(view).length + 1;
  const axis = axisOf(intOf(node, 'axis', 0), rank);
  if (axis === 0) throw notLayers('Split of the batch');
  const size = dimsOf(view)[axis - 1];
  const parts = node.output.length;
  const each = Math.ceil(size / parts);
  const sizes =
    listed(node, constantsOf(context), 1, 'split') ?? node.output.map((_, i) => Math.min(each, size - i * each));
  let from = 0;
  return sizes.map((count) => {
    const part = sliceOf(context, view, axis - 1, from, count);
    from += count;
    return part;
  });
};

const randomLike: NodeReader = (context) => {
  const [value] = context.inputs;
  if (!value) throw notLayers('RandomNormalLike');
  return { kind: 'noise', dims: fullDims(value, context.batch), scale: null };
};

const random: NodeReader = ({ node }) => {
  const dims = intsOf(node, 'shape');
  if (dims === null) throw notLayers('RandomNormal of an unknown shape');
  return { kind: 'noise', dims, scale: null };
};

export const shapeNodes: Readonly<Record<string, NodeReader>> = {
  Identity: same,
  Dropout: same,
  Cast: same,
  Shape: shape,
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Tile: tile,
  Expand: expand,
  Concat: concat,
  Slice: slice,
  Split: split,
  RandomNormalLike: randomLike,
  RandomNormal: random,
};
