/**
 * A NETWORK argument: what is to be trained, summarised or written as a file, whether it was trained before or not.
 *
 * In: an id of the zoo, a network's file, the `config.json` of a run, a run folder, or a model file of another program.
 * Out: the network, and what goes with it. The one place where this is decided.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import {
  DEFAULT_RECIPE,
  type ErrorPlace,
  findNetwork,
  LatentError,
  type NetworkSpec,
  networks,
  parseNetworkFile,
  parseRunConfig,
  RECIPE_NAMES,
  type Recipe,
  type RecipeName,
  type RunConfig,
} from 'latent-plane';
import {
  GUESSED,
  inputError,
  isArchitecture,
  isRecord,
  kerasNetwork,
  NETWORK_FILE,
  namedDataset,
  withFacts,
} from 'latent-plane/internal';
import { systemCode } from '../files/file-system.ts';
import { readError, shownPath } from '../files/read-error.ts';
import { readTextInput } from '../files/read-input.ts';
import { type Model, type OpenModelOptions, openModel } from '../models/index.ts';
import { recordedDataset } from '../runs/data.ts';
import { readConfig, runPaths } from '../runs/folder.ts';

export interface FoundNetwork {
  readonly spec: NetworkSpec;
  /** The data set that goes with it, as `--dataset` takes it; null where nothing is said. */
  readonly data: string | null;
  /** The run that lies in the folder; null where the argument is none. */
  readonly run: RunConfig | null;
  /** The recipes that it has: a file or a run has one. */
  readonly recipes: readonly Recipe['name'][];
  /** Whether its activations are guesses, since weights alone do not tell them. */
  readonly guessed?: boolean;
  /** Where its file has a field: `data`, `recipe.epochs`; null where there is no file that people write. */
  readonly placeOf: ((field: string) => ErrorPlace) | null;
}

/** Longer texts than any network or run has. */
const MAX_BYTES = 500_000;

/** Whether a word names a network of the zoo. */
export const isZooNetwork = (word: string): boolean => networks.some(({ id }) => id === word);

/** Whether a word is the path of a file by its ending. */
export const looksLikeFile = (word: string): boolean => NETWORK_FILE.test(word);

/** A name stays; a folder is beside the file that names it. */
const besideFile = (data: string | null, file: string): string | null =>
  data === null || namedDataset(data) !== null ? data : resolve(dirname(file), data);

/** Reads a file of text. @throws LatentError (input) `no-file`, `too-large` and the like. */
export const readOwnText = async (path: string, what: string): Promise<string> => {
  try {
    return await readTextInput(path, MAX_BYTES);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw readError(path, error);
    throw inputError(
      'no-file',
      { at: { subject: shownPath(path) }, expected: what, got: 'no such file', hint: 'name another' },
      { cause: error },
    );
  }
};

/** A run's network; what `documented` and `best` mean of it is how the run was trained. */
const networkOfRun = ({ network, recipe }: RunConfig): NetworkSpec => ({
  ...network,
  recipes: { documented: recipe, best: recipe },
});

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The reader of networks says where the fault is.
    return null;
  }
};

/** A network's file, or the config of a run; null for a model of TensorFlow.js. */
const readNetworkText = async (path: string): Promise<FoundNetwork | null> => {
  const text = await readOwnText(path, 'the file of a network');
  const json = extname(path) === '.json' ? parsedJson(text) : null;
  if (isRecord(json) && 'modelTopology' in json) return null;
  if (isArchitecture(json))
    return { spec: kerasNetwork(json, path), data: null, run: null, recipes: [DEFAULT_RECIPE], placeOf: null };
  if (isRecord(json) && 'command' in json && 'network' in json) {
    const config = parseRunConfig(new TextEncoder().encode(text), path);
    const data = recordedDataset(dirname(path), config.dataset);
    return { spec: networkOfRun(config), data, run: null, recipes: [config.recipe.name], placeOf: null };
  }
  const { spec, data, placeOf } = parseNetworkFile(text, path);
  return { spec, data: besideFile(data, path), run: null, recipes: [DEFAULT_RECIPE], placeOf };
};

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() === true;

