/** A layer as Python code for PyTorch: the modules that hold its arrays, and what its output is. */
import type { Activation } from '../activations/index.ts';
import { pythonCall, pythonValue } from '../registry/index.ts';
import { type ConvolutionGeometry, type ConvolutionSettings, convolutionGeometry } from '../tensor/geometry.ts';
import type { Shape, Size2D } from '../tensor/index.ts';

/** Where the channels of an image lie: right behind the batch, as most modules of PyTorch have it, or last, as here. */
export type ChannelPlace = 'first' | 'last';

/** What the code of a layer is made with. */
export interface TorchCodeContext {
  /** The first input. */
  readonly x: string;
  /** All inputs, their channels where the layer has them. */
  readonly inputs: readonly string[];
  /** Of the first input as it is here: without the batch, channels last. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** The axis of channels or features. */
  readonly axis: string;
  /** A module of the layer: `self.conv2d`. @param head - which, where it has several. */
  module(head?: string): string;
  /** Whatever comes out of an activation. */
  activate(activation: Activation, x: string): string;
}

/** What a layer is in PyTorch code. */
export interface TorchCode<S> {
  /** Where images that reach the layer, and those that leave it, have their channels; wherever they lie when absent. */
  channels?(spec: S): ChannelPlace;
  /** What makes each of its modules, by the names that `torch` has; none when absent. */
  modules?(spec: S, inputShape: Shape, outputShape: Shape): Readonly<Record<string, string>>;
  /** The output as an expression; of a Gaussian code its mean and its log-scale. */
  output(spec: S, context: TorchCodeContext): string | readonly [mean: string, logScale: string];
}

const ONE: Size2D = [1, 1];

const isOne = (sides: Size2D): boolean => sides.every((n) => n === 1);

/** `3` for as many rows as columns, else `(3, 2)`; undefined where it is what PyTorch takes anyway. */
export const sides = ([rows, columns]: Size2D, usual?: number): number | Size2D | undefined => {
  if (rows !== columns) return [rows, columns];
  return rows === usual ? undefined : rows;
};

/** Rows and columns around an image: before it and after it. */
interface Margins {
  readonly before: Size2D;
  readonly after: Size2D;
}

const marginsOf = ({ image, output, kernel, strides, dilation, padding }: ConvolutionGeometry): Margins => {
  const along = (axis: 0 | 1): number => {
    const covered = (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.max(0, (output[axis] - 1) * strides[axis] + covered - image[axis] - padding[axis]);
  };
  return { before: padding, after: [along(0), along(1)] };
};

/** How a window gets its rows and columns around the image. */
export interface TorchPadding {
  /** For the module itself; undefined where it needs none, or cannot do it. */
  readonly own?: 'same' | number | Size2D;
  /** For `F.pad`, where the module pads alike on both sides only: left, right, above, below. */
  readonly around?: readonly [number, number, number, number];
}

/** @param takesSame - whether the module knows `same` for steps of 1. */
export const torchPadding = (settings: ConvolutionSettings, inputShape: Shape, takesSame: boolean): TorchPadding => {
  const geometry = convolutionGeometry([inputShape[0], inputShape[1]], settings);
  if (geometry === null) return {};
  const { before, after } = marginsOf(geometry);
  if ([...before, ...after].every((n) => n === 0)) return {};
  if (takesSame && isOne(settings.strides ?? ONE)) return { own: 'same' };
  if (before.join() === after.join()) return { own: sides(before) };
  return { around: [before[1], after[1], before[0], after[0]] };
};

/** The image with what its module cannot add itself. */
export const padded = (x: string, { around }: TorchPadding, value?: number): string => {
  if (around === undefined) return x;
  return `F.pad(${x}, ${pythonValue(around)}${value === undefined ? '' : `, value=${pythonValue(value)}`})`;
};

interface Convolution extends ConvolutionSettings {
  readonly useBias?: boolean;
}

/** The convolution of an image, with its channels in and out. */
export const torchConvolution = (
  spec: Convolution,
  inputShape: Shape,
  outputs: number,
  groups: number = spec.groups ?? 1,
): string =>
  pythonCall('nn.Conv2d', [inputShape[2], outputs, sides(spec.kernelSize)], {
    stride: sides(spec.strides ?? ONE, 1),
    padding: torchPadding(spec, inputShape, true).own,
    dilation: sides(spec.dilation ?? ONE, 1),
    groups: groups === 1 ? undefined : groups,
    bias: spec.useBias === false ? false : undefined,
  });

/** What the convolution takes. */
export const convolved = (x: string, spec: Convolution, inputShape: Shape): string =>
  padded(x, torchPadding(spec, inputShape, true));

/** The code of a layer that leaves every value as it is. */
export const passesOn: TorchCode<unknown> = { output: (_spec, { x }) => x };
