/**
 * A MODEL argument into a network with its weights.
 *
 * In: an id of the zoo, the path of a run folder, or of a model file of another program. Out: the network, its weights,
 * and what is known of its training.
 */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import {
  encodeWeights,
  MODEL_FORMATS,
  type ModelFormat,
  type NetworkSpec,
  networks,
  type ReadModelOptions,
  type ResolvedNetwork,
  RUN_FILES,
  type RunConfig,
  type RunMetrics,
  resolveNetwork,
  type Weights,
} from 'latent-plane';
import {
  CHECKPOINTS,
  importedNetwork,
  inputError,
  isHalfNote,
  onlyPart,
  pairModels,
  readHalves,
  SHIPPED_FILES,
  suggestion,
} from 'latent-plane/internal';
import { note, shellWord } from '../console.ts';
import { diskFiles, systemCode } from '../files/file-system.ts';
import { readError, shownPath } from '../files/read-error.ts';
import { sha256Of } from '../files/sha256.ts';
import { requireOwnFiles } from '../files/within.ts';
import { modelsFolder } from '../places.ts';
import { readConfig, readMetrics, runPaths } from '../runs/folder.ts';
import { readImportConfig } from '../runs/imported.ts';
import { EVOLUTION_FILE } from '../runs/shipped.ts';
import { readModelFile } from './read-file.ts';
import { runWeights } from './run-weights.ts';

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
  /** Null where it was not trained here. */
  readonly config: RunConfig | null;
  readonly metrics: RunMetrics | null;
  /** Absolute path of the run folder, or of the file. */
  readonly path: string;
  /** Format of the file; null for a run folder. */
  readonly source: ModelFormat | null;
  /** What a person should know of a file: values that were converted, parts that are missing. */
  readonly notes: readonly string[];
}

export interface OpenModelOptions extends ReadModelOptions {
  /** Where the trained zoo lies, a run folder for each id. */
  readonly models?: string;
  /** Told what a person should know of a file; by default on standard error. */
  readonly onNote?: (text: string) => void;
  /** Whether its other half is known, so that it need not be told that it is one. */
  readonly isHalf?: boolean;
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

/** @throws LatentError (input) `not-readable` where something may be there that cannot be looked at. */
const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    // A name that is too long for the system is nobody's.
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return false;
    throw readError(path, error);
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
    throw inputError('model-not-trained', {
      problem: `"${argument}" is a network of the zoo that is not trained here`,
      hint: `train it with: npx latent train ${argument} --out ${shellWord(relative('', folder) || folder)}\n${await listing(models)}`,
    });
  }
  if (await isThere(argument)) return resolve(argument);
  const guess = suggestion(
    argument,
    networks.map(({ id }) => id),
  );
  throw inputError('unknown-model', {
    expected: "a network's id, a run folder or a model file",
    got: `"${shownPath(argument)}"${guess === '' ? '' : `; ${guess}`}`,
    hint: await listing(models),
  });
};

/** Files that stand for the folder that they are in. */
const MAIN_FILES = ['model.json', 'autoencoder.onnx', 'classifier.onnx'];

/** The file to read for a path; null for a run folder. */
const fileOf = async (path: string): Promise<string | null> => {
  if (!(await stat(path)).isDirectory()) return path;
  const names = await diskFiles.list(path);
  if (names.includes('config.json')) return null;
  const main = MAIN_FILES.find((name) => names.includes(name));
  return main === undefined ? null : join(path, main);
};

/** Opens a file of another program. */
const openFile = async (
  path: string,
  { models: _, onNote, isHalf = false, ...options }: OpenModelOptions,
): Promise<Model> => {
  const { network, weights, notes, format } = await readModelFile(path, options);
  for (const text of notes) if (!isHalf || !isHalfNote(text)) onNote?.(`note: ${path}: ${text}`);
  return { ...untrained({ network, weights, notes }), path, source: format };
};

