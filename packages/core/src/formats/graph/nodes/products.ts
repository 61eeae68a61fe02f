/** Nodes that weigh and add: dense layers and convolutions. */

import { convolutionGeometry, transposedGeometry } from '../../../tensor/geometry.ts';
import type { Size2D } from '../../../tensor/index.ts';
import { type Constant, transposeConstant } from '../../../tensor/onnx/constants.ts';
import { floatOf, intOf, intsOf, textOf } from '../../../tensor/onnx/nodes.ts';
import { notLayers } from '../model.ts';
import { constantAt, type NodeContext, type NodeReader, requiredAt, viewAt } from '../node-context.ts';
import { channelsFirst, dimsOf, plainView, settleImage, settlePlain, type View } from '../view.ts';

const floats = ({ data }: Constant, factor = 1): Float32Array => Float32Array.from(data, (value) => value * factor);

/** A bias of one value for each of `units`, from one value for all or for each. */
const biasOf = (bias: Constant, units: number, factor: number): Float32Array => {
  if (bias.data.length !== 1 && bias.data.length !== units) throw notLayers(`a bias of [${bias.dims}]`);
  return Float32Array.from({ length: units }, (_, i) => factor * bias.data[bias.data.length === 1 ? 0 : i]);
};

const denseOf = ({ drafts }: NodeContext, view: View, kernel: Constant, bias: Float32Array | null): View => {
  const settled = settlePlain(view, drafts);
  const [inputs, units] = kernel.dims;
  if (settled.shape.length !== 1 || settled.shape[0] !== inputs) throw notLayers('a product over another axis');
  const spec = { type: 'dense', units, activation: 'linear', ...(bias ? {} : { useBias: false }) } as const;
  const of = drafts.add(spec, [settled.of], { kernel: floats(kernel), ...(bias ? { bias } : {}) });
  return plainView(of, drafts.shapeOf(of));
};

const gemm: NodeReader = (context) => {
  const { node } = context;
  if (intOf(node, 'transA', 0) !== 0) throw notLayers('Gemm of a transposed batch');
  const weight = requiredAt(context, 1);
  if (weight.dims.length !== 2) throw notLayers('Gemm of other than a matrix');
  const kernel = intOf(node, 'transB', 0) === 1 ? transposeConstant(weight, [1, 0]) : weight;
  const alpha = floatOf(node, 'alpha', 1);
  const scaled = alpha === 1 ? kernel : { ...kernel, data: floats(kernel, alpha) };
  const bias = constantAt(context, 2);
  return denseOf(context, viewAt(context), scaled, bias && biasOf(bias, kernel.dims[1], floatOf(node, 'beta', 1)));
};

const matMul: NodeReader = (context) => {
  const { drafts } = context;
  const view = viewAt(context);
  const kernel = requiredAt(context, 1);
  if (kernel.dims.length !== 2) throw notLayers('MatMul of other than a matrix');
  if (view.axes.length === 1) return denseOf(context, view, kernel, null);
  if (view.axes.length !== 3) throw notLayers('MatMul of rows');
  const settled = settlePlain(view, drafts);
  const spec = {
    type: 'conv2d',
    filters: kernel.dims[1],
    kernelSize: [1, 1],
    activation: 'linear',
    useBias: false,
  } as const;
  const of = drafts.add(spec, [settled.of], { kernel: floats(kernel) });
  return plainView(of, drafts.shapeOf(of));
};

const pair = (list: readonly number[] | null, absent: number): Size2D => {
  const [rows, columns, ...more] = list ?? [absent, absent];
  if (columns === undefined || more.length > 0) throw notLayers('a window of other than two axes');
  return [rows, columns];
};

