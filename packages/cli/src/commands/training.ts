/**
 * What `train` and `tune-decoder` share: their options, signals, progress, and how they say what came of it.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  DEFAULT_RECIPE,
  type ErrorPlace,
  LatentError,
  parseRecipeFile,
  RECIPE_NAMES,
  recipeOf,
  resolveNetwork,
  type WrittenRecipe,
} from 'latent-plane';
import {
  curveName,
  inputError,
  optionName,
  reasonOf,
  recipeSettings,
  reportOf,
  requireMemory,
  requirePreprocessing,
  settingsIn,
  suggestion,
  withFacts,
  workError,
} from 'latent-plane/internal';
import { counted, EXIT, note, printJson } from '../console.ts';
import { DATASET_NAMES, fetchProgressReporter, loadDataset, readingProgressReporter } from '../data/index.ts';
import { type Destination, outputFile, outputFolder, ownFolder } from '../files/destination.ts';
import { writeOutput } from '../files/output.ts';
import { type FoundNetwork, readOwnText } from '../networks/find.ts';
import { wholeNumber } from '../options.ts';
import type { RunContext, RunOutcome } from '../runs/execute-run.ts';
import { extendCommand } from '../runs/extend.ts';
import { checkVacant, readHistory, resumeCommand } from '../runs/folder.ts';
import { DEFAULT_DATASET, type TrainingOptions } from '../runs/plan.ts';
import { formatDuration, trainingProgress } from '../runs/progress.ts';
import { withInterruption } from '../signals.ts';
import { addRecipeOptions, settingsAskedFor } from './recipe-options.ts';

/** The options of both commands, as commander hands them over. */
export interface TrainingFlags extends TrainingOptions {
  readonly out?: Destination;
  /** What `--set` asks for. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** True where it stands alone, a folder where one follows. */
  readonly resume?: boolean | Destination;
  readonly json?: boolean;
  /** The file that `--recipe` names. */
  readonly recipeFile?: WrittenRecipe;
}

const MAX_EPOCHS = 1_000_000;

const OUT = outputFolder('--out');

/**
 * A folder that a run may begin in: also one that nobody named, or that was to be gone on with.
 *
 * @throws LatentError (input) as `outputFolder`, `checkVacant`.
 */
export const requireNewRun = async (folder: string, { resume }: TrainingFlags): Promise<Destination> => {
  const checked = resume === folder ? outputFolder('--resume')(folder) : OUT(folder);
  await checkVacant(checked);
  return checked;
};

const isRecipeFile = (word: string): boolean => /\.(ya?ml|json)$/i.test(word);

/** @throws LatentError (input) `invalid-option`. */
const recipeWord = (word: string): string => {
  if (isRecipeFile(word) || RECIPE_NAMES.some((name) => name === word)) return word;
  const guess = suggestion(word, RECIPE_NAMES);
  throw inputError('invalid-option', {
    at: { option: '--recipe' },
    expected: `"${RECIPE_NAMES.join('", "')}", or a recipe's file, which ends in .yaml, .yml or .json`,
    got: `"${word}"${guess === '' ? '' : `; ${guess}`}`,
  });
};

/** Adds the options that both commands take. */
export const addTrainingOptions = (command: Command): Command =>
  addRecipeOptions(
    command
      .option('--dataset <dataset>', `${DATASET_NAMES} or a folder or file of images (default: ${DEFAULT_DATASET})`)
      .option(
        '--recipe <name|file>',
        `documented (the original recipe) or best (the tuned one) (default: ${DEFAULT_RECIPE}), or a file with any of its fields`,
        recipeWord,
      ),
  )
    .option(
      '--checkpoint-every <n>',
      'keep the weights of every n-th epoch, and before the first of 1, 2, 4, ...',
      wholeNumber('--checkpoint-every', { min: 1, max: MAX_EPOCHS }),
    )
    .option(
      '--threads <n>',
      'threads of one step; decide the order of sums, so the bytes',
      wholeNumber('--threads', { min: 1, max: 1024 }),
    )
    .option('--out <dir>', 'run folder (default: runs/<id>-<recipe>-seed<seed>)', OUT)
    .option('--resume [dir]', 'resume the run in DIR, or in --out', ownFolder('--resume'))
    .option('--json', 'one JSON document on standard output');

