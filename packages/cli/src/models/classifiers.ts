/**
 * A classifier of a data set: the one that the zoo has of it, or a small one that is trained on its labels once and kept in
 * the cache by the sums of the images.
 */
import { join } from 'node:path';
import {
  type Dataset,
  decodeWeights,
  encodeWeights,
  LatentError,
  type RunnableModel,
  registeredEntry,
  resolveNetwork,
  sameData,
  trainDataClassifier,
} from 'latent-plane';
import {
  accuracyOf,
  DATA_CLASSIFIER_VERSION,
  dataClassifier,
  inputError,
  isClassifiable,
  labelBytes,
  takesImages,
} from 'latent-plane/internal';
import { note } from '../console.ts';
import { withCounting } from '../counting.ts';
import { defaultCacheFolder } from '../data/cache.ts';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { sha256Of } from '../files/sha256.ts';
import { asRead, identityOf } from '../runs/data.ts';
import { percent } from '../tables.ts';
import { openModel, trainedModels } from './open-model.ts';

/** What `--classifier` takes in place of a model. */
export const NO_CLASSIFIER = 'none';

const running = async ({ network, weights }: Pick<RunnableModel, 'network' | 'weights'>): Promise<RunnableModel> => {
  const { nodeRuntime } = await import('latent-plane/node');
  return { network, weights, runtime: nodeRuntime };
};

/** The zoo's classifier that learned these images, as they were read; null where there is none. */
const ofTheZoo = async (dataset: Dataset): Promise<RunnableModel | null> => {
  if (asRead(dataset) !== dataset) return null;
  const id = registeredEntry(dataset, identityOf(dataset))?.classifier ?? null;
  if (id === null || !(await trainedModels()).includes(id)) return null;
  const model = await openModel(id);
  if (!sameData(model.config?.dataset, identityOf(dataset))) return null;
  return takesImages(model.network.spec.inputShape, dataset.test) ? running(model) : null;
};

/** The images as the network sees them: those of a recipe's preprocessing are other images. */
const keyOf = ({ train, test, classNames }: Dataset): string =>
  sha256Of(
    Buffer.from(
      JSON.stringify([
        DATA_CLASSIFIER_VERSION,
        dataClassifier,
        [train.height, train.width, train.channels, classNames.length],
        sha256Of(train.pixels),
        sha256Of(labelBytes(train.labels)),
        sha256Of(test.pixels),
      ]),
    ),
  ).slice(0, 32);

const stored = async (file: string, dataset: Dataset): Promise<RunnableModel | null> => {
  const bytes = await diskFiles.read(file).catch(() => null);
  if (bytes === null) return null;
  const network = resolveNetwork(dataClassifier(dataset.train, dataset.classNames.length));
  try {
    const { weights } = decodeWeights(bytes, file, network, network.parameters);
    return await running({ network, weights });
  } catch (error) {
    // A damaged file of the cache is made anew.
    if (error instanceof LatentError) return null;
    throw error;
  }
};

/** Losing it costs only the next training. */
const store = async (file: string, { network, weights }: RunnableModel): Promise<void> => {
  const { epochs } = network.spec.recipes.best;
  const bytes = encodeWeights(network.parameters, weights, { id: network.spec.id, epoch: epochs });
  try {
    await makeFolder(diskFiles, join(file, '..'));
    await writeAtomic(diskFiles, file, bytes);
  } catch (error) {
    if (!(error instanceof LatentError)) throw error;
    note(`note: the classifier was not kept: ${error.message}`);
  }
};

const told = new WeakSet<Dataset>();

const tell = (dataset: Dataset, accuracy: number): void => {
  if (told.has(dataset)) return;
  told.add(dataset);
  const { name, test } = dataset;
  note(
    `note: classes are told by a classifier trained on the labels of ${name}, which reads ${percent(accuracy)} of the ${test.count > 0 ? 'test' : 'training'} images right; another: --classifier MODEL, or ${NO_CLASSIFIER}`,
  );
};

const ofTheData = async (dataset: Dataset): Promise<RunnableModel | null> => {
  if (!isClassifiable(dataset)) return null;
  const file = join(defaultCacheFolder(), 'classifiers', `${keyOf(dataset)}.safetensors`);
  const kept = await stored(file, dataset);
  if (kept !== null) {
    tell(dataset, await accuracyOf(kept, dataset));
    return kept;
  }
  const { nodeRuntime: runtime } = await import('latent-plane/node');
  const { model, accuracy } = await withCounting(
    'training a classifier of these images, once',
    'epochs',
    (onProgress) => trainDataClassifier(dataset, { runtime, threads: 1, onProgress }),
  );
  await store(file, model);
  tell(dataset, accuracy);
  return model;
};

/** One that a person named. @throws LatentError (input) `invalid-option` for what is no classifier of such images. */
const named = async (argument: string, dataset: Dataset): Promise<RunnableModel> => {
  const { network, weights } = await openModel(argument);
  const refuse = (expected: string, got: string) =>
    inputError('invalid-option', {
      at: { option: `--classifier ${argument}` },
      expected,
      got,
      hint: 'leave the option out: a classifier is then trained on the labels of the data',
    });
  if (network.spec.kind !== 'classifier') throw refuse('a classifier', 'an autoencoder');
  const { inputShape } = network.spec;
  if (!takesImages(inputShape, dataset.train))
    throw refuse(
      `a classifier of images of ${dataset.train.height} x ${dataset.train.width} x ${dataset.train.channels}`,
      `one of [${inputShape.join(', ')}]`,
    );
  const classes = network.parts[0].outputShape.reduce((product, size) => product * size, 1);
  if (dataset.classNames.length > 0 && classes !== dataset.classNames.length)
    throw refuse(`a classifier of ${dataset.classNames.length} classes`, `one of ${classes}`);
  return running({ network, weights });
};

/**
 * What tells the classes of drawn images apart.
 *
 * @param argument - of `--classifier`: a model, `none`, or undefined for that of the data.
 * @returns null for `none`, and for images without labels, of which no classifier can be trained.
 */
export const classifierFor = async (dataset: Dataset, argument?: string): Promise<RunnableModel | null> => {
  if (argument === NO_CLASSIFIER) return null;
  if (argument !== undefined) return named(argument, dataset);
  return (await ofTheZoo(dataset)) ?? (await ofTheData(dataset));
};
