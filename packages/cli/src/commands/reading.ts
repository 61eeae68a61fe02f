/**
 * What the commands that read a trained model share: MODEL and DATASET arguments, output files.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { type Dataset, type GreyPicture, inputError, type RunnableModel } from 'latent-plane';
import { note } from '../console.ts';
import { fetchProgressReporter, loadDataset } from '../data/index.ts';
import { diskFiles, systemCode, writeAtomic, writeError } from '../files/file-system.ts';
import { type Model, openModel } from '../models/index.ts';
import { DEFAULT_DATASET } from '../runs/plan.ts';

export const MODEL_ARGUMENT = 'network of the zoo by its id, a run folder, or a .keras, .h5, .onnx or model.json file';
export const DATASET_FLAG = '--dataset <dataset>';
export const DATASET_HELP =
  'mnist, fashion-mnist, kmnist or a folder (default: what it was trained on; of a file, mnist)';

/** The data set of an argument, else the one that the model was trained on. */
export const readDataset = (model: Model, argument: string | undefined): Promise<Dataset> =>
  loadDataset(argument ?? model.config?.dataset.argument ?? DEFAULT_DATASET, {
    onProgress: fetchProgressReporter(),
    onNote: note,
  });

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
export const openAutoencoder = async (argument: string): Promise<OpenedModel> => {
  const opened = await openRunnable(argument);
  if (opened.model.spec.kind === 'autoencoder') return opened;
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
