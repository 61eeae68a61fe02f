/**
 * Networks as plain data: what a layer, a network and a recipe are.
 * Everything else (summary, graph, Keras config, the explorer's form) is derived from these.
 */

/** Dimensions without the batch axis, channels last: `[784]` or `[28, 28, 1]`. */
export type Shape = readonly number[];

/** What a layer does to its sums, value by value; `softmax` over the last axis. */
export type Activation = 'linear' | 'relu' | 'silu' | 'sigmoid' | 'tanh' | 'softmax';

/** How first weights of a kernel are drawn. Sources: Glorot & Bengio 2010, He et al. 2015. */
export type Initializer = 'glorot-uniform' | 'he-uniform' | 'zeros';

/** How a parameter begins where the recipe says nothing else. */
export type ParameterInitializer = Initializer | 'ones';

/** How biases begin; see `Recipe.biasInitializer`. */
export type BiasInitializer = 'zeros' | 'fan-in-uniform';

/** Two numbers: rows, columns. */
export type Size2D = readonly [number, number];

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

/**
 * What training minimises.
 * - `mse`: mean over images and pixels of the squared error.
 * - `vae-log-sigma`: MSE + weight * sum over code dims of (-1 - s + mean^2 + exp(s)), s the log-sigma head,
 *   averaged over images: the zoo author's variant.
 * - `vae`: MSE + weight * the textbook divergence (Kingma & Welling 2013, appendix B).
 * - `neighbours`: MSE + weight * UMAP's cross-entropy of codes: images near each other in pixel space together, others
 *   apart.
 * - `jacobian`: MSE + weight * the squared change of a pixel for a step of one standard deviation of the codes, over both
 *   dimensions: a smooth decoder.
 * - `cross-entropy`: mean over images of -log p(label); the last activation is softmax.
 */
export type LossSpec =
  | { readonly type: 'mse' }
  | { readonly type: 'vae-log-sigma'; readonly weight: number }
  | { readonly type: 'vae'; readonly weight: number }
  | NeighbourLossSpec
  | { readonly type: 'jacobian'; readonly weight: number }
  | { readonly type: 'cross-entropy' };

/** Batches hold a neighbour of every image beside it, one of its `neighbours` nearest, drawn anew each epoch. */
export interface NeighbourLossSpec {
  readonly type: 'neighbours';
  readonly weight: number;
  readonly neighbours: number;
  /** What distances are taken of: images averaged over 2 x 2 pixels, with their slant taken out first or not. */
  readonly metric: 'pixels' | 'deskewed';
  /** Other images of the batch that each is kept away from. */
  readonly strangers: number;
}

/** Learning rate over the run; `step` counts batches. */
export type ScheduleSpec =
  | { readonly type: 'constant'; readonly learningRate: number }
  /** Linear warm-up over `warmupEpochs`, then a half cosine down to `finalFraction * learningRate`. */
  | {
      readonly type: 'warmup-cosine';
      readonly learningRate: number;
      readonly warmupEpochs: number;
      readonly finalFraction: number;
    }
  /** Linear warm-up, then the full rate, then over the last `decayEpochs` epochs a half cosine down to `finalFraction`. */
  | {
      readonly type: 'hold-cosine';
      readonly learningRate: number;
      readonly warmupEpochs: number;
      readonly decayEpochs: number;
      readonly finalFraction: number;
    }
  /**
   * Linear warm-up, then `cycles` equal half cosines down to `finalFraction`, each from the full rate again.
   * Source: Loshchilov & Hutter 2017, SGDR, equation 5.
   */
  | {
      readonly type: 'cosine-restarts';
      readonly learningRate: number;
      readonly warmupEpochs: number;
      readonly cycles: number;
      readonly finalFraction: number;
    }
  /** Multiplied by `factor` every `everyEpochs` epochs. */
  | {
      readonly type: 'step-decay';
      readonly learningRate: number;
      readonly factor: number;
      readonly everyEpochs: number;
    };

/** Normal draws for each image: standard deviations in pixels, degrees, shares of the size, columns a row. */
export interface AffineAugmentation {
  readonly type: 'affine';
  readonly shift: number;
  readonly rotation: number;
  readonly scale: number;
  readonly shear: number;
}

/** A smooth random field of displacements: standard deviation in pixels at points `cell` pixels apart. */
export interface ElasticAugmentation {
  readonly type: 'elastic';
  readonly strength: number;
  readonly cell: number;
}

/** How images are changed at random before they are learned from. */
export type AugmentationSpec = AffineAugmentation | ElasticAugmentation;

/** Every way to change images at random. */
export type AugmentationType = AugmentationSpec['type'];

