/**
 * What a finding is, and what the rules look at.
 */

import type { Activation } from '../activations/index.ts';
import type { CodeExtent } from '../codes/index.ts';
import type { CodeSpread, ErrorByPart, Floors, PlaneReading } from '../evaluation/index.ts';

/** `error`: the latent space does not do its job; `warning`: it does, at a price; `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** What can be the matter with a latent space; docs/diagnosis.md defines each. */
export type FindingCode =
  | 'near-zero-code'
  | 'constant-code'
  | 'dead-dimension'
  | 'saturated-code'
  | 'diagonal-code'
  | 'clumped-code'
  | 'constant-output'
  | 'missing-classes'
  | 'overfit'
  | 'worse-than-floor'
  | 'diverged';

/** Something that went wrong in a latent space. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** One sentence: what is the matter. */
  readonly message: string;
  /** The figures that say so, by name; shares are 0..1, codes in code units. */
  readonly evidence: Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;
  /** What to try. */
  readonly remedy: string;
}

/** One dimension of the code over all images. */
export interface DimensionHabit {
  readonly min: number;
  readonly max: number;
  /** Population standard deviation. */
  readonly std: number;
  /** The value that most images have, to a thousandth of the code's largest extent. */
  readonly commonest: number;
  /** Share of images that have it. */
  readonly commonestShare: number;
  /** Share of images within a hundredth of the activation's range from one of its two ends; null where it has none. */
  readonly saturatedShare: number | null;
  /**
   * How much of what the decoder draws hangs on this dimension: mean squared change of a picture when the dimension is
   * set to its mean, over the variance of the pictures; 0 where it is ignored. Over the probed images.
   */
  readonly effect: number;
}

/** What is known of the training; of a file from elsewhere nothing is. */
export interface TrainingRecord {
  /** Null while it trains, or where it is not known. */
  readonly stopped: string | null;
  /** Whether the test images were kept out of it. */
  readonly testHeldOut: boolean;
  /** Loss on the held-out images of the kept epoch; null where none were held out. */
  readonly valLoss: number | null;
}

/** Everything that the rules look at; no picture, no weight, no name by which a rule could know the network. */
export interface Examination {
  /** Of the layer that makes the code. */
  readonly codeActivation: Activation;
  /** Over all images. */
  readonly code: CodeExtent & CodeSpread;
  readonly dimensions: readonly DimensionHabit[];
  /** 99th percentile over the images of the code's largest absolute number. */
  readonly magnitude99: number;
  /** Share of images whose every dimension lies at an end of the activation's range; null where it has none. */
  readonly cornerShare: number | null;
  /** Share of the codes' bounds that the half of all images takes that lies densest; null unless two numbers. */
  readonly halfArea: number | null;
  readonly mse: ErrorByPart;
  /** Over all images. */
  readonly floors: Floors;
  /** Variance of the reconstructions over that of the images, pixel by pixel summed; over the probed images. */
  readonly outputVariance: number;
  readonly classNames: readonly string[];
  /** What the classifier sees over the codes' bounds; null without one. */
  readonly plane: PlaneReading | null;
  /** `[classes]`, share of each class's test images whose reconstruction is read as it; null without a classifier. */
  readonly recall: readonly number[] | null;
  readonly training: TrainingRecord | null;
}

/** One kind of finding: its file holds what it means, when it holds, and what to do. */
export interface FindingRule {
  readonly code: FindingCode;
  /** For the docs: what it means. */
  readonly means: string;
  /** The finding, or null where all is well in this respect. */
  readonly find: (examination: Examination) => Finding | null;
}