/** @throws LatentError (input) `unknown-network`. */
const ofTheZoo = (id: string): FoundNetwork => ({
  spec: findNetwork(id),
  data: null,
  run: null,
  recipes: RECIPE_NAMES,
  placeOf: null,
});

/** A network that needs no weights to be known: of the zoo, or of a file in words; null for everything else. */
export const findWritten = async (argument: string): Promise<FoundNetwork | null> => {
  if (isZooNetwork(argument)) return ofTheZoo(argument);
  return /\.(ya?ml|json)$/.test(argument) && !(await isFolder(argument)) ? readNetworkText(argument) : null;
};

/**
 * Opens a model for its network alone.
 *
 * @throws LatentError (input) as `openModel`; of a file that is none, also how a file with a network in words is called.
 */
export const openNetwork = async (argument: string, options: OpenModelOptions = {}): Promise<Model> => {
  try {
    return await openModel(argument, options);
  } catch (error) {
    if (!(error instanceof LatentError) || error.code !== 'model-format' || looksLikeFile(argument)) throw error;
    throw withFacts(error, {
      expected: 'a model file, or the file of a network in words, which ends in .yaml, .yml or .json',
      hint: `A network in words: call it ${basename(argument, extname(argument))}.yaml. ${error.hint ?? ''}`,
    });
  }
};

const isImported = (error: unknown): boolean => error instanceof LatentError && error.code === 'imported-run';

/** The run in a folder; null where it is none, or holds a model that came from a file. */
const runIn = async (folder: string): Promise<RunConfig | null> => {
  try {
    return await readConfig(folder);
  } catch (error) {
    if (isImported(error)) return null;
    throw error;
  }
};

/**
 * Finds a network.
 *
 * @throws LatentError (input) `unknown-network` for a word that is none; with file, line and column for a file's fault; as
 *   `openModel` for a model.
 */
export const findNetworkArgument = async (
  argument: string,
  options: Pick<OpenModelOptions, 'guess'> = {},
): Promise<FoundNetwork> => {
  const written = await findWritten(argument);
  if (written !== null) return written;
  const there = await stat(argument).catch(() => null);
  // A word that is neither there nor a path is a misspelt id.
  if (there === null && !looksLikeFile(argument)) return ofTheZoo(argument);
  const run = there?.isDirectory() === true ? await runIn(argument) : null;
  if (run !== null) {
    const data = recordedDataset(argument, run.dataset);
    return { spec: networkOfRun(run), data, run, recipes: [run.recipe.name], placeOf: null };
  }
  const { spec, notes } = await openNetwork(argument, options);
  const guessed = notes.some((text) => text === GUESSED);
  return { spec, data: null, run: null, recipes: RECIPE_NAMES, placeOf: null, guessed };
};

/**
 * Refuses a recipe that a network has not.
 *
 * @param argument - that the network was found by.
 * @param recipe - undefined where none was asked for.
 * @throws LatentError (input) `no-recipe` with those that there are.
 */
export const requireRecipe = (
  { recipes }: Pick<FoundNetwork, 'recipes'>,
  argument: string,
  recipe: RecipeName | undefined,
): void => {
  if (recipe === undefined || recipes.includes(recipe)) return;
  throw inputError('no-recipe', {
    at: { file: argument },
    expected: `a recipe that it has: "${recipes.join('" or "')}", its own`,
    got: `"${recipe}"`,
    hint: 'name no recipe to take its own; single fields are changed with --set, a recipe file, or the fields of a sweep',
  });
};

/**
 * Opens the data set that goes with a network; where there is none, the network's file is told with its line.
 *
 * @param isOwn - nobody named another.
 */
export const openedFor = async <T>(
  { placeOf }: Pick<FoundNetwork, 'placeOf'>,
  isOwn: boolean,
  open: () => Promise<T>,
): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    if (!isOwn || placeOf === null || !(error instanceof LatentError) || error.code !== 'dataset-unknown') throw error;
    throw withFacts(error, { at: { ...placeOf('data'), field: 'data' } });
  }
};

/** The path of a run's config, which stands for its network. */
export const configOf = (folder: string): string => runPaths(folder).config;
