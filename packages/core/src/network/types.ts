/**
 * Networks and recipes as plain data.
 * Everything else (summary, graph, Keras config, the explorer's form) is derived from these.
 */
import type { AugmentationSpec } from '../augmentations/types.ts';
import type { BiasInitializer, Initializer, LayerSpec, ParameterInitializer } from '../layers/index.ts';
import type { LossSpec } from '../losses/types.ts';
import type { ScheduleSpec } from '../schedules/types.ts';
import type { Shape } from '../tensor/shape.ts';

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
