/**
 * The whole evaluation of a model, in the fields that `latent evaluate --json` prints.
 *
 * In: a model, a data set and its baselines. Out: plain data. Findings are `diagnosis`'s.
 */

import { type CodeExtent, type Codes, codeExtent, inTurns, liesOnPlane, type RunnableModel } from '../codes/index.ts';
import { type Dataset, type ImageSet, isLabelled, takeImages } from '../images/index.ts';
import { classifyRight } from './accuracy.ts';
import { type Baselines, type FlatBaselines, flatBaselines } from './baselines.ts';
import { classifierAgreement, type PlanePrediction, predictPlane } from './class-predictions.ts';
import { type CodeSummary, summaryWork } from './code-summary.ts';
import { type ErrorByPart, meanByClass, meanByPart, type PassOptions, reconstruct } from './error.ts';
import { type MeasuredLoss, measureLoss } from './loss.ts';
import { accuracyWork, NEIGHBOURS, type NeighbourhoodScores, neighbourhoodScores } from './neighbourhood.ts';

/** Every score of an autoencoder; docs/evaluation.md defines each. */
export interface AutoencoderEvaluation {
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
  readonly code: CodeExtent & CodeSummary;
  /** What the classifier predicts on a mesh over the codes' bounds; null without one, or without a plane. */
  readonly plane: PlanePrediction | null;
}

/** What an evaluation may be given beside model and images. */
export interface EvaluateOptions extends PassOptions {
  /** Of the same data set, whose registry entry names it: reads what the network draws. */
  readonly classifier?: RunnableModel | null;
  /** Told of how many images the neighbours are compared, which of wide codes takes longer than all else. */
  readonly onNeighbours?: (done: number, total: number) => void;
}

/** More say no more, and cost with their square. */
const NEIGHBOURHOOD_IMAGES = 10_000;

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
  { classifier = null, ...options }: EvaluateOptions = {},
): Promise<AutoencoderEvaluation> => {
  const { errors, codes } = await reconstruct(model, dataset, options);
  const { train, test } = dataset;
  const extent = codeExtent(codes);
  const trainCodes = part(codes, 0, train.count);
  const testCodes = part(codes, train.count, test.count);
  const labelled = isLabelled(dataset);
  const voted = dataset.classNames.length > 1 && train.count > 0 && test.count > 0;
  const neighbourhood = await neighbourhoodOf(model, train, trainCodes, options);
  return {
    parameters: model.network.parameterCount,
    mse: meanByPart(errors, dataset),
    testLoss: test.count > 0 ? await measureLoss(model, test) : null,
    perClassMse: labelled ? meanByClass(errors, dataset) : null,
    floors: flatBaselines(baselines),
    baselines,
    knnAccuracy: voted
      ? {
          k: NEIGHBOURS,
          value: await inTurns(
            accuracyWork({ codes: trainCodes, labels: train.labels }, { codes: testCodes, labels: test.labels }),
          ),
        }
      : null,
    trustworthiness: neighbourhood?.trustworthiness ?? null,
    continuity: neighbourhood?.continuity ?? null,
    recognisable: classifier && labelled && test.count > 0 ? await classifierAgreement(model, classifier, test) : null,
    code: { ...extent, ...(await inTurns(summaryWork(codes, extent))) },
    plane: classifier && liesOnPlane(codes.size) ? await predictPlane(model, classifier, extent) : null,
  };
};

const part = ({ values, size }: Codes, from: number, count: number): Codes => ({
  values: values.subarray(from * size, (from + count) * size),
  count,
  size,
});

const neighbourhoodOf = async (
  { runtime, threads }: RunnableModel,
  train: ImageSet,
  codes: Codes,
  { onNeighbours }: Pick<EvaluateOptions, 'onNeighbours'>,
): Promise<NeighbourhoodScores | null> => {
  const count = Math.min(NEIGHBOURHOOD_IMAGES, train.count);
  if (count <= 2 * NEIGHBOURS) return null;
  const first = takeImages(
    train,
    Uint32Array.from({ length: count }, (_, i) => i),
  );
  return neighbourhoodScores(first, part(codes, 0, count), { runtime, threads, onProgress: onNeighbours });
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
