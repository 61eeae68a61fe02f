/**
 * What the commands that read a trained model share: MODEL and DATASET arguments, pictures, figures kept with a run.
 */
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  type AutoencoderSpec,
  type CodeChoice,
  type Dataset,
  type InputRange,
  type KeptScores,
  LatentError,
  otherRange,
  type ResolvedNetwork,
  type RunnableModel,
  sameData,
} from 'latent-plane';
import { inputError, ownScores, requireImages, requireLabels, takesLabel } from 'latent-plane/internal';
import { note } from '../console.ts';
import { DATASET_NAMES, fetchProgressReporter, loadDataset, readingProgressReporter } from '../data/index.ts';
import { requireOwnFiles } from '../files/within.ts';
import { NO_CLASSIFIER } from '../models/classifiers.ts';
import { type Model, openModel, PAIR } from '../models/index.ts';
import { findNetworkArgument } from '../networks/find.ts';
import { wholeNumber } from '../options.ts';
import { dataLabel, identityOf, preprocessed, recordedDataset } from '../runs/data.ts';
import { CARD_KEPT, recordScores } from '../runs/folder.ts';
import { DEFAULT_DATASET } from '../runs/plan.ts';

export const MODEL_ARGUMENT =
  'network of the zoo by its id, a run folder, or a .keras, .h5, .onnx, model.json, .pth or .safetensors file';
/** Numbers of pixels that anybody means. */
const MAX_RANGE = 1e6;
export const DECODER_ARGUMENT =
  'the file of its decoder, where the first holds an encoder alone; also as ENCODER+DECODER';
const NETWORK_HELP = 'of a file of weights alone: the network that they are of, a file (.yaml, .json) or an id';

/** `0,255`. @throws LatentError (input) `invalid-option`. */
const parseInputRange = (text: string): InputRange => {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [black, white] = numbers;
  if (numbers.length === 2 && numbers.every((value) => Math.abs(value) <= MAX_RANGE) && black !== white)
    return { black, white };
  throw inputError('invalid-option', {
    at: { option: '--input-range' },
    expected: 'two different numbers, those for black and for white, as in 0,255 or -1,1',
    got: `"${text}"`,
  });
};

/** Options that say what a MODEL out of a file is, where the file does not. */
export interface ModelFlags extends CodeChoice {
  /** A network as `latent train` takes it. */
  readonly network?: string;
  /** What it takes for black and white. */
  readonly inputRange?: InputRange;
}

/** Adds the options that say what a model out of a file is. */
export const addModelOptions = (command: Command): Command =>
  command
    .option('--network <network>', NETWORK_HELP)
    .option('--code-output <name>', 'output that is the code, of a file with several')
    .option('--code-layer <name>', 'layer that gives the code, of a file that is one autoencoder')
    .option(
      '--input-range <black,white>',
      'of a file: numbers that its model takes for black and white, as in 0,255 or -1,1 (default: 0,1)',
      parseInputRange,
    );

/** Adds the argument of a model, which may lie in two files, and those options. */
export const addModel = (command: Command): Command =>
  addModelOptions(command.argument('<model>', MODEL_ARGUMENT).argument('[decoder]', DECODER_ARGUMENT));

/** Two files as one argument. */
export const pairArgument = (model: string, decoder: string | undefined): string =>
  decoder === undefined ? model : `${model}${PAIR}${decoder}`;

/** What a command does with a model, which may have been given in two files. */
export const withModel =
  <Flags>(run: (argument: string, flags: Flags) => Promise<void>) =>
  async (model: string, decoder: string | undefined, flags: Flags): Promise<void> => {
    if (decoder !== undefined) await requireThere(model, decoder);
    return run(pairArgument(model, decoder), flags);
  };

/** What is wrong with one of two files is told of that file. @throws LatentError (input) `unknown-model`. */
const requireThere = async (...files: readonly string[]): Promise<void> => {
  for (const file of files) {
    if (await stat(file).catch(() => null)) continue;
    // Names it, and what there is.
    await openModel(file);
  }
};

/** The first of the options that was given; null where none was. */
const optionGiven = ({ network, codeOutput, codeLayer, inputRange }: ModelFlags): string | null => {
  if (network !== undefined) return `--network ${network}`;
  if (codeOutput !== undefined) return `--code-output ${codeOutput}`;
  if (codeLayer !== undefined) return `--code-layer ${codeLayer}`;
  return inputRange === undefined ? null : `--input-range ${inputRange.black},${inputRange.white}`;
};

/** Whether anything was said of what a model is. */
export const isTold = (flags: ModelFlags): boolean => optionGiven(flags) !== null;

/**
 * Opens a model, as the options say that it is.
 *
 * @throws LatentError as `openModel` and `findNetworkArgument`; (input) `invalid-option` for a model that was trained here.
 */
