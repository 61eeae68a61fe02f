/** Nodes over the rows and columns of an image: pooling, resizing, padding, normalisation. */
import { activationOf } from '../../../activations/index.ts';
import { definitionOf } from '../../../layers/index.ts';
import type { Size2D } from '../../../tensor/index.ts';
import { listed } from '../../../tensor/onnx/constants.ts';
import { floatOf, intOf, intsOf, textOf } from '../../../tensor/onnx/nodes.ts';
import { notLayers } from '../model.ts';
import { constantAt, constantsOf, type NodeContext, type NodeReader, requiredAt, viewAt } from '../node-context.ts';
import { channelsFirst, dimsOf, isLastAxis, settleImage, settlePlain, type View } from '../view.ts';
import { plain } from './activations.ts';
import { isSame, padded, windowFields, windowOf } from './products.ts';

const imageOf = (context: NodeContext): View => settleImage(viewAt(context), context.drafts);

const isNotNegative = ({ drafts }: NodeContext, id: string): boolean => {
  const draft = drafts.find(id);
  if (draft?.kind !== 'layer') return false;
  const { spec } = draft;
  const activation = definitionOf(spec).activation(spec);
  return spec.type === 'relu' ? spec.slope === 0 : activation !== null && activationOf(activation).range[0] >= 0;
};

/** Rows and columns that a rounding up would add are none of a layer's. */
const requireFloor = ({ node }: NodeContext, from: Size2D, window: ReturnType<typeof windowOf>): void => {
  if (intOf(node, 'ceil_mode', 0) === 0) return;
  const isWhole = ([0, 1] as const).every(
    (axis) =>
      (from[axis] + window.pads[axis] + window.pads[axis + 2] - window.kernelSize[axis]) % window.strides[axis] === 0,
  );
  if (!isWhole) throw notLayers('pooling that rounds up');
};

const pool =
  (type: 'max-pooling2d' | 'average-pooling2d'): NodeReader =>
  (context) => {
    const { drafts, node } = context;
    const image = imageOf(context);
    const size: Size2D = [image.shape[0], image.shape[1]];
    const window = windowOf(context, null, size);
    if (window.dilation.some((n) => n !== 1)) throw notLayers('pooling with gaps');
    requireFloor(context, size, window);
    const isPadded = window.pads.some((pad) => pad > 0);
    const same = isPadded && isSame(window, size);
    const countsZeros = type === 'average-pooling2d' && intOf(node, 'count_include_pad', 0) === 1;
    const asZeros = countsZeros || (type === 'max-pooling2d' && isNotNegative(context, image.of));
    if (isPadded && !asZeros && (!same || countsZeros)) throw notLayers('pooling over padding');
    const { of, padding } =
      same && !countsZeros
        ? { of: image.of, padding: 'same' as const }
        : padded(image.of, { ...window, ...(countsZeros ? { dilation: [1, 1] } : {}) }, context);
    if (countsZeros && padding === 'same') throw notLayers('pooling that counts padding');
    const { strides = [1, 1] } = windowFields(window);
    const isTiled = strides.join() === window.kernelSize.join();
    const made = drafts.add(
      { type, poolSize: window.kernelSize, ...(isTiled ? {} : { strides }), ...(padding ? { padding } : {}) },
      [of],
    );
    return channelsFirst(made, drafts.shapeOf(made));
  };

/** A value of a number for each channel, with axes of 1 where the graph keeps them. */
const channelsAlone = (of: string, shape: readonly number[], axes: number, channel: number): View => ({
  kind: 'view',
  of,
  shape,
  axes: Array.from({ length: axes }, (_, i) => (i === channel ? [{ axis: 0 }] : [])),
});

const globalPool =
  (type: 'global-max-pooling2d' | 'global-average-pooling2d'): NodeReader =>
  (context) => {
    const { drafts } = context;
    const of = drafts.add({ type }, [imageOf(context).of]);
    return channelsAlone(of, drafts.shapeOf(of), 3, 0);
  };

