/**
 * A MODEL argument into a network with its weights.
 *
 * In: an id of the zoo or the path of a run folder. Out: the network, its weights, and what is known of its training.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import {
  findNetwork,
  inputError,
  LatentError,
  type NetworkSpec,
  networks,
  type ResolvedNetwork,
  resolveNetwork,
  type Weights,
} from 'latent-plane';
import { diskFiles } from '../files/file-system.ts';
import { modelsFolder } from '../places.ts';
import { decodeWeights } from '../runs/checkpoint.ts';
import type { RunConfig } from '../runs/config.ts';
import { readConfig, readMetrics, resumeCommand, runPaths } from '../runs/folder.ts';
import type { RunMetrics } from '../runs/metrics.ts';

export interface Model {
  /** Of the network. */
  readonly id: string;
  readonly spec: NetworkSpec;
  readonly network: ResolvedNetwork;
  readonly weights: Weights;
  /** Of the weights as they are stored: two models are the same where this is. */
  readonly weightsSha256: string;
  /** The epoch that the weights are of. */
  readonly epoch: number;
  readonly config: RunConfig;
  readonly metrics: RunMetrics | null;
  /** Absolute path of the run folder. */
  readonly folder: string;
}

export interface OpenModelOptions {
  /** Where the trained zoo lies, a run folder for each id. */
  readonly models?: string;
}

/** Ids of the networks that are trained in a models folder, in the zoo's order. */
export const trainedModels = async (models: string = modelsFolder): Promise<string[]> => {
  const names = new Set(await diskFiles.list(models));
  const found: string[] = [];
  for (const { id } of networks) {
    if (names.has(id) && (await diskFiles.read(runPaths(join(models, id)).config))) found.push(id);
  }
  return found;
};

const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
};

const listing = async (models: string): Promise<string> => {
  const trained = await trainedModels(models);
  const runs = (await diskFiles.list('runs')).filter((name) => !name.startsWith('.'));
  return `Trained here: ${[...trained, ...runs.map((name) => `runs/${name}`)].join(', ') || 'none'}`;
};

/** The folder that an argument names. @throws LatentError (input) `model-not-trained`, `unknown-model`. */
const locate = async (argument: string, models: string): Promise<string> => {
  if (networks.some(({ id }) => id === argument)) {
    const folder = join(models, argument);
    if (await isThere(runPaths(folder).config)) return folder;
    throw inputError(
      'model-not-trained',
      `"${argument}" is a network of the zoo that is not trained here; train it with: npx latent train ${argument} --out ${relative('', folder) || folder}\n${await listing(models)}`,
    );
  }
  if (await isThere(argument)) return resolve(argument);
  let suggestion = '';
  try {
    findNetwork(argument);
  } catch (error) {
    if (error instanceof LatentError) suggestion = /did you mean [^\n]*/.exec(error.message)?.[0] ?? '';
  }
  throw inputError(
    'unknown-model',
    `expected a network's id or a run folder, got "${argument}"${suggestion ? `; ${suggestion}` : ''}\n${await listing(models)}`,
  );
};

/**
 * Opens a MODEL argument. Other kinds of model (a file of another program) get their branch here, by the path's end.
 *
 * @throws LatentError (input) `unknown-model`, `model-not-trained` with what is there; `no-run`, `no-weights`,
 *   `invalid-run`, `weights-mismatch` where the folder is no run, or not whole.
 */
export const openModel = async (argument: string, { models = modelsFolder }: OpenModelOptions = {}): Promise<Model> =>
  openRun(await locate(argument, models));

/** Opens a run folder. */
const openRun = async (folder: string): Promise<Model> => {
  const config = await readConfig(folder);
  if (!config) {
    throw inputError(
      'no-run',
      `${folder}: expected a run folder with config.json, got something else; name a folder that \`latent train\` has made`,
    );
  }
  const { weights: path } = runPaths(folder);
  const bytes = await diskFiles.read(path);
  if (!bytes)
    throw inputError(
      'no-weights',
      `${folder}: this run has not come to an end, so it holds no weights; go on with: ${resumeCommand(folder)}`,
    );
  const network = resolveNetwork(config.network);
  const { weights, epoch } = decodeWeights(bytes, path, network, network.parameters);
  return {
    id: network.spec.id,
    spec: network.spec,
    network,
    weights,
    weightsSha256: createHash('sha256').update(bytes).digest('hex'),
    epoch,
    config,
    metrics: await readMetrics(folder),
    folder,
  };
};