/** As commander hands the flags over: a recipe may be a file. */
export type Asked<F extends TrainingFlags> = Omit<F, 'recipe'> & { readonly recipe?: string };

/** A recipe's name, or what a file in its place says. */
const recipeAskedFor = async (word: string | undefined): Promise<Readonly<Record<string, unknown>>> => {
  if (word === undefined || !isRecipeFile(word)) return word === undefined ? {} : { recipe: word };
  const recipeFile = parseRecipeFile(await readOwnText(word, 'the file of a recipe'), word);
  const { settings, name } = recipeFile;
  return { ...settings, recipeFile, ...(RECIPE_NAMES.some((known) => known === name) ? { recipe: name } : {}) };
};

/** The flags with what they ask of the recipe: a file first, then what stands on the command line. */
export const askedFor = async <F extends TrainingFlags>({ recipe, ...flags }: Asked<F>): Promise<F> => {
  const options = Object.entries({ ...flags, ...settingsAskedFor(flags) }).filter(([, value]) => value !== undefined);
  // The settings are checked as they are read, and the names are those of the flags.
  return { ...(await recipeAskedFor(recipe)), ...Object.fromEntries(options) } as unknown as F;
};

/** Whether a setting of this name says something of a field, or of what that lies in: `preprocessing.size`. */
const saysOf = (name: string, field: string): boolean => name === field || field.startsWith(`${name}.`);

/** Where a field of the recipe was said: by an option, in a recipe's file, in the network's. */
const placeOfField = (
  { placeOf }: Pick<FoundNetwork, 'placeOf'>,
  { recipeFile, ...flags }: TrainingFlags,
  field: string,
): ErrorPlace => {
  const inFile = new Map<string, unknown>(Object.entries(recipeFile?.settings ?? {}));
  // What an option says stands in the place of what the file says.
  const said = Object.entries(settingsIn(flags)).filter(([name]) => saysOf(name, field));
  const [option] = said.filter(([name, value]) => inFile.get(name) !== value).sort(([a], [b]) => b.length - a.length);
  const setting = option && recipeSettings.get(option[0]);
  if (setting !== undefined) return { option: optionName(setting) };
  return said.length > 0 && recipeFile ? recipeFile.placeOf(field) : (placeOf?.(`recipe.${field}`) ?? {});
};

/**
 * Checks the recipe that is asked for before any data are read.
 *
 * @throws LatentError (input) `invalid-recipe`, `preprocessing-mismatch`, with the option, or file, line and column;
 *   `step-too-large`.
 */
export const requireFittingRecipe = (
  found: Pick<FoundNetwork, 'spec' | 'placeOf'>,
  flags: TrainingFlags,
  decoderAlone = false,
): void => {
  try {
    const recipe = recipeOf(found.spec, flags);
    requirePreprocessing(found.spec, recipe);
    requireMemory(resolveNetwork(found.spec), recipe, decoderAlone);
  } catch (error) {
    const field = error instanceof LatentError ? error.at?.field : undefined;
    if (!(error instanceof LatentError) || field === undefined) throw error;
    throw withFacts(error, { at: { subject: undefined, ...placeOfField(found, flags, field) } });
  }
};

/** The folder that `--resume DIR` or `--out DIR` names. @throws LatentError (input) `invalid-option` where they differ. */
export const folderOf = ({ out, resume }: TrainingFlags): Destination | undefined => {
  if (typeof resume === 'string' && out !== undefined && resolve(resume) !== resolve(out)) {
    throw inputError('invalid-option', {
      problem: `--resume ${resume} and --out ${out} name two folders`,
      hint: 'a run continues where it is, so give one of them',
    });
  }
  return typeof resume === 'string' ? resume : out;
};

/**
 * The run context of a command: the native engine, this machine's clock, the terminal.
 *
 * @returns null where it was interrupted before there was anything to save; the exit code then says so.
 */