/** Everything about a training that is not the architecture; what is absent is not used. */
export interface Recipe {
  readonly name: 'documented' | 'best' | 'custom';
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: ScheduleSpec;
  /** `train`: the official training images; `all`: training and test images merged, training first. */
  readonly trainOn: 'train' | 'all';
  /** Share of the training images held out, the last ones unless `shuffled`; 0 for none. */
  readonly validationSplit: number;
  readonly validationFrom?: 'end' | 'shuffled';
  /** Epochs without improvement of the watched loss before the run stops. */
  readonly patience?: number;
  /** Keep the weights of the best epoch (by validation loss, else training loss) instead of the last. */
  readonly restoreBest?: boolean;
  /**
   * What tells the best epoch where nothing is held out: the mean loss of its batches, taken while the weights moved
   * (default), or the loss over all training images after it, which costs another pass.
   */
  readonly bestBy?: 'batch-loss' | 'training-loss';
  readonly shuffle: boolean;
  readonly initializer: Initializer;
  /**
   * `zeros` (default), or uniform over `[-limit, limit)`, `limit = 1 / sqrt(fanIn)`: without it the kinks of a relu layer
   * on two numbers all meet in the origin. Source of the bound: LeCun et al. 1998, Efficient BackProp, section 4.6.
   */
  readonly biasInitializer?: BiasInitializer;
  /**
   * `mean-image`: the last bias begins where the network draws the mean training image whatever its code, so that no
   * output unit starts dead and the first epochs need not learn it. As `biasInitializer` says when absent.
   */
  readonly outputBias?: 'mean-image';
  readonly seed: number;
  /** How often the first weights were drawn anew, from the same seed, before those that are used; 0 when absent. */
  readonly restart?: number;
  /**
   * Epochs in which dropout drops; in those after them nothing is dropped. All when absent.
   * Source: Liu et al. 2023, Dropout Reduces Underfitting ("early dropout").
   */
  readonly dropoutEpochs?: number;
  /** Changes of the training images, drawn anew at every step; none when absent. */
  readonly augmentation?: readonly AugmentationSpec[];
  /** Epochs in which images are changed; in those after them they are taken as they are. All when absent. */
  readonly augmentationEpochs?: number;
  /**
   * What a changed image is held against: itself (`changed`, default), or the image it was made from (`original`), which
   * asks the encoder to undo the change.
   */
  readonly augmentationTarget?: 'changed' | 'original';
  /**
   * Decoupled weight decay: kernels shrink by `learningRate * weightDecay` of themselves at every step; 0 when absent.
   * Source: Loshchilov & Hutter 2019, algorithm 2.
   */
  readonly weightDecay?: number;
  /**
   * Keeps the running average of the weights instead of the last: `a += (1 - d) (p - a)` after step t, with
   * `d = min(weightAveraging, (1 + t) / (10 + t))`; the last weights when absent.
   * Source: Polyak & Juditsky 1992; the growing decay is that of TensorFlow's ExponentialMovingAverage.
   */
  readonly weightAveraging?: number;
  /**
   * Epochs in which the loss `neighbours` counts; in those after them the squared error alone does, of batches without
   * neighbours. All when absent.
   */
  readonly neighbourEpochs?: number;
  /** Binary digits that the kept weights are rounded to when the training ends, so that their file is small; 24 when absent. */
  readonly significantBits?: number;
  /** Where these values come from, and which of them are ours. */
  readonly source: string;
}

interface NetworkBase {
  /** The id everywhere: file name, CLI argument, docs page. */
  readonly id: string;
  readonly title: string;
  /** Path below `models/` that the zoo's users know. */
  readonly file: string;
  readonly inputShape: Shape;
  readonly loss: LossSpec;
  readonly recipes: { readonly documented: Recipe; readonly best: Recipe };
  /** What is on record about this network. */
  readonly record: string;
}

/** Encoder to two numbers, decoder back to the image. */
export interface AutoencoderSpec extends NetworkBase {
  readonly kind: 'autoencoder';
  readonly encoder: readonly LayerSpec[];
  readonly decoder: readonly LayerSpec[];
  /** Per-pixel MSE over all 70,000 images that the zoo's author reported; null where there is none. */
  readonly published: number | null;
  /** Frozen encoder's network id, where only the decoder is trained. */
  readonly frozenEncoder?: string;
}

/** Image to class probabilities. */
export interface ClassifierSpec extends NetworkBase {
  readonly kind: 'classifier';
  readonly layers: readonly LayerSpec[];
  /** Accuracy over the 70,000 on record. */
  readonly publishedAccuracy: number | null;
}

/** A network as plain data, told apart by `kind`. */
export type NetworkSpec = AutoencoderSpec | ClassifierSpec;

/** One trainable array. Name: `<part>/<layer>/<role>`, for example `encoder/dense_1/kernel`. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: ParameterInitializer;
  readonly fanIn: number;
  readonly fanOut: number;
}
