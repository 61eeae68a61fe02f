/** What every loss says of itself: reconstruction errors, and terms that are added to one. */
import type { Activation } from '../activations/index.ts';
import type { ImageSet, Labels } from '../images/index.ts';
import {
  defineSpec,
  type Fields,
  number,
  type Spec,
  type SpecSource,
  type VariantDefinition,
} from '../registry/index.ts';
import type { Runtime } from '../tensor/session.ts';
import type { Dims, Tensor } from '../tensor/tensor.ts';
import { type WeightScheduleSpec, weightScheduleField } from './weight-schedules/index.ts';

/** The two heads of a Gaussian code, `[batch, codeSize]` each. */
export interface GaussianHeads {
  readonly zMean: Tensor;
  /** The log-scale head as it is. */
  readonly zLogScale: Tensor;
  /** The logarithm of the variance, whichever of the two the head gives. */
  readonly zLogVar: Tensor;
}

/** What a loss may ask of a network before it is computed. */
export interface NetworkFacts {
  /** Of the code. */
  readonly heads: Heads;
  /** What the values of the output come out of. */
  readonly outputActivation: Activation;
}

/** How the log-scale head of a Gaussian code is to be read; null for a code without heads. */
export type Heads = 'log-sigma' | 'log-variance' | null;

/** What a loss may be computed from. */
export interface LossInputs {
  /** What the network gives, `[batch, ...]`: images, or probabilities of classes. */
  readonly output: Tensor;
  /** What it is compared with, of the same dimensions: images, or one-hot labels. */
  readonly target: Tensor;
  /** What the encoder gives, `[batch, ...]`. */
  readonly codes: Tensor;
  /** @throws LatentError (internal) where the code is not Gaussian. */
  readonly heads: () => GaussianHeads;
  /** What enters the softmax of a classifier. @throws LatentError (internal) where there is none. */
  readonly logits: () => Tensor;
  /** The decoder once more, without what is random in training. */
  readonly decode: (codes: Tensor) => Tensor;
  /** Standard normal numbers under a name, drawn anew for each batch. */
  readonly normal: (name: string, dims: Dims) => Tensor;
  /** A scalar that training feeds at each step: the share of a weight that changes over the epochs. */
  readonly share: (name: string) => Tensor;
}

/** What is needed to find partners of images. */
export interface PairSource {
  readonly images: ImageSet;
  /** Computes products of images; only that. */
  readonly runtime: Runtime;
  readonly threads?: number;
  readonly seed: number;
}

/** Draws partners of a batch's images. */
export interface PairDraw {
  /** Writes a partner of each of the first `count` images of `indices` into the `count` places after them. */
  draw(indices: Int32Array, count: number, step: number): void;
}

interface Words {
  readonly formula: string;
  readonly source?: string;
  /** In a sum: `mean squared error`. */
  readonly name: string;
  /** On the axis of a curve, with its unit. */
  readonly curve: string;
}

interface ReconstructionBehaviour<Value> extends Words {
  /** What is reconstructed. */
  readonly of: 'images' | 'labels';
  /** In place of `curve` where the loss sums over pixels. */
  readonly curveOfSums?: string;
  /** What a network lacks for it, as the end of "expects ..."; null where it suits. */
  fault?(facts: NetworkFacts): string | null;
  /** A scalar: the mean over the images of the batch. */
  compute(loss: Value, inputs: LossInputs): Tensor;
  /**
   * Adds the loss of some images to a sum, in double precision, from what inference gives.
   *
   * @param output - `[images, size]` and maybe more behind it, as the network ends.
   * @param target - pixels 0..255 of those images, `[images, size]`, or their labels, `[images]`.
   * @param size - numbers that the network gives for an image.
   */
  accumulate(loss: Value, sum: number, output: Float32Array, target: Labels, size: number): number;
}

interface TermBehaviour<Value> extends Words {
  /**
   * `exact`: of the term itself. `estimate`: of what a batch's random numbers give, which is the term on average.
   */
  readonly gradient: 'exact' | 'estimate';
  /** What a network lacks for it, as the end of "expects ..."; null where it suits. */
  fault?(facts: NetworkFacts): string | null;
  /** Codes whose networks get this term where nothing is said of their loss. */
  readonly usualFor?: Heads;
  /** Finds partners: batches then hold one beside each image, those of the first half in the second. */
  pairs?(loss: Value, source: PairSource): Promise<PairDraw>;
  /** A scalar, before its weight. */
  compute(loss: Value, inputs: LossInputs): Tensor;
}

/** How an output is compared with its target. */
export interface ReconstructionDefinition<Value extends { readonly type: string } = { readonly type: string }>
  extends VariantDefinition<Value>,
    ReconstructionBehaviour<Value> {}

/** What all terms have in common as plain data. */
export interface AnyTerm {
  readonly type: string;
  readonly weight: number;
  readonly schedule?: WeightScheduleSpec;
}

/** What is added to a reconstruction error, times its weight. */
export interface TermDefinition<Value extends AnyTerm = AnyTerm>
  extends VariantDefinition<Value>,
    TermBehaviour<Value> {}

/** Makes a definition of a reconstruction error. */
export const defineReconstruction = <const Type extends string, const F extends Fields>(
  source: SpecSource<Type, F> & ReconstructionBehaviour<Spec<Type, F>>,
) => ({ ...source, ...defineSpec<Type, F>(source) });

/** Makes a definition of a term. */
export const defineTerm = <const Type extends string, const F extends Fields & ReturnType<typeof weightFields>>(
  source: SpecSource<Type, F> & TermBehaviour<Spec<Type, F>>,
) => ({ ...source, ...defineSpec<Type, F>(source) });

/** The fields that every term has. */
export const weightFields = (of: string, weight: number) => ({
  weight: number({
    label: `Weight of ${of}`,
    doc: `What ${of} is multiplied by before it is added to the reconstruction error.`,
    min: 0,
    max: 1000,
    default: weight,
    fileDefault: 1,
  }),
  schedule: weightScheduleField,
});
