/**
 * The whole evaluation of a model, in the fields that `latent evaluate --json` prints.
 *
 * In: a model, a data set and its baselines. Out: plain data. Findings are `diagnosis`'s.
 */

import {
  type CodeExtent,
  type Codes,
  codeExtent,
  inTurns,
  PLANE_DIMENSIONS,
  type PlaneBounds,
  pointsOfCodes,
  type RunnableModel,
  shownPlane,
} from '../codes/index.ts';
import { type Dataset, isLabelled, sliceSet } from '../images/index.ts';
import { classifyRight } from './accuracy.ts';
import { type Baselines, type FlatBaselines, flatBaselines } from './baselines.ts';
import { classifierAgreement, type PlanePrediction, predictPlane } from './class-predictions.ts';
import { type CodeSummary, summaryWork } from './code-summary.ts';
import { divergencePerDimension } from './divergence.ts';
import { type ErrorByPart, meanByClass, meanByPart, type PassOptions, reconstruct } from './error.ts';
import { type MeasuredLoss, measureLoss } from './loss.ts';
import { accuracyWork, NEIGHBOURS, spaceScores } from './neighbourhood.ts';
import { evaluateSpaces, NEIGHBOURHOOD_IMAGES, type OnNeighbours, type SpaceEvaluation } from './space.ts';

/** Every score of an autoencoder; docs/evaluation.md defines each. */
export interface AutoencoderEvaluation extends AllScores {
  /** Of encoder and decoder together. */
  readonly parameters: number;
  /** Mean squared error per pixel, pixels 0..1. */
  readonly mse: ErrorByPart;
  /** What training minimised, on the test images; null without any. */
  readonly testLoss: MeasuredLoss | null;
  /** `[classes]`, over training and test images together; null where the images have no labels. */
  readonly perClassMse: readonly number[] | null;
  /** The baselines under their older names. */
  readonly floors: FlatBaselines;
  /** Fitted on the training images, scored on all. */
  readonly baselines: Baselines;
  /** Training codes vote on test codes; null without either, or without two classes. */
  readonly knnAccuracy: { readonly k: number; readonly value: number } | null;
  /** Of the first 10,000 training images, five neighbours; null where there are too few. */
  readonly trustworthiness: number | null;
  /** As in `NeighbourhoodScores`. */
  readonly continuity: number | null;
  /** Classifier agreement: share of test reconstructions that are classified as their label; null without a classifier or labels. */
  readonly recognisable: number | null;
  /** Over training and test images together. */
  readonly code: CodeExtent & CodeSummary & CodeDivergence;
  /** What the classifier predicts on a mesh over the codes' bounds on the plane shown; null without one. */
  readonly plane: PlanePrediction | null;
  /** How the plane that codes of more numbers are shown on keeps what the code has; null where codes are points already. */
  readonly shown: ShownPlane | null;
}

/** The scores of a space that take long; null where they were not asked for. */
export type AllScores = { readonly [Score in keyof SpaceEvaluation]: SpaceEvaluation[Score] | null };

const NOT_ASKED: AllScores = {
  neighbourhoods: null,
  distanceCorrelation: null,
  tripletAccuracy: null,
  linearProbe: null,
};

/** How much of a Gaussian code is used. */
export interface CodeDivergence {
  /** `[size]`, nats, mean over the test images, or without any the training images; null of a code that is no Gaussian. */
  readonly klPerDimension: readonly number[] | null;
  /** Dimensions of more than 0.01 nats; null of a code that is no Gaussian. */
  readonly activeUnitsByKl: number | null;
}

/** What the plane shows of codes of more numbers. */
export interface ShownPlane extends AllScores {
  /** Of its coordinates. */
  readonly names: readonly [string, string];
  /** Of the variance of all codes, the share along the plane, 0..1. */
  readonly varianceShare: number;
  /** As the code's, of the points of the plane alone. */
  readonly knnAccuracy: { readonly k: number; readonly value: number } | null;
  /** As the code's. */
  readonly trustworthiness: number | null;
  /** As the code's. */
  readonly continuity: number | null;
}

/** What an evaluation may be given beside model and images. */
export interface EvaluateOptions extends PassOptions {
  /** Of the same data set, whose registry entry names it: reads what the network draws. */
  readonly classifier?: RunnableModel | null;
  /** Told of how many images the neighbours are compared, which of wide codes takes longer than all else. */
  readonly onNeighbours?: OnNeighbours;
  /** Also `AllScores`: neighbours in three numbers, distances, a linear probe, which take a minute or two. */
  readonly allScores?: boolean;
}

/** A dimension of more nats is in use. Source: Burda et al. 2015, of the variance of the mean. */
const ACTIVE_NATS = 0.01;

/** The scores of a classifier. */
export interface ClassifierEvaluation {
  /** Values in all parameters together. */
  readonly parameters: number;
  /** Share of images read as their label. */
  readonly accuracy: ErrorByPart;
  /** `[classes]`, over training and test images together. */
  readonly perClassAccuracy: readonly number[];
}

