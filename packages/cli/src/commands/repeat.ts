/**
 * `latent train RUN`: a run again, from its own config, and whether it came to the same bytes.
 */
import { stat } from 'node:fs/promises';
import { type Recipe, RUN_FILES, type RunConfig, type Weights } from 'latent-plane';
import { checkSameDataset, inputError } from 'latent-plane/internal';
import { note } from '../console.ts';
import { diskFiles } from '../files/file-system.ts';
import { type Model, openModel } from '../models/index.ts';
import { configOf } from '../networks/find.ts';
import { describeDataset, recordedDataset } from '../runs/data.ts';
import type { RunContext, RunOutcome } from '../runs/execute-run.ts';
import { extendCommand } from '../runs/extend.ts';
import { readMetrics, runPaths } from '../runs/folder.ts';
import { beginRun, type Inheritance, resumeRun, versionNotes } from '../runs/lifecycle.ts';
import { checkSameRun, defaultFolder, portableDataset, versionsNow } from '../runs/plan.ts';
import { requireNewRun, type TrainingFlags } from './training.ts';

/** A run to repeat. */
export interface Repeated {
  readonly folder: string;
  readonly config: RunConfig;
}

/** Where a repetition goes that nobody names a folder for. */
export const repeatFolder = (id: string, recipe: Pick<Recipe, 'name' | 'seed'>): string =>
  `${defaultFolder(id, recipe)}-again`;

/** Refuses options that ask for another run; the images may lie elsewhere. */
const requireSame = ({ folder, config }: Repeated, flags: TrainingFlags & { readonly init?: string }): void => {
  const hint = `leave the option out to repeat the run, train its network: npx latent train ${configOf(folder)}, or give an ended run more epochs: ${extendCommand(folder)}`;
  checkSameRun(folder, config, { ...flags, dataset: undefined }, { hint, epochs: true });
  if (flags.init !== undefined)
    throw inputError('other-run', {
      at: { file: folder },
      problem: 'a run that is repeated begins with the weights that it began with',
      hint,
    });
};

const fileOf = async (path: string): Promise<Uint8Array> => {
  const bytes = await diskFiles.read(path);
  if (bytes !== null) return bytes;
  throw inputError('no-state', {
    at: { file: path },
    expected: 'the weights that the run began with',
    got: 'no such file',
    hint: 'restore it, or train the network anew',
  });
};

const inheritance = async ({ folder, config }: Repeated): Promise<Inheritance> => {
  const { initial, encoder } = runPaths(folder);
  return {
    ...(config.init === null ? {} : { initial: await fileOf(initial) }),
    ...(config.encoder === null ? {} : { encoder: await fileOf(encoder) }),
  };
};

/** How many epochs the run had each time it was given some. */
const stagesOf = ({ extended = [], recipe }: RunConfig): readonly number[] => [
  ...extended.map(({ planned }) => planned),
  recipe.epochs,
];

/** The config that the run began with, before it was given more epochs. */
const firstConfig = ({ extended, ...config }: RunConfig): RunConfig => {
  const epochs = extended?.[0]?.planned;
  return epochs === undefined
    ? config
    : {
        ...config,
        recipe: { ...config.recipe, epochs },
        overrides: { ...config.overrides, epochs },
      };
};

/** Trains a run anew into another folder. @throws LatentError (input) `other-run`, `dataset-changed`, as `beginRun`. */
export const repeatRun = async (
  run: Repeated,
  given: string,
  flags: TrainingFlags,
  context: RunContext,
): Promise<RunOutcome> => {
  requireSame(run, flags);
  const out = await requireNewRun(given, flags);
  const { folder, config } = run;
  const argument =
    flags.dataset === undefined ? recordedDataset(folder, config.dataset) : portableDataset(flags.dataset);
  const dataset = await context.loadDataset(argument);
  const described = describeDataset(portableDataset(argument), dataset);
  checkSameDataset(config.dataset, described);
  for (const text of versionNotes(config, context.runtime, 'is repeated')) context.onNote?.(text);
  const first = { ...firstConfig(config), dataset: described, versions: versionsNow(context.runtime) };
  let outcome = await beginRun(out, first, dataset, context, await inheritance(run));
  for (const epochs of stagesOf(config).slice(1)) {
    if (outcome.stopped === 'interrupted' || outcome.stopped === 'diverged') return outcome;
    outcome = await resumeRun(out, context, { epochs });
  }
  return outcome;
};

/** How the weights of two runs compare. */
export interface Comparison {
  /** The folder that was repeated. */
  readonly of: string;
  /** Whether all weights have the same bytes. */
  readonly same: boolean;
  /** The first array that has not; null where all have. */
  readonly differs: string | null;
}

const bytesOf = (values: Float32Array | undefined): Buffer =>
  values === undefined ? Buffer.alloc(0) : Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const firstDifference = (a: Weights, b: Weights): string | null => {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.find((name) => Buffer.compare(bytesOf(a.get(name)), bytesOf(b.get(name))) !== 0) ?? null;
};

const weightsIn = async (folder: string): Promise<Model['weights']> => (await openModel(folder)).weights;

/** Compares the weights; null where the repeated run has none, or not those of its end. */
export const compareRuns = async (folder: string, out: string): Promise<Comparison | null> => {
  const { weights, metrics } = runPaths(folder);
  const isShipped = (await stat(weights).catch(() => null)) === null;
  const figures = (await diskFiles.read(metrics)) === null ? null : await readMetrics(folder);
  const hasEnded = figures?.stopped === 'finished' || figures?.stopped === 'early';
  if (!hasEnded && !isShipped) return null;
  const differs = firstDifference(await weightsIn(folder), await weightsIn(out));
  return { of: folder, same: differs === null, differs };
};

/** Says how they compare. */
export const tellComparison = (folder: string, comparison: Comparison | null): void => {
  if (comparison === null)
    note(`${folder} has not ended, so there is no ${RUN_FILES.weights} of its end to compare with`);
  else if (comparison.same) note(`same bytes as ${folder}`);
  else note(`not the same bytes as ${folder}: the first array that differs is ${comparison.differs}`);
};