/** Windows of a node as its attributes have them. */
export interface Window {
  readonly kernelSize: Size2D;
  readonly strides: Size2D;
  readonly dilation: Size2D;
  /** Above, left, below, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Windows over an image of that size. */
export const windowOf = ({ node }: NodeContext, kernel: readonly number[] | null, image: Size2D): Window => {
  const kernelSize = pair(intsOf(node, 'kernel_shape') ?? kernel, 1);
  const strides = pair(intsOf(node, 'strides'), 1);
  const dilation = pair(intsOf(node, 'dilations'), 1);
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  const stated = auto === 'NOTSET' ? intsOf(node, 'pads') : null;
  if (auto !== 'SAME_UPPER' && auto !== 'SAME_LOWER') {
    const [top, left, bottom, right] = stated ?? [0, 0, 0, 0];
    return { kernelSize, strides, dilation, pads: [top, left, bottom, right] };
  }
  const along = (axis: 0 | 1): [number, number] => {
    const covered = (kernelSize[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(0, (Math.ceil(image[axis] / strides[axis]) - 1) * strides[axis] + covered - image[axis]);
    const less = Math.floor(total / 2);
    return auto === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return { kernelSize, strides, dilation, pads: [top, left, bottom, right] };
};

/** Whether zeros lie around the image as under `same`, as Keras has it. */
export const isSame = ({ kernelSize, strides, dilation, pads }: Window, image: Size2D): boolean => {
  const geometry = convolutionGeometry(image, { kernelSize, strides, dilation, padding: 'same' });
  if (geometry === null) return false;
  return ([0, 1] as const).every((axis) => {
    const covered = (kernelSize[axis] - 1) * dilation[axis] + 1;
    const total = Math.max(0, (geometry.output[axis] - 1) * strides[axis] + covered - image[axis]);
    return pads[axis] === geometry.padding[axis] && pads[axis + 2] === total - geometry.padding[axis];
  });
};

const isOne = (size: Size2D): boolean => size[0] === 1 && size[1] === 1;

/** Fields of a specification, those that are usual left out. */
export const windowFields = ({ strides, dilation }: Window) => ({
  ...(isOne(strides) ? {} : { strides }),
  ...(isOne(dilation) ? {} : { dilation }),
});

/** The image with the zeros around it that a window asks for, and the padding that is then left to the layer. */
export const padded = (of: string, window: Window, { drafts }: NodeContext): { of: string; padding?: 'same' } => {
  const [rows, columns] = drafts.shapeOf(of);
  const [top, left, bottom, right] = window.pads;
  if (window.pads.every((pad) => pad === 0)) return { of };
  if (isSame(window, [rows, columns])) return { of, padding: 'same' };
  if (window.pads.some((pad) => pad < 0)) throw notLayers('padding below 0');
  return { of: drafts.add({ type: 'zero-padding2d', rows: [top, bottom], columns: [left, right] }, [of]) };
};

const sizeOfImage = (view: View): Size2D => [view.shape[0], view.shape[1]];

const conv: NodeReader = (context) => {
  const { node, drafts } = context;
  const weight = requiredAt(context, 1);
  if (weight.dims.length !== 4) throw notLayers('a convolution of other than two axes');
  const [filters, perGroup, rows, columns] = weight.dims;
  const image = settleImage(viewAt(context), drafts);
  // `settleImage` has the graph's axes over those of the layer, which are rows, columns, channels.
  const window = windowOf(context, [rows, columns], sizeOfImage(image));
  const groups = intOf(node, 'group', 1);
  const channels = image.shape[2];
  if (perGroup * groups !== channels) throw notLayers('a convolution of other channels');
  const { of, padding } = padded(image.of, window, context);
  const bias = constantAt(context, 2);
  const common = {
    kernelSize: window.kernelSize,
    activation: 'linear',
    ...windowFields(window),
    ...(padding === undefined ? {} : { padding }),
    ...(bias ? {} : { useBias: false }),
  } as const;
  const biases: Readonly<Record<string, Float32Array>> = bias ? { bias: biasOf(bias, filters, 1) } : {};
  const kernel = floats(transposeConstant(weight, [2, 3, 1, 0]));
  const isDepthwise = groups === channels && groups > 1;
  const made = isDepthwise
    ? drafts.add({ type: 'depthwise-conv2d', ...common, depthMultiplier: filters / channels }, [of], {
        depthwise_kernel: kernel,
        ...biases,
      })
    : drafts.add({ type: 'conv2d', filters, ...common, ...(groups === 1 ? {} : { groups }) }, [of], {
        kernel,
        ...biases,
      });
  return channelsFirst(made, drafts.shapeOf(made));
};

interface Transposed {
  readonly window: Window;
  readonly outputPadding: Size2D;
}

/** What a transposed convolution gives, and what is cut off then. */
const transposedOf = (context: NodeContext, kernel: Size2D, image: Size2D): Transposed => {
  const { node } = context;
  const kernelSize = pair(intsOf(node, 'kernel_shape') ?? kernel, 1);
  const strides = pair(intsOf(node, 'strides'), 1);
  const dilation = pair(intsOf(node, 'dilations'), 1);
  const outputPadding = pair(intsOf(node, 'output_padding'), 0);
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  const wanted =
    intsOf(node, 'output_shape') ?? (auto.startsWith('SAME') ? image.map((n, axis) => n * strides[axis]) : null);
  if (wanted === null) {
    const [top, left, bottom, right] = (auto === 'NOTSET' ? intsOf(node, 'pads') : null) ?? [0, 0, 0, 0];
    return { window: { kernelSize, strides, dilation, pads: [top, left, bottom, right] }, outputPadding };
  }
  const sizes = wanted.slice(-2);
  const along = (axis: 0 | 1): [number, number] => {
    const covered = (kernelSize[axis] - 1) * dilation[axis] + 1;
    const total = strides[axis] * (image[axis] - 1) + outputPadding[axis] + covered - sizes[axis];
    const less = Math.floor(total / 2);
    return auto === 'SAME_LOWER' || (auto === 'NOTSET' && total % 2 !== 0)
      ? [total - less, less]
      : [less, total - less];
  };
  const [[top, bottom], [left, right]] = [along(0), along(1)];
  return { window: { kernelSize, strides, dilation, pads: [top, left, bottom, right] }, outputPadding };
};

const isSameTransposed = ({ window, outputPadding }: Transposed, image: Size2D): boolean => {
  const { kernelSize, strides, dilation, pads } = window;
  const geometry = transposedGeometry(image, { kernelSize, strides, dilation, padding: 'same' });
  return (
    geometry !== null &&
    ([0, 1] as const).every((axis) => {
      const covered = (kernelSize[axis] - 1) * dilation[axis] + 1;
      const size = (image[axis] - 1) * strides[axis] + covered + outputPadding[axis] - pads[axis] - pads[axis + 2];
      return geometry.image[axis] === size && geometry.padding[axis] === pads[axis];
    })
  );
};

const convTranspose: NodeReader = (context) => {
  const { node, drafts } = context;
  const weight = requiredAt(context, 1);
  if (weight.dims.length !== 4) throw notLayers('a transposed convolution of other than two axes');
  if (intOf(node, 'group', 1) !== 1) throw notLayers('a transposed convolution of groups');
  const [, filters, rows, columns] = weight.dims;
  const image = settleImage(viewAt(context), drafts);
  const found = transposedOf(context, [rows, columns], sizeOfImage(image));
  const { window, outputPadding } = found;
  const { kernelSize, strides, dilation, pads } = window;
  const bias = constantAt(context, 2);
  const weights = {
    kernel: floats(transposeConstant(weight, [2, 3, 1, 0])),
    ...(bias ? { bias: biasOf(bias, filters, 1) } : {}),
  };
  const common = {
    type: 'conv2d-transpose',
    filters,
    kernelSize,
    activation: 'linear',
    ...windowFields(window),
    ...(bias ? {} : { useBias: false }),
  } as const;
  if (isSameTransposed(found, sizeOfImage(image))) {
    const same = drafts.add({ ...common, padding: 'same' }, [image.of], weights);
    return channelsFirst(same, drafts.shapeOf(same));
  }
  if (pads.some((pad) => pad < 0)) throw notLayers('padding below 0');
  const extra = ([0, 1] as const).map((axis) => outputPadding[axis] - pads[axis + 2]);
  const added: Size2D = [Math.max(0, extra[0]), Math.max(0, extra[1])];
  const covers = ([0, 1] as const).every((axis) => (kernelSize[axis] - 1) * dilation[axis] + 1 >= strides[axis]);
  const isPlain = added.every((n) => n === 0) && covers;
  const whole = drafts.add({ ...common, ...(isPlain ? {} : { outputPadding: added }) }, [image.of], weights);
  const cut = { rows: [pads[0], Math.max(0, -extra[0])], columns: [pads[1], Math.max(0, -extra[1])] } as const;
  const isCut = [...cut.rows, ...cut.columns].some((n) => n > 0);
  const of = isCut ? drafts.add({ type: 'cropping2d', ...cut }, [whole]) : whole;
  return channelsFirst(of, drafts.shapeOf(of));
};

/** Whether a view is one that `dimsOf` has a single axis of. */
export const isVector = (view: View): boolean => dimsOf(view).length === 1;

export const productNodes: Readonly<Record<string, NodeReader>> = {
  Gemm: gemm,
  MatMul: matMul,
  Conv: conv,
  ConvTranspose: convTranspose,
};
