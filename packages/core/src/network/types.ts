/**
 * Networks and recipes as plain data.
 * Everything else (summary, graph, Keras config, the explorer's form) is derived from these.
 */
import type { LayerSpec, ParameterInitializer } from '../layers/index.ts';
import type { LossSpec } from '../losses/index.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Recipe } from './recipe/table.ts';

export type { Recipe } from './recipe/table.ts';

interface NetworkBase {
  /** The id everywhere: file name, CLI argument, docs page. */
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /** Path below `models/` that the zoo's users know. */
  readonly file: string;
  /** Of an image, without the batch axis: pixels in a row, or `[height, width, channels]`. */
  readonly inputShape: Shape;
  /** What its training minimises, where the recipe says nothing else. */
  readonly loss: LossSpec;
  /** How it is trained: as is on record of it, and as we found best. */
  readonly recipes: { readonly documented: Recipe; readonly best: Recipe };
  /** What is on record about this network. */
  readonly record: string;
}

/** Encoder to a code, decoder back to the image. */
export interface AutoencoderSpec extends NetworkBase {
  /** Tells networks apart. */
  readonly kind: 'autoencoder';
  /** Image to code, in order. */
  readonly encoder: readonly LayerSpec[];
  /** Code to image, in order. */
  readonly decoder: readonly LayerSpec[];
  /** A label that enters both parts beside image and code, one-hot; absent where none does. */
  readonly label?: { readonly classes: number };
  /** Per-pixel MSE over all images that its author reported; null where there is none. */
  readonly published: number | null;
  /** Frozen encoder's network id, where only the decoder is trained. */
  readonly frozenEncoder?: string;
}

/** Image to class probabilities. */
export interface ClassifierSpec extends NetworkBase {
  /** Tells networks apart. */
  readonly kind: 'classifier';
  /** Image to probabilities, in order. */
  readonly layers: readonly LayerSpec[];
  /** Accuracy over all images that its author reported; null where there is none. */
  readonly publishedAccuracy: number | null;
}

/** A network as plain data, told apart by `kind`. */
export type NetworkSpec = AutoencoderSpec | ClassifierSpec;

/** One array that training moves. Name: `<part>/<layer>/<role>`, for example `encoder/dense_1/kernel`. */
export interface ParameterSpec {
  /** The name within the network. */
  readonly name: string;
  /** Of the array, row-major. */
  readonly shape: Shape;
  /** Kept by training and not trained by gradients: the running mean of a normalisation. */
  readonly running?: true;
  /** How its first values are drawn where the recipe says nothing else. */
  readonly initializer: ParameterInitializer;
  /** Inputs of one output: a term of the initialisers of Glorot and He. */
  readonly fanIn: number;
  /** Outputs of one input. */
  readonly fanOut: number;
}
