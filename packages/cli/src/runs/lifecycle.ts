/**
 * Begins a run, or resumes one.
 *
 * In: a folder, a config or none, a run context. Out: what came of it. Here it is decided whether a folder may be written,
 * and whether what is asked for is the run that lies there; the training is `execute-run.ts`.
 */

import { type Dataset, LatentError, RUN_FILES, type RunConfig, type Runtime, resolveNetwork } from 'latent-plane';
import {
  checkSameDataset,
  fieldsWithoutEffect,
  inputError,
  lossNotes,
  withFacts,
  workError,
} from 'latent-plane/internal';
import { shellWord } from '../console.ts';
import { diskFiles, type FileSystem } from '../files/file-system.ts';
import { describeDataset, recordedDataset } from './data.ts';
import { executeRun, type RunContext, type RunOutcome } from './execute-run.ts';
import { extendedConfig, hasEnded, scheduleNote } from './extend.ts';
import { checkVacant, openRunWriter, readConfig, readMetrics, resumeCommand, runPaths, saveConfig } from './folder.ts';

/** What a run takes over from another model, as files of its own, so that it needs the other no more. */
export interface Inheritance {
  /** Safetensors with the weights to begin with. */
  readonly initial?: Uint8Array;
  /** Safetensors with the weights of the frozen encoder. */
  readonly encoder?: Uint8Array;
}

/**
 * Begins a run in a folder that holds none.
 *
 * @throws LatentError (input) `run-exists`, `folder-not-empty`, `run-locked`, what `train` throws; (work) `no-space`
 *   and the like: what was saved before stays whole.
 */
export const beginRun = async (
  folder: string,
  config: RunConfig,
  dataset: Dataset,
  context: RunContext,
  inherited: Inheritance = {},
): Promise<RunOutcome> => {
  const files = context.files ?? diskFiles;
  await checkVacant(folder, files);
  const writer = await openRunWriter(folder, files);
  const paths = runPaths(folder);
  let end = writer.close;
  try {
    await checkVacant(folder, files); // another process may have come between
    if (inherited.initial) await writer.saveFile(paths.initial, inherited.initial);
    if (inherited.encoder) await writer.saveFile(paths.encoder, inherited.encoder);
    await saveConfig(writer, config);
    const after = { decoderAlone: config.encoder !== null, begun: config.init !== null };
    for (const text of effectNotes(config, after)) context.onNote?.(text);
    try {
      return await executeRun(writer, config, dataset, context);
    } catch (error) {
      // A run that could never begin (batches larger than the data set) must not bar its own correction.
      // One that has a state is resumed from there, whatever the system refused meanwhile.
      const isInput = error instanceof LatentError && error.kind === 'input';
      if (isInput && (await files.read(paths.last).catch(() => null)) === null) end = writer.abandon;
      throw withAdvice(folder, error);
    }
  } finally {
    await end();
  }
};

/** A full disk ends an execution, not a run: says how to continue. */
const withAdvice = (folder: string, error: unknown): unknown => {
  if (!(error instanceof LatentError) || error.code !== 'no-space') return error;
  const advice = `What was saved before is whole: resume from there with: ${resumeCommand(folder)}`;
  return withFacts(error, { hint: [error.hint, advice].filter((text) => text !== undefined).join('\n') });
};

/** What a person may not have meant: fields of the recipe that change nothing, terms that the loss has twice. */
export const effectNotes = (
  { network, recipe }: Pick<RunConfig, 'network' | 'recipe'>,
  after: { readonly decoderAlone: boolean; readonly begun: boolean },
): readonly string[] => {
  const resolved = resolveNetwork(network);
  return [
    ...lossNotes(resolved),
    ...fieldsWithoutEffect({ network: resolved, recipe, ...after }).map(
      ({ field, reason }) => `"${field}" of the recipe has no effect: ${reason}`,
    ),
  ];
};