/** A model that came from elsewhere. */
const untrained = ({
  network,
  weights,
  notes,
}: Pick<Model, 'network' | 'weights' | 'notes'>): Omit<Model, 'path' | 'source'> => {
  const { spec } = network;
  // As an import stores them: the same model has the same sum, whatever file it came in.
  const stored = encodeWeights(network.parameters, weights, { id: spec.id, epoch: 0 });
  return {
    id: spec.id,
    spec,
    network,
    weights,
    weightsSha256: sha256Of(stored),
    epoch: 0,
    config: null,
    metrics: null,
    notes,
  };
};

/** Between the two files of one model. */
export const PAIR = '+';

/** The two halves that an argument names; null where it names one model. */
const halvesOf = async (argument: string): Promise<readonly [string, string] | null> => {
  if (!argument.includes(PAIR) || (await isThere(argument))) return null;
  for (let at = argument.indexOf(PAIR); at >= 0; at = argument.indexOf(PAIR, at + 1)) {
    const halves = [argument.slice(0, at), argument.slice(at + 1)] as const;
    if (halves.every((half) => half !== '') && (await isThere(halves[0])) && (await isThere(halves[1]))) return halves;
  }
  return null;
};

/**
 * Makes one model of an encoder and a decoder.
 *
 * @throws LatentError (input) `not-a-pair`, `pair-mismatch`.
 */
export const paired = (first: Model, second: Model): Model => {
  const [a, b] = [first, second].map(({ path, ...model }) => ({ ...model, file: path }));
  const model = pairModels(a, b);
  const main = onlyPart(first.network) === 'decoder' ? second : first;
  return { ...untrained(model), path: main.path, source: main.source ?? second.source ?? first.source };
};

/**
 * Opens a MODEL argument; `ENCODER+DECODER` is one of two files.
 *
 * @throws LatentError (input) `unknown-model`, `model-not-trained` with what is there; `no-run`, `no-weights`,
 *   `invalid-run`, `not-a-pair`, `pair-mismatch`, `weights-mismatch` where the folder is no run, or not whole; `outside-folder` where it names what is
 *   not its own; as `readModelFile` for a file.
 */
export const openModel = async (argument: string, options: OpenModelOptions = {}): Promise<Model> => {
  const { models = modelsFolder, onNote = note } = options;
  const halves = await halvesOf(argument);
  if (halves) {
    const { codeOutput, codeLayer, ...others } = options;
    const [first, second] = await readHalves({ codeOutput, codeLayer }, (which, choice) =>
      openModel(halves[which === 'first' ? 0 : 1], { ...others, ...choice, isHalf: true }),
    );
    const pair = paired(first, second);
    const told = new Set([...first.notes, ...second.notes]);
    for (const text of pair.notes) if (!told.has(text)) onNote(`note: ${argument}: ${text}`);
    return pair;
  }
  const path = await locate(argument, models);
  const file = await fileOf(path);
  if (file !== null) return openFile(file, { ...options, onNote });
  return openRun(path, models);
};

/** What is read of a run folder, here and by whoever draws it. */
const READ_FILES = [...Object.values(RUN_FILES), ...Object.values(SHIPPED_FILES), EVOLUTION_FILE, CHECKPOINTS];

/** Opens a run folder. */
const openRun = async (folder: string, models: string): Promise<Model> => {
  await requireOwnFiles(folder, READ_FILES);
  const imported = await readImportConfig(folder);
  const config = imported ? null : await readConfig(folder);
  const known = imported ?? config;
  if (known === null) {
    throw inputError('no-run', {
      at: { file: folder },
      expected: 'a run folder with config.json',
      got: 'something else',
      hint: `name a folder that \`latent train\` has made, or a model file\nSupported: ${MODEL_FORMATS}`,
    });
  }
  const network = imported ? importedNetwork(imported) : resolveNetwork(known.network);
  const { weights, epoch, sha256 } = await runWeights(folder, network, { imported: imported !== null, models });
  return {
    id: network.spec.id,
    spec: network.spec,
    network,
    weights,
    weightsSha256: sha256,
    epoch,
    config,
    metrics: imported ? null : await readMetrics(folder),
    path: folder,
    source: null,
    notes: imported?.notes ?? [],
  };
};