export const withRunContext = async (
  action: (context: RunContext) => Promise<RunOutcome>,
): Promise<RunOutcome | null> => {
  const { nodeRuntime } = await import('latent-plane/node');
  return withInterruption(async (signal) => {
    const outcome = action({
      runtime: nodeRuntime,
      now: () => performance.now(),
      loadDataset: (argument) =>
        loadDataset(argument, {
          signal,
          onProgress: fetchProgressReporter(),
          onReading: readingProgressReporter(),
          onNote: note,
        }),
      signal,
      observer: trainingProgress(),
      onNote: (text) => note(`note: ${text}`),
    });
    return outcome.catch((error: unknown) => {
      // While a data set is fetched there is no run yet; what has arrived of it is kept.
      if (!signal.aborted || error !== signal.reason) throw error;
      note('interrupted before the training began');
      process.exitCode = EXIT.interrupted;
      return null;
    });
  });
};

const figure = (value: number): string => value.toPrecision(5);

const closingWords = (folder: string, { metrics, stopped, already }: RunOutcome): string => {
  const { epochs, bestEpoch, loss, valLoss, seconds, imagesPerSecond } = metrics;
  if (already)
    return `${folder}: this run has ended (${stopped} after ${counted(epochs, 'epoch')}); nothing to do\nmore epochs: ${extendCommand(folder)}`;
  const kept = bestEpoch === epochs ? '' : `, weights of epoch ${bestEpoch}`;
  const losses = [
    loss === null ? '' : `, loss ${figure(loss)}`,
    valLoss === null ? '' : `, validation ${figure(valLoss)}`,
  ].join('');
  const rate = `${formatDuration(seconds)}, ${imagesPerSecond.toLocaleString('en-US')} images/s`;
  if (stopped === 'interrupted')
    return `${folder}: interrupted after ${counted(epochs, 'epoch')}, all saved\nresume with: ${resumeCommand(folder)}`;
  return `${folder}: ${stopped === 'early' ? 'stopped early' : 'finished'} after ${counted(epochs, 'epoch')}${kept}${losses} (${rate})`;
};

/** Draws the curves of a run into its folder; a run is whole without them. */
const drawCurves = async (folder: string, { metrics, config, already }: RunOutcome): Promise<void> => {
  const charts = join(folder, 'charts');
  if (already && existsSync(join(charts, 'training-curves.svg'))) return;
  try {
    const [{ trainingCurves }, { figurePng, figureSvg }] = await Promise.all([
      import('latent-plane/charts'),
      import('../pictures/render.ts'),
    ]);
    const figure = trainingCurves({
      id: config.network.id,
      recipe: config.recipe.name,
      history: await readHistory(folder),
      bestEpoch: metrics.bestEpoch,
      lossName: curveName(config.network.loss),
    });
    const place = outputFile('charts', ['.png', '.svg']);
    await writeOutput(place(join(charts, 'training-curves.png')), await figurePng(figure));
    await writeOutput(place(join(charts, 'training-curves.svg')), figureSvg(figure));
  } catch (error) {
    note(`note: the training curves were not drawn: ${reasonOf(error)}`);
  }
};

/**
 * Says what came of a run, draws its curves and sets the exit code.
 *
 * @throws LatentError (work) `diverged`, after the report.
 */
export const tellOutcome = async (
  folder: string,
  outcome: RunOutcome,
  json = false,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  const { metrics, stopped, divergedAt, config } = outcome;
  if (stopped !== 'interrupted') await drawCurves(folder, outcome);
  if (json) printJson({ ...reportOf(folder, metrics), ...more });
  if (stopped === 'diverged') {
    const { epoch, batch, loss } = divergedAt ?? { epoch: metrics.epochs + 1, batch: 0, loss: Number.NaN };
    throw workError('diverged', {
      at: { file: folder },
      problem: `in epoch ${epoch}, batch ${batch}, the loss became ${loss}`,
      hint: `${metrics.epochs === 0 ? 'the weights it began with' : `the weights after epoch ${metrics.epochs}`} are kept\ntry a lower learning rate than ${config.recipe.schedule.learningRate}, for example --learning-rate ${config.recipe.schedule.learningRate / 10}, in another --out`,
    });
  }
  note(closingWords(folder, outcome));
  if (stopped === 'interrupted') process.exitCode = EXIT.interrupted;
};
