/** Layers as plain data. */
import type { Activation } from '../activations/types.ts';
import type { Shape, Size2D } from '../tensor/shape.ts';

/** How first weights of a kernel are drawn. Sources: Glorot & Bengio 2010, He et al. 2015. */
export type Initializer = 'glorot-uniform' | 'he-uniform' | 'zeros';

/** How a parameter begins where the recipe says nothing else. */
export type ParameterInitializer = Initializer | 'ones';

/** How biases begin; see `Recipe.biasInitializer`. */
export type BiasInitializer = 'zeros' | 'fan-in-uniform';

/** Fully connected: `y = activation(x W + b)`. Kernel `[inputs, units]`. */
export interface DenseSpec {
  readonly type: 'dense';
  readonly units: number;
  readonly activation: Activation;
}

/** 2-D convolution, `valid` padding, stride 1. Kernel `[rows, columns, channels, filters]`. */
export interface Conv2DSpec {
  readonly type: 'conv2d';
  readonly filters: number;
  readonly kernelSize: Size2D;
  readonly activation: Activation;
}

/** Transposed 2-D convolution, `valid` padding, stride 1. Kernel `[rows, columns, filters, channels]`. */
export interface Conv2DTransposeSpec {
  readonly type: 'conv2d-transpose';
  readonly filters: number;
  readonly kernelSize: Size2D;
  readonly activation: Activation;
}

/** Largest value of each window; the stride is the window, a remainder at the edge is dropped. */
export interface MaxPooling2DSpec {
  readonly type: 'max-pooling2d';
  readonly poolSize: Size2D;
}

/** Nearest-neighbour up-sampling: every pixel repeated. */
export interface UpSampling2DSpec {
  readonly type: 'up-sampling2d';
  readonly size: Size2D;
}

/** `[h, w, c] -> [h * w * c]`. */
export interface FlattenSpec {
  readonly type: 'flatten';
}

/** Any shape to `targetShape` with as many elements. */
export interface ReshapeSpec {
  readonly type: 'reshape';
  readonly targetShape: Shape;
}

/** In training each element is zeroed with probability `rate`, the rest scaled by `1 / (1 - rate)`. */
export interface DropoutSpec {
  readonly type: 'dropout';
  readonly rate: number;
}

/** In training a normal number of mean 0 is added to each element. */
export interface GaussianNoiseSpec {
  readonly type: 'gaussian-noise';
  readonly std: number;
}

/** Features of each image to mean 0 and variance 1, then scaled and shifted. Parameters `gamma`, `beta`. */
export interface LayerNormalizationSpec {
  readonly type: 'layer-normalization';
  readonly epsilon: number;
}

/** `y = x + activation(x W1 + b1) W2 + b2`, `units` wide within. */
export interface ResidualDenseSpec {
  readonly type: 'residual-dense';
  readonly units: number;
  readonly activation: Activation;
}

/**
 * The Gaussian code of a variational autoencoder: two dense heads and a sample.
 *
 * `log-sigma`: `z = zMean + exp(zLogSigma) * eps`; `log-variance`: `z = zMean + exp(zLogVar / 2) * eps`,
 * `eps ~ N(0, epsilonStd^2)`. At inference the code is `zMean`.
 */
export interface GaussianSamplingSpec {
  readonly type: 'gaussian-sampling';
  readonly units: number;
  readonly meanActivation: Activation;
  readonly parameterisation: 'log-sigma' | 'log-variance';
  readonly epsilonStd: number;
}

/** A layer, told apart by `type`. */
export type LayerSpec =
  | DenseSpec
  | Conv2DSpec
  | Conv2DTransposeSpec
  | MaxPooling2DSpec
  | UpSampling2DSpec
  | FlattenSpec
  | ReshapeSpec
  | DropoutSpec
  | GaussianNoiseSpec
  | LayerNormalizationSpec
  | ResidualDenseSpec
  | GaussianSamplingSpec;

/** Every type of layer. */
export type LayerType = LayerSpec['type'];
