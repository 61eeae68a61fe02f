/**
 * A small classifier of any labelled images, trained on their own labels: what a class map and classifier agreement need.
 *
 * In: a data set with labels, a runtime. Out: the classifier and the share of test images that it reads right. What it is
 * depends on the images alone, so it can be kept by their sums.
 */
import type { RunnableModel } from '../codes/index.ts';
import { inputError } from '../errors.ts';
import { type Dataset, type ImageSet, isLabelled } from '../images/index.ts';
import { conv2d, dense, flatten, type LayerSpec } from '../layers/index.ts';
import { bestRecipe, type ClassifierSpec, type Recipe, resolveNetwork } from '../network/index.ts';
import type { Runtime } from '../tensor/index.ts';
import { train } from '../training/index.ts';
import { classifyRight } from './accuracy.ts';

/** Changes where another network or recipe comes of the same images, so that what is kept is made anew. */
export const DATA_CLASSIFIER_VERSION = 1;

/** Sides of what the convolutions leave: no larger. */
const MAX_SIDE = 8;
const FILTERS = [16, 32, 48, 64] as const;
const UNITS = 64;

/** Images that pass in a whole training, about: half a minute for small grey images on one core. */
const IMAGES_SEEN = 200_000;
const MOST_EPOCHS = 40;
const FEWEST_EPOCHS = 2;
const BATCH_SIZE = 64;

/** More need another classifier than this one. */
const MAX_CLASSES = 1_000;

type ClassifiedImages = Pick<ImageSet, 'height' | 'width' | 'channels' | 'count'>;

/** Strided convolutions until the sides are small; images that are small already enter the dense layers. */
const convolutions = ({ height, width }: ClassifiedImages): LayerSpec[] => {
  const layers: LayerSpec[] = [];
  for (let side = Math.max(height, width); side > MAX_SIDE; side = Math.ceil(side / 2)) {
    const filters = FILTERS[Math.min(layers.length, FILTERS.length - 1)];
    layers.push({ ...conv2d(filters, [3, 3], 'relu'), strides: [2, 2], padding: 'same' });
  }
  return layers;
};

const recipeFor = ({ count }: ClassifiedImages): Recipe =>
  bestRecipe({
    epochs: Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, Math.round(IMAGES_SEEN / count))),
    batchSize: Math.min(BATCH_SIZE, count),
    learningRate: 2e-3,
    initializer: 'he-uniform',
    source: 'Ours: as long as the number of images allows.',
  });

/**
 * The classifier as plain data.
 *
 * @param images - the training images: their shape, and how many.
 * @param classes - at least 2.
 */
export const dataClassifier = (images: ClassifiedImages, classes: number): ClassifierSpec => {
  const { height, width, channels } = images;
  const best = recipeFor(images);
  return {
    kind: 'classifier',
    id: 'data-classifier',
    title: 'Classifier of the data',
    file: 'classifiers/data-classifier.keras',
    inputShape: [height, width, channels],
    layers: [...convolutions(images), flatten(), dense(UNITS, 'relu'), dense(classes, 'softmax')],
    loss: { type: 'cross-entropy' },
    publishedAccuracy: null,
    record: 'Trained on the labels of the data set itself.',
    recipes: { documented: { ...best, name: 'documented' }, best },
  };
};

/** Whether a classifier of these images can be: labels, two classes or more, and images of each set. */
export const isClassifiable = (dataset: Dataset): boolean =>
  isLabelled(dataset) &&
  dataset.classNames.length >= 2 &&
  dataset.classNames.length <= MAX_CLASSES &&
  dataset.train.count > 0;

/** How it is trained. */
export interface ClassifierTraining {
  /** What runs the steps. */
  readonly runtime: Runtime;
  /** Inside one operator; the runtime's own default when absent. They decide the last bits of sums. */
  readonly threads?: number;
  /** Told of epochs done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the training, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface TrainedClassifier {
  /** To run it. */
  readonly model: RunnableModel;
  /** Share of the test images that it reads right; of the training images where there are no others. */
  readonly accuracy: number;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the test images; of all where there are none. */
export const accuracyOf = async (model: RunnableModel, dataset: Dataset): Promise<number> => {
  const { train: training, test } = dataset;
  const right = await classifyRight(model, test.count > 0 ? { ...dataset, train: { ...training, count: 0 } } : dataset);
  return mean(right);
};

/**
 * Trains a classifier on the labels of a data set.
 *
 * @throws LatentError (input) `no-classes` for images that have no labels, or one class alone; as `train`.
 */
export const trainDataClassifier = async (
  dataset: Dataset,
  { runtime, threads, onProgress, signal }: ClassifierTraining,
): Promise<TrainedClassifier> => {
  if (!isClassifiable(dataset))
    throw inputError('no-classes', {
      at: { subject: `a classifier of "${dataset.name}"` },
      expected: `images with labels of 2 to ${MAX_CLASSES} classes`,
      got: isLabelled(dataset) ? `${dataset.classNames.length}` : 'images without labels',
      hint: 'docs/images.md tells how images get labels',
    });
  const spec = dataClassifier(dataset.train, dataset.classNames.length);
  const network = resolveNetwork(spec);
  const recipe = spec.recipes.best;
  const training = train({ network, recipe, training: dataset.train, validation: null, runtime, threads });
  for await (const step of training) {
    signal?.throwIfAborted();
    if (step.type === 'epoch') onProgress?.(step.epoch, recipe.epochs);
  }
  const model = { network, weights: training.result().weights, runtime, threads };
  return { model, accuracy: await accuracyOf(model, dataset) };
};