/**
 * Evaluates an autoencoder.
 *
 * @param baselines - of the same data set; see `computeBaselines`.
 * @throws LatentError as `reconstruct`.
 */
export const evaluateAutoencoder = async (
  model: RunnableModel,
  dataset: Dataset,
  baselines: Baselines,
  { classifier = null, allScores = false, ...options }: EvaluateOptions = {},
): Promise<AutoencoderEvaluation> => {
  const { errors, codes } = await reconstruct(model, dataset, options);
  const { train, test } = dataset;
  const extent = codeExtent(codes);
  const labelled = isLabelled(dataset);
  const plane = shownPlane(codes);
  const isWhole = codes.size <= PLANE_DIMENSIONS;
  const points: Codes = { values: pointsOfCodes(plane, codes), count: codes.count, size: PLANE_DIMENSIONS };
  const [own, ofPlane] = await neighboursOf(model, dataset, isWhole ? [codes] : [codes, points], options);
  const [space, shownSpace] = allScores
    ? await evaluateSpaces(model, dataset, isWhole ? [codes] : [codes, points], options.onNeighbours)
    : [];
  const klPerDimension = await divergencePerDimension(model, test.count > 0 ? test : train);
  return {
    parameters: model.network.parameterCount,
    mse: meanByPart(errors, dataset),
    testLoss: test.count > 0 ? await measureLoss(model, test) : null,
    perClassMse: labelled ? meanByClass(errors, dataset) : null,
    floors: flatBaselines(baselines),
    baselines,
    ...own,
    recognisable: classifier && labelled && test.count > 0 ? await classifierAgreement(model, classifier, test) : null,
    code: {
      ...extent,
      ...(await inTurns(summaryWork(codes, extent))),
      klPerDimension,
      activeUnitsByKl: klPerDimension?.filter((nats) => nats > ACTIVE_NATS).length ?? null,
    },
    plane: classifier ? await predictPlane(model, classifier, boundsOf(points), { plane }) : null,
    shown: ofPlane
      ? { names: plane.names, varianceShare: varianceShare(points, extent), ...ofPlane, ...(shownSpace ?? NOT_ASKED) }
      : null,
    ...(space ?? NOT_ASKED),
  };
};

const part = ({ values, size }: Codes, from: number, count: number): Codes => ({
  values: values.subarray(from * size, (from + count) * size),
  count,
  size,
});

const boundsOf = (points: Codes): PlaneBounds => {
  const { min, max } = codeExtent(points);
  return { min, max };
};

const varianceShare = (points: Codes, { std }: CodeExtent): number => {
  const total = std.reduce((sum, value) => sum + value ** 2, 0);
  return total === 0 ? 0 : codeExtent(points).std.reduce((sum, value) => sum + value ** 2, 0) / total;
};

/** The scores of five neighbours in each space, the images compared once. */
const neighboursOf = async (
  { runtime, threads }: RunnableModel,
  { train, test, classNames }: Dataset,
  spaces: readonly Codes[],
  { onNeighbours }: Pick<EvaluateOptions, 'onNeighbours'>,
): Promise<readonly Pick<AutoencoderEvaluation, 'knnAccuracy' | 'trustworthiness' | 'continuity'>[]> => {
  const count = Math.min(NEIGHBOURHOOD_IMAGES, train.count);
  const scores =
    count <= 2 * NEIGHBOURS
      ? null
      : await spaceScores(
          sliceSet(train, 0, count),
          spaces.map((codes) => part(codes, 0, count)),
          { runtime, threads, ks: [NEIGHBOURS], onProgress: onNeighbours },
        );
  const isVoted = classNames.length > 1 && train.count > 0 && test.count > 0;
  const found = [];
  for (const [i, codes] of spaces.entries()) {
    const learned = { codes: part(codes, 0, train.count), labels: train.labels };
    const asked = { codes: part(codes, train.count, test.count), labels: test.labels };
    found.push({
      knnAccuracy: isVoted ? { k: NEIGHBOURS, value: await inTurns(accuracyWork(learned, asked)) } : null,
      trustworthiness: scores?.[i].neighbourhoods[0].trustworthiness ?? null,
      continuity: scores?.[i].neighbourhoods[0].continuity ?? null,
    });
  }
  return found;
};

/**
 * Evaluates a classifier.
 *
 * @throws LatentError `no-such-part` (input) for an autoencoder; `shape-mismatch` (input).
 */
export const evaluateClassifier = async (
  model: RunnableModel,
  dataset: Dataset,
  options: PassOptions = {},
): Promise<ClassifierEvaluation> => {
  const right = await classifyRight(model, dataset, options);
  return {
    parameters: model.network.parameterCount,
    accuracy: meanByPart(right, dataset),
    perClassAccuracy: meanByClass(right, dataset),
  };
};
