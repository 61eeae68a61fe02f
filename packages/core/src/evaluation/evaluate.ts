/**
 * The whole evaluation of a model, in the fields that `latent evaluate --json` prints.
 *
 * In: a model, a data set and its floors. Out: plain data. Findings are the diagnosis room's.
 */
import type { Dataset } from '../dataset/index.ts';
import { type CodeExtent, codeExtent, type RunnableModel } from '../plane/index.ts';
import { classifyRight } from './accuracy.ts';
import { type ErrorByPart, meanByClass, meanByPart, type PassOptions, reconstruct } from './error.ts';
import type { Floors } from './floors.ts';

export interface AutoencoderEvaluation {
  /** Of encoder and decoder together. */
  readonly parameters: number;
  readonly mse: ErrorByPart;
  /** `[classes]`, over training and test images together. */
  readonly perClassMse: readonly number[];
  /** Fitted on the training images, scored on all. */
  readonly floors: Floors;
  /** Over training and test images together. */
  readonly code: CodeExtent;
}

export interface ClassifierEvaluation {
  readonly parameters: number;
  /** Share of images read as their label. */
  readonly accuracy: ErrorByPart;
  /** `[classes]`, over training and test images together. */
  readonly perClassAccuracy: readonly number[];
}

/**
 * Evaluates an autoencoder.
 *
 * @param floors - of the same data set; see `computeFloors`.
 * @throws LatentError as `reconstruct`.
 */
export const evaluateAutoencoder = async (
  model: RunnableModel,
  dataset: Dataset,
  floors: Floors,
  options: PassOptions = {},
): Promise<AutoencoderEvaluation> => {
  const { errors, codes } = await reconstruct(model, dataset, options);
  return {
    parameters: model.network.parameterCount,
    mse: meanByPart(errors, dataset),
    perClassMse: meanByClass(errors, dataset),
    floors,
    code: codeExtent(codes),
  };
};

/** Evaluates a classifier. @throws LatentError as `classifyRight`. */
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