/** A mean over rows and columns. */
const reduced =
  (type: 'global-max-pooling2d' | 'global-average-pooling2d'): NodeReader =>
  (context) => {
    const { drafts, node } = context;
    const view = viewAt(context);
    const rank = dimsOf(view).length + 1;
    const axes = listed(node, constantsOf(context), 1, 'axes')
      ?.map((axis) => (axis < 0 ? axis + rank : axis))
      .sort();
    if (rank !== 4 || axes?.length !== 2) throw notLayers(`${node.opType} over other than rows and columns`);
    const isFirst = axes.join() === '2,3';
    if (!isFirst && axes.join() !== '1,2') throw notLayers(`${node.opType} over other than rows and columns`);
    const image = isFirst ? settleImage(view, drafts) : settlePlain(view, drafts);
    const of = drafts.add({ type }, [image.of]);
    const keeps = intOf(node, 'keepdims', 1) === 1;
    return channelsAlone(of, drafts.shapeOf(of), keeps ? 3 : 1, keeps && !isFirst ? 2 : 0);
  };

/** Which pixel each pixel of the larger image is taken from. */
const nearestPlaces = (node: NodeContext['node'], from: number, to: number, isOld: boolean): number[] => {
  const transformation = isOld ? 'asymmetric' : textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = isOld ? 'floor' : textOf(node, 'nearest_mode', 'round_prefer_floor');
  const scale = to / from;
  const place = (i: number): number => {
    switch (transformation) {
      case 'half_pixel':
      case 'pytorch_half_pixel':
        return (i + 0.5) / scale - 0.5;
      case 'tf_half_pixel_for_nn':
        return (i + 0.5) / scale;
      case 'align_corners':
        return to === 1 ? 0 : (i * (from - 1)) / (to - 1);
      case 'asymmetric':
        return i / scale;
      default:
        throw notLayers(`Resize by ${transformation}`);
    }
  };
  const round = (value: number): number => {
    if (rounding === 'floor') return Math.floor(value);
    if (rounding === 'ceil') return Math.ceil(value);
    return rounding === 'round_prefer_ceil' ? Math.floor(value + 0.5) : Math.ceil(value - 0.5);
  };
  return Array.from({ length: to }, (_, i) => Math.min(from - 1, Math.max(0, round(place(i)))));
};

const resizeTo = (context: NodeContext, dims: readonly number[], isOld: boolean): View => {
  const { node, drafts } = context;
  const view = viewAt(context);
  const have = [context.batch, ...dimsOf(view)];
  if (have.length !== 4 || dims.length !== 4 || dims[0] !== have[0]) throw notLayers('Resize of other than an image');
  const isFirst = dims[1] === have[1];
  if (!isFirst && dims[3] !== have[3]) throw notLayers('Resize of channels');
  const image = isFirst ? settleImage(view, drafts) : settlePlain(view, drafts);
  const wanted = isFirst ? dims.slice(2) : dims.slice(1, 3);
  const size: Size2D = [wanted[0] / image.shape[0], wanted[1] / image.shape[1]];
  if (!size.every((factor) => Number.isInteger(factor) && factor >= 1))
    throw notLayers('Resize by other than whole numbers');
  const mode = textOf(node, 'mode', 'nearest');
  if (mode === 'linear' || mode === 'bilinear') {
    const transformation = textOf(node, 'coordinate_transformation_mode', 'half_pixel');
    if (isOld || !transformation.endsWith('half_pixel')) throw notLayers(`Resize by ${transformation}`);
    const of = drafts.add({ type: 'up-sampling2d', size, interpolation: 'bilinear' }, [image.of]);
    return { ...image, of, shape: drafts.shapeOf(of) };
  }
  if (mode !== 'nearest') throw notLayers(`Resize by ${mode}`);
  ([0, 1] as const).forEach((axis) => {
    const places = nearestPlaces(node, image.shape[axis], wanted[axis], isOld);
    if (places.some((place, i) => place !== Math.floor(i / size[axis]))) throw notLayers('Resize between pixels');
  });
  const of = drafts.add({ type: 'up-sampling2d', size }, [image.of]);
  return { ...image, of, shape: drafts.shapeOf(of) };
};

const resize: NodeReader = (context) => {
  const { opset, node } = context;
  const isOld = opset < 11 || node.opType === 'Upsample';
  const scales = constantAt(context, isOld ? 1 : 2);
  const sizes = isOld ? null : constantAt(context, 3);
  const have = [context.batch, ...dimsOf(viewAt(context))];
  if (sizes && sizes.data.length > 0) return resizeTo(context, [...sizes.data], isOld);
  if (!scales || scales.data.length !== have.length) throw notLayers('Resize of an unknown size');
  return resizeTo(
    context,
    have.map((dim, i) => Math.floor(dim * scales.data[i] + 1e-6)),
    isOld,
  );
};