/** What is not as it was when a run began; `goes on` says what is done with it now. */
export const versionNotes = ({ versions, network }: RunConfig, runtime: Runtime, goesOn = 'continues'): string[] => {
  const now = [
    [`ONNX Runtime ${versions.onnxruntime}`, `ONNX Runtime ${runtime.version}`],
    [versions.browser ?? `Node ${versions.node}`, `Node ${process.versions.node}`],
  ];
  return now
    .filter(([then, found]) => then !== found)
    .map(
      ([then, found]) =>
        `this run of ${network.id} began with ${then}, now it is ${found}: it ${goesOn}, but not to the same bytes`,
    );
};

export interface ResumeOptions {
  /** Throws where what was asked for is another run than the recorded one. */
  readonly check?: (config: RunConfig) => void;
  /** Epochs in total; a run that has ended with fewer gets more. Absent: those that it began with. */
  readonly epochs?: number;
}

/**
 * What lies in a run's folder, and what is to be done with it: nothing (`already`), its rest, or more epochs (`longer`).
 *
 * @throws LatentError (input) `no-run`, `no-state`, `other-run`, `epochs-done`; (work) `diverged`.
 */
const readRun = async (folder: string, files: FileSystem, { check = () => undefined, epochs }: ResumeOptions) => {
  const config = await readConfig(folder, files);
  if (!config) {
    throw inputError('no-run', {
      at: { file: folder },
      expected: 'a run folder with config.json',
      got: 'none',
      hint: `begin a run with: npx latent train ID --out ${shellWord(folder)}`,
    });
  }
  check(config);
  const metrics = await readMetrics(folder, files);
  if (metrics?.stopped === 'diverged') {
    throw workError('diverged', {
      at: { file: folder },
      problem: `this run diverged after epoch ${metrics.epochs}, and would again`,
      hint: 'begin another with a lower --learning-rate and another --out',
    });
  }
  const { recipe } = config;
  const ended = hasEnded(config, metrics) ? metrics : null;
  const otherLength = epochs !== undefined && epochs !== recipe.epochs;
  if (otherLength && !ended) {
    throw inputError('other-run', {
      at: { file: folder },
      problem: `this run began with --epochs ${recipe.epochs}, not ${epochs}, and has not ended`,
      hint: 'leave the option out to resume it, then give it more, or begin another with --out DIR',
    });
  }
  const longer = ended && otherLength ? extendedConfig(folder, config, ended, epochs) : null;
  const already = ended !== null && !longer && (await files.read(runPaths(folder).weights)) !== null;
  if (ended && !already && (await files.read(runPaths(folder).last)) === null) {
    throw inputError('no-state', {
      at: { file: folder },
      problem: `this run has ended, and ${RUN_FILES.last}, the state that it could resume from, is not there`,
      hint: `begin another with its weights: npx latent train ${config.network.id} --init ${folder}`,
    });
  }
  return { config, longer, already: already ? ended : null };
};

/**
 * Resumes a run from its last checkpoint; does nothing where it has ended, unless it is to have more epochs.
 *
 * @throws LatentError (input) `no-run`, `no-state`, `run-locked`, `dataset-changed`, `invalid-run`, `epochs-done`,
 *   `other-run`; (work) `diverged` where the run ended so: going on would only repeat it.
 */
export const resumeRun = async (
  folder: string,
  context: RunContext,
  options: ResumeOptions = {},
): Promise<RunOutcome> => {
  const files = context.files ?? diskFiles;
  // Looked at before the lock, which would make the folder.
  await readRun(folder, files, options);
  const writer = await openRunWriter(folder, files);
  try {
    const { config, longer, already } = await readRun(folder, files, options);
    if (already) return { config, metrics: already, stopped: already.stopped ?? 'finished', already: true };
    for (const text of versionNotes(config, context.runtime)) context.onNote?.(text);
    const dataset = await context.loadDataset(recordedDataset(folder, config.dataset));
    checkSameDataset(config.dataset, describeDataset(config.dataset.argument, dataset));
    if (longer) {
      const note = scheduleNote(longer);
      if (note !== null) context.onNote?.(note);
      // Its file says so before the first new epoch: a process that is killed continues to the new end.
      await saveConfig(writer, longer);
    }
    return await executeRun(writer, longer ?? config, dataset, context);
  } catch (error) {
    throw withAdvice(folder, error);
  } finally {
    await writer.close();
  }
};
