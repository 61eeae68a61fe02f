/**
 * What the commands that read a trained model share: MODEL and DATASET arguments, output files.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { encode as encodePng } from 'fast-png';
import {
  type AutoencoderSpec,
  type Dataset,
  elementCount,
  type GreyPicture,
  inputError,
  LatentError,
  type RunnableModel,
  requireImages,
} from 'latent-plane';
import { note } from '../console.ts';
import { fetchProgressReporter, loadDataset } from '../data/index.ts';
import { diskFiles, systemCode, writeAtomic, writeError } from '../files/file-system.ts';
import { type Model, openModel, trainedModels } from '../models/index.ts';
import { recordedDataset } from '../runs/data.ts';
import { recordScores } from '../runs/folder.ts';
import { DEFAULT_DATASET } from '../runs/plan.ts';

export const MODEL_ARGUMENT = 'network of the zoo by its id, a run folder, or a .keras, .h5, .onnx or model.json file';
export const DATASET_FLAG = '--dataset <dataset>';
export const DATASET_HELP =
  'mnist, fashion-mnist, kmnist or a folder (default: what it was trained on; of a file, mnist)';

/** The data set of an argument, else the one that the model was trained on, as `loadDataset` takes it. */
export const datasetArgumentOf = ({ path, config }: Model, argument: string | undefined): string =>
  argument ?? (config ? recordedDataset(path, config.dataset) : DEFAULT_DATASET);

/**
 * Reads that data set.
 *
 * @throws LatentError as `loadDataset`; (input) `shape-mismatch` for images that the model does not take: before any work
 *   on them, since the baselines of large images take minutes.
 */
export const readDataset = async (model: Model, argument: string | undefined): Promise<Dataset> => {
  const dataset = await loadDataset(datasetArgumentOf(model, argument), {
    onProgress: fetchProgressReporter(),
    onNote: note,
  });
  requireImages(model, dataset.train);
  return dataset;
};

/** A model with the native engine to run it. The engine is loaded here, so that `--help` need not wait for it. */
export const runnable = async ({ network, weights }: Pick<Model, 'network' | 'weights'>): Promise<RunnableModel> => {
  const { nodeRuntime } = await import('latent-plane/node');
  return { network, weights, runtime: nodeRuntime };
};

export interface OpenedModel {
  readonly model: Model;
  readonly running: RunnableModel;
}

/** Opens a MODEL argument to run it. @throws LatentError as `openModel`. */
export const openRunnable = async (argument: string): Promise<OpenedModel> => {
  const model = await openModel(argument);
  return { model, running: await runnable(model) };
};

/** Opens a MODEL argument that must have a code. @throws LatentError (input) `no-code` for a classifier. */
export const openAutoencoder = async (argument: string): Promise<OpenedModel & { readonly spec: AutoencoderSpec }> => {
  const opened = await openRunnable(argument);
  const { spec } = opened.model;
  if (spec.kind === 'autoencoder') return { ...opened, spec };
  throw inputError(
    'no-code',
    `"${argument}" is a classifier, which has no code; expected an autoencoder, see: npx latent zoo`,
  );
};

/** The extension of an output file, one of those offered. @throws LatentError (input) `file-type`. */
export const outputType = <T extends string>(path: string, offered: readonly T[]): T => {
  const got = extname(path).toLowerCase();
  const found = offered.find((extension) => extension === got);
  if (found !== undefined) return found;
  throw inputError('file-type', `--out ${path}: expected a file that ends in ${offered.join(' or ')}, got "${got}"`);
};

/**
 * Writes a file whole or not at all; makes its folder, but none above that.
 *
 * @throws LatentError (input) `no-folder` where the folder above is missing; (work) as `writeAtomic`.
 */
export const writeOutput = async (path: string, content: Uint8Array | string): Promise<void> => {
  const folder = dirname(path);
  try {
    // Not `recursive`: Node tries for ever to make a folder where the system allows none, as below /proc.
    await mkdir(folder);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw inputError(
        'no-folder',
        `--out ${path}: expected a folder ${dirname(folder)} to write into, found none; make it, or choose another`,
      );
    if (code !== 'EEXIST') throw writeError(path, error);
  }
  await writeAtomic(diskFiles, path, content);
};

/** A grey picture as the bytes of a PNG file. */
export const pngBytes = ({ width, height, pixels }: GreyPicture): Uint8Array =>
  encodePng({ width, height, data: pixels, channels: 1, depth: 8 });

/** Reads what autoencoders draw. */
export const CLASSIFIER = 'classifier';

/** The trained classifier of the zoo, where it is there and learned this data set; another's reading would say nothing. */
export const classifierFor = async ({ name, test }: Dataset): Promise<RunnableModel | null> => {
  if (!(await trainedModels()).includes(CLASSIFIER)) return null;
  const { model, running } = await openRunnable(CLASSIFIER);
  if (model.config?.dataset.name !== name) return null;
  return elementCount(running.network.spec.inputShape) === test.height * test.width ? running : null;
};

/** Two readings of the same weights differ between machines in their last digits; a run's figures stay then. */
const rounded = (value: unknown): string =>
  JSON.stringify(value, (_, entry) => (typeof entry === 'number' ? entry.toPrecision(5) : entry));

/** Keeps what a command found with the run, where it is of the data that it was trained on. */
export const keepScores = async (
  { path, metrics, config }: Model,
  command: 'evaluate' | 'diagnose',
  scores: { readonly dataset: string } & Readonly<Record<string, unknown>>,
): Promise<void> => {
  if (metrics === null || config?.dataset.name !== scores.dataset) return;
  if (rounded(metrics.scores[command]) === rounded(scores)) return;
  try {
    await recordScores(path, command, scores);
  } catch (error) {
    if (!(error instanceof LatentError)) throw error;
    note(`note: the figures were not kept with the run: ${error.message}`);
  }
};