const pad: NodeReader = (context) => {
  const { node, drafts } = context;
  const view = viewAt(context);
  const rank = dimsOf(view).length + 1;
  const pads = listed(node, constantsOf(context), 1, 'pads') ?? listed(node, [], 0, 'paddings') ?? [];
  if (pads.every((n) => n === 0)) return view;
  if (textOf(node, 'mode', 'constant') !== 'constant') throw notLayers('Pad other than by zeros');
  if ((constantAt(context, 2)?.data[0] ?? floatOf(node, 'value', 0)) !== 0) throw notLayers('Pad other than by zeros');
  if (constantAt(context, 3) !== null || rank !== 4 || pads.length !== 8) throw notLayers('Pad of other than an image');
  const isFirst = pads[1] === 0 && pads[5] === 0 && !isLastAxis(view, 2);
  const at = isFirst ? 2 : 1;
  const inside = [at, at + 1, at + 4, at + 5];
  if (pads.some((n, i) => n !== 0 && !inside.includes(i))) throw notLayers('Pad of channels');
  const [top, left, bottom, right] = inside.map((i) => pads[i]);
  const image = isFirst ? settleImage(view, drafts) : settlePlain(view, drafts);
  const grown = {
    rows: [Math.max(0, top), Math.max(0, bottom)],
    columns: [Math.max(0, left), Math.max(0, right)],
  } as const;
  const cut = {
    rows: [Math.max(0, -top), Math.max(0, -bottom)],
    columns: [Math.max(0, -left), Math.max(0, -right)],
  } as const;
  let { of } = image;
  if ([...grown.rows, ...grown.columns].some((n) => n > 0)) of = drafts.add({ type: 'zero-padding2d', ...grown }, [of]);
  if ([...cut.rows, ...cut.columns].some((n) => n > 0)) of = drafts.add({ type: 'cropping2d', ...cut }, [of]);
  return { ...image, of, shape: drafts.shapeOf(of) };
};

const batchNormalization: NodeReader = (context) => {
  const { node, drafts } = context;
  if (intOf(node, 'training_mode', 0) === 1) throw notLayers('BatchNormalization in training');
  const view = viewAt(context);
  const image = view.axes.length === 3 ? settleImage(view, drafts) : settlePlain(view, drafts);
  if (image.shape.length !== 3 && image.shape.length !== 1) throw notLayers('BatchNormalization of rows');
  const values = (at: number): Float32Array => Float32Array.from(requiredAt(context, at).data);
  const of = drafts.add(
    {
      type: 'batch-normalization',
      momentum: plain(floatOf(node, 'momentum', 0.9)),
      epsilon: plain(floatOf(node, 'epsilon', 1e-5)),
    },
    [image.of],
    { gamma: values(1), beta: values(2), moving_mean: values(3), moving_variance: values(4) },
  );
  return { ...image, of };
};

const layerNormalization: NodeReader = (context) => {
  const { node, drafts } = context;
  const view = viewAt(context);
  const rank = dimsOf(view).length + 1;
  const axis = intOf(node, 'axis', -1);
  if (axis !== -1 && axis !== rank - 1) throw notLayers('LayerNormalization over several axes');
  const settled = settlePlain(view, drafts);
  const gamma = Float32Array.from(requiredAt(context, 1).data);
  const beta = constantAt(context, 2);
  const of = drafts.add({ type: 'layer-normalization', epsilon: plain(floatOf(node, 'epsilon', 1e-5)) }, [settled.of], {
    gamma,
    beta: beta ? Float32Array.from(beta.data) : new Float32Array(gamma.length),
  });
  return { ...settled, of };
};

export const imageNodes: Readonly<Record<string, NodeReader>> = {
  MaxPool: pool('max-pooling2d'),
  AveragePool: pool('average-pooling2d'),
  GlobalMaxPool: globalPool('global-max-pooling2d'),
  GlobalAveragePool: globalPool('global-average-pooling2d'),
  ReduceMean: reduced('global-average-pooling2d'),
  ReduceMax: reduced('global-max-pooling2d'),
  Resize: resize,
  Upsample: resize,
  Pad: pad,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
};

/** Whether a node keeps a list of sizes in an attribute. */
export const hasList = (node: NodeContext['node'], name: string): boolean => intsOf(node, name) !== null;