export const openGiven = async (argument: string, flags: ModelFlags): Promise<Model> => {
  const { network, codeOutput, codeLayer, inputRange } = flags;
  const model = await openModel(argument, {
    ...{ codeOutput, codeLayer, inputRange },
    ...(network === undefined ? {} : { network: (await findNetworkArgument(network)).spec }),
  });
  const option = optionGiven(flags);
  if (model.source !== null || option === null) return model;
  throw inputError('invalid-option', {
    at: { option },
    expected: 'a model file of another program',
    got: `"${argument}", of which that is known`,
    hint: 'leave the option out',
  });
};
export const DATASET_FLAG = '--dataset <dataset>';
export const CLASSIFIER_FLAG = '--classifier <model>';
export const CLASSIFIER_HELP = `what tells classes apart: a classifier's file or folder, or ${NO_CLASSIFIER} (default: the one of the zoo, else one trained on the labels of the data and kept in the cache)`;
export const DATASET_HELP = `${DATASET_NAMES} or a folder (default: what it was trained on; of a file, ${DEFAULT_DATASET})`;

/** The data set of an argument, else the one that the model was trained on, as `loadDataset` takes it. */
export const datasetArgumentOf = ({ path, config }: Model, argument: string | undefined): string =>
  argument ?? (config ? recordedDataset(path, config.dataset) : DEFAULT_DATASET);

/** What was there when the run began, and is not now. */
const GONE: ReadonlySet<string> = new Set(['dataset-unknown', 'dataset-folder', 'dataset-file-missing']);

const loadFor = async (model: Model, argument: string | undefined, wanted: string): Promise<Dataset> => {
  try {
    return await loadDataset(wanted, {
      onProgress: fetchProgressReporter(),
      onReading: readingProgressReporter(),
      onNote: note,
    });
  } catch (error) {
    if (argument !== undefined || model.config === null || !(error instanceof LatentError) || !GONE.has(error.code))
      throw error;
    throw inputError(
      'no-data',
      {
        problem: `${model.path} was trained on "${model.config.dataset.name}" in ${wanted}, which is not there any more`,
        hint: 'name the folder of its images, or other images: --dataset FOLDER',
      },
      { cause: error },
    );
  }
};

/** Says so where a run's own images are meant, and others lie in their place. */
export const noteChangedData = ({ path, config }: Model, argument: string | undefined, dataset: Dataset): void => {
  if (argument !== undefined || config === null || sameData(config.dataset, identityOf(dataset))) return;
  note(
    `note: ${path} was trained on ${dataLabel(config.dataset.name, config.dataset)}, what lies there now is ${dataLabel(dataset.name, identityOf(dataset))}: the figures are of the latter, and are not kept with the run`,
  );
};

/**
 * A data set as the recipe of the model's run preprocesses it: what the network learned from, and what it is judged on.
 *
 * @throws LatentError (input) `shape-mismatch` for images that the model does not take; `no-labels`, `unknown-label`.
 */
export const takenBy = (model: Model, dataset: Dataset): Dataset => {
  const taken = preprocessed(dataset, model.config?.recipe.preprocessing);
  requireImages(model, taken.train);
  requireLabels(model.network, taken);
  return taken;
};

/**
 * Reads that data set, as the model takes it.
 *
 * @throws LatentError as `loadDataset`; (input) `no-data` where the images of the run are gone; `shape-mismatch` for images
 *   that the model does not take: before any work on them, since the baselines of large images take minutes.
 */
export const readDataset = async (model: Model, argument: string | undefined): Promise<Dataset> => {
  const wanted = datasetArgumentOf(model, argument);
  const own = argument === undefined ? model.config?.dataset.argument : undefined;
  if (own?.startsWith('./')) await requireOwnFiles(model.path, [own]);
  const dataset = takenBy(model, await loadFor(model, argument, wanted));
  noteChangedData(model, argument, dataset);
  await noteOtherRange(model, dataset);
  return dataset;
};

