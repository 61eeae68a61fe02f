/** What the definition of a finding says, and what it is decided from. */
import type { Activation } from '../activations/index.ts';
import type { CodeExtent } from '../codes/index.ts';
import type { Baselines, CodeSummary, ErrorByPart, OtherRange, PlanePrediction } from '../evaluation/index.ts';

/** The gravest first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;

/** `error`: the latent space does not do its job; `warning`: it does, at a price; `info`: worth knowing. */
export type Severity = (typeof SEVERITIES)[number];

/** The figures that show a finding, by name; shares are 0..1, codes in code units. */
export type Evidence = Readonly<Record<string, number | string | readonly number[] | readonly string[]>>;

/** One dimension of the code over all images. */
export interface DimensionStats {
  /** Smallest, code units. */
  readonly min: number;
  /** Largest, code units. */
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
   * How much of the decoder's output depends on this dimension: mean squared change of a picture when the dimension is
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

/** Everything that findings are decided from; no picture, no weight, no name by which one could know the network. */
export interface Examination {
  /** Of the layer that makes the code. */
  readonly codeActivation: Activation;
  /** Over all images. */
  readonly code: CodeExtent & CodeSummary;
  /** The strongest correlation of any two dimensions that are not dead; null where fewer live. */
  readonly livingCorrelation: number | null;
  /** One for each number of the code. */
  readonly dimensions: readonly DimensionStats[];
  /**
   * Kullback-Leibler divergence of each dimension of a Gaussian code from the unit Gaussian, nats, mean over the probed
   * images; null of a code that is none.
   */
  readonly divergences: readonly number[] | null;
  /** 99th percentile over the images of the code's largest absolute number. */
  readonly magnitude99: number;
  /** Share of images whose every dimension lies at an end of the activation's range; null where it has none. */
  readonly cornerShare: number | null;
  /** Share of the codes' bounds that the half of all images takes that lies densest; null where codes lie on no plane. */
  readonly halfArea: number | null;
  /** Mean squared error per pixel, pixels 0..1. */
  readonly mse: ErrorByPart;
  /** Over all images. */
  readonly baselines: Baselines;
  /** Variance of the reconstructions over that of the images, pixel by pixel summed; over the probed images. */
  readonly outputVariance: number;
  /** Mean value of the images' border, 0 (black) to 1 (white); over the probed images. */
  readonly ground: number;
  /** Numbers for black and white that fit the network far better than 0 and 1; null where none do, or images are drawn well. */
  readonly otherRange: OtherRange | null;
  /** By class index; none of images without labels. */
  readonly classNames: readonly string[];
  /** What the classifier predicts over the codes' bounds; null without one, or without a plane. */
  readonly plane: PlanePrediction | null;
  /** `[classes]`, share of each class's test images whose reconstruction is classified as it; null without a classifier or labels. */
  readonly recall: readonly number[] | null;
  /** Whether inference takes running values that training keeps, as those of batch normalisation. */
  readonly keepsRunning: boolean;
  /** What is known of the training; null of a model from elsewhere. */
  readonly training: TrainingRecord | null;
}

/** A figure that decides between a finding and none, or between two severities. */
export interface Threshold {
  readonly value: number;
  /** What is compared with it, its unit included. */
  readonly measure: string;
  /** Why it is this figure and no other. */
  readonly why: string;
}

/** What a definition says of one examination. */
export interface Verdict<S extends Severity = Severity, R extends string = string> {
  readonly severity: S;
  /** One sentence with its figures: what is the matter. */
  readonly message: string;
  readonly evidence: Evidence;
  /** Which of the definition's remedies. */
  readonly remedy: R;
}

/** A case in which the finding holds, as changes of an examination without findings. */
export interface FindingExample<S extends Severity = Severity, R extends string = string> {
  readonly severity: S;
  readonly remedy: R;
  readonly changes: Partial<Examination>;
}

/** Of the examination, the figures that a definition names, each known. */
export type Needed<N extends keyof Examination> = { readonly [Name in N]: NonNullable<Examination[Name]> };

/** All there is to say about one kind of finding: its file holds it, and `findings/index.ts` lists it. */
export interface FindingDefinition<
  Code extends string = string,
  S extends Severity = Severity,
  N extends keyof Examination = keyof Examination,
  T extends string = string,
  R extends string = string,
> {
  readonly code: Code;
  /** Older codes, which stay accepted wherever one is read. */
  readonly aliases?: readonly string[];
  /** What it can be, the gravest first. */
  readonly severities: readonly S[];
  /** What it means, for the docs. */
  readonly means: string;
  /** When it holds, for the docs; gets the thresholds' values. */
  readonly holds: (thresholds: Readonly<Record<T, number>>) => string;
  /** What to try first, for the docs. */
  readonly tries: string;
  /** Figures without which it is not looked for. */
  readonly needs: readonly N[];
  readonly thresholds: Readonly<Record<T, Threshold>>;
  /** What to try. Fields of a recipe and commands stand between backticks, as they are written elsewhere. */
  readonly remedies: Readonly<Record<R, string>>;
  /** Null where all is well in this respect; gets the figures, those that are needed all known, and the thresholds' values. */
  readonly find: (
    examination: Examination & Needed<N>,
    thresholds: Readonly<Record<T, number>>,
    training: TrainingRecord | null,
  ) => Verdict<S, R> | null;
  /** Where the network answers with values that are not finite numbers, so that nothing could be examined. */
  readonly notFinite?: (reason: string) => Verdict<S, R>;
  /** One for each severity and remedy at least; the tests hold them against `find`. */
  readonly examples: readonly FindingExample<S, R>[];
}

const valuesOf = <T extends string>(thresholds: Readonly<Record<T, Threshold>>): Readonly<Record<T, number>> =>
  Object.fromEntries(Object.entries<Threshold>(thresholds).map(([name, { value }]) => [name, value])) as Record<
    T,
    number
  >;

/** A definition as the list holds it: whatever its figures are called, an examination can be put to it. */
export interface AnyFinding<Code extends string = string>
  extends Omit<FindingDefinition<Code>, 'holds' | 'find' | 'aliases' | 'notFinite'> {
  readonly aliases: readonly string[];
  readonly holds: string;
  readonly find: (examination: Examination) => Verdict | null;
  readonly notFinite: ((reason: string) => Verdict) | null;
}

/** Checks a definition's types against one another, and closes over its thresholds. */
export const defineFinding = <
  const Code extends string,
  const S extends Severity,
  const N extends keyof Examination,
  const T extends string,
  const R extends string,
>({
  aliases = [],
  holds,
  find,
  notFinite,
  ...definition
}: FindingDefinition<Code, S, N, T, R>): AnyFinding<Code> => {
  const thresholds = valuesOf(definition.thresholds);
  const isKnown = (examination: Examination): examination is Examination & Needed<N> =>
    definition.needs.every((name) => examination[name] !== null);
  return {
    ...definition,
    aliases,
    holds: holds(thresholds),
    find: (examination) => (isKnown(examination) ? find(examination, thresholds, examination.training) : null),
    notFinite: notFinite ?? null,
  };
};