/** Says so where a model of another program fits other pixels far better than those it is given. */
const noteOtherRange = async (model: Model, { train, test }: Dataset): Promise<void> => {
  const { source, network } = model;
  const set = test.count > 0 ? test : train;
  if (source === null || network.spec.kind !== 'autoencoder' || network.parts.length < 2 || set.count === 0) return;
  const other = await otherRange(await runnable(model), set);
  if (other === null) return;
  const { black, white, mse, own } = other;
  note(
    `note: ${model.path} seems to expect other pixels: its error is ${own.toPrecision(3)} with black as 0 and white as 1, ${mse.toPrecision(3)} with black as ${black} and white as ${white} (--input-range=${black},${white})`,
  );
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
export const openRunnable = async (argument: string, flags: ModelFlags = {}): Promise<OpenedModel> => {
  const model = await openGiven(argument, flags);
  return { model, running: await runnable(model) };
};

/** The parts that a command runs. */
export type NeededPart = 'encoder' | 'decoder';

/** @throws LatentError (input) `half-a-model` where a part is not in the file. */
export const requireParts = (argument: string, { parts }: ResolvedNetwork, needed: readonly NeededPart[]): void => {
  const missing = needed.find((name) => !parts.some((part) => part.name === name));
  if (missing === undefined) return;
  const pair = missing === 'encoder' ? `ENCODER ${argument}` : `${argument} DECODER`;
  throw inputError('half-a-model', {
    at: { file: argument },
    problem: `it holds ${missing === 'encoder' ? 'a decoder' : 'an encoder'} alone, and this takes the ${missing} too`,
    hint: `name the file of the ${missing} beside it: ${pair}, or as one word ${pair.replace(' ', PAIR)}`,
  });
};

/** Opens a MODEL argument that must have a code. @throws LatentError (input) `no-code` for a classifier; `half-a-model`. */
export const openAutoencoder = async (
  argument: string,
  flags: ModelFlags = {},
  needed: readonly NeededPart[] = ['encoder', 'decoder'],
): Promise<OpenedModel & { readonly spec: AutoencoderSpec }> => {
  const opened = await openRunnable(argument, flags);
  const { spec } = opened.model;
  if (spec.kind === 'autoencoder') {
    requireParts(argument, opened.model.network, needed);
    return { ...opened, spec };
  }
  throw inputError('no-code', {
    problem: `"${argument}" is a classifier, which has no code`,
    expected: 'an autoencoder, see: npx latent zoo',
  });
};

export const LABEL_FLAG = '--label <n>';
export const LABEL_HELP = 'class that images are drawn of, of a model that takes a label beside the code';
/** Labels are bytes or pairs of them. */
export const parseLabel = wholeNumber('--label', { min: 0, max: 65_535 });

/**
 * A model that draws images of one class, where it takes a label: the one asked for, else the first, which is said.
 *
 * @throws LatentError (input) `invalid-option` for a model that takes no label, or fewer classes.
 */
export const drawingLabel = (argument: string, running: RunnableModel, label: number | undefined): RunnableModel => {
  const { spec, parts } = running.network;
  const isTold = parts.some((part) => part.name === 'decoder' && takesLabel(part));
  const classes = isTold && spec.kind === 'autoencoder' ? (spec.label?.classes ?? 0) : 0;
  if (label !== undefined && label >= classes)
    throw inputError('invalid-option', {
      at: { option: `--label ${label}` },
      expected: classes === 0 ? 'a model that takes a label' : `a class from 0 to ${classes - 1}`,
      got: classes === 0 ? `"${argument}", which takes none` : `${label}`,
      ...(classes === 0 ? { hint: 'leave the option out' } : {}),
    });
  if (classes > 0 && label === undefined)
    note(`note: ${argument} takes a label; images of class 0 are drawn, those of another with --label N`);
  return classes === 0 ? running : { ...running, label: label ?? 0 };
};

/** Said once where the codes are drawn alone. */
export const NO_CLASS_MAP =
  'note: no classifier, so the codes are drawn without a class map (it takes images with labels of two classes or more)';

/** Two evaluations of the same weights differ between machines in their last digits; a run's figures stay then. */
const rounded = (scores: unknown): string => {
  // Of the same images whatever they are called; figures of the first edition do not state their sums.
  const figures = { ...(typeof scores === 'object' ? scores : {}), dataset: undefined, sha256: undefined };
  return JSON.stringify(figures, (_, entry) => (typeof entry === 'number' ? entry.toPrecision(5) : entry));
};

/** Keeps what a command found with the run, where it is of the images that it was trained on. */
export const keepScores = async (
  { path, metrics, config }: Model,
  command: 'evaluate' | 'diagnose',
  dataset: Dataset,
  scores: Readonly<Record<string, unknown>>,
): Promise<void> => {
  // Of a pack that stays on the disk a part was looked at; the figures of a run are those of all its images.
  if (dataset.stored) return;
  if (metrics === null || config === null || !sameData(config.dataset, identityOf(dataset))) return;
  if (rounded(ownScores({ config, metrics }, command)) === rounded(scores)) return;
  const kept: KeptScores = { dataset: config.dataset.name, sha256: config.dataset.sha256, ...scores };
  try {
    if (!(await recordScores(path, command, kept))) note(`note: ${path}: ${CARD_KEPT}`);
  } catch (error) {
    // The figures are told by now; that they could not be written is the failure of this command.
    if (!(error instanceof LatentError) || error.kind !== 'input') throw error;
    note(`note: the figures were not kept with the run: ${error.message}`);
  }
};
