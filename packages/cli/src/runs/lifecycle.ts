/**
 * Begins a run, or goes on with one.
 *
 * In: a folder, a config or none, a sitting. Out: what came of it. Here it is decided whether a folder may be written,
 * and whether what is asked for is the run that lies there; the training is `execute-run.ts`.
 */
import {
  checkSameDataset,
  type Dataset,
  inputError,
  LatentError,
  type RunConfig,
  type Runtime,
  workError,
} from 'latent-plane';
import { diskFiles } from '../files/file-system.ts';
import { describeDataset, recordedDataset } from './data.ts';
import { executeRun, type RunContext, type RunOutcome } from './execute-run.ts';
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
  sitting: RunContext,
  inherited: Inheritance = {},
): Promise<RunOutcome> => {
  const files = sitting.files ?? diskFiles;
  await checkVacant(folder, files);
  const writer = await openRunWriter(folder, files);
  const paths = runPaths(folder);
  try {
    await checkVacant(folder, files); // another process may have come between
    if (inherited.initial) await writer.saveFile(paths.initial, inherited.initial);
    if (inherited.encoder) await writer.saveFile(paths.encoder, inherited.encoder);
    await saveConfig(writer, config);
    try {
      return await executeRun(writer, config, dataset, sitting);
    } catch (error) {
      // A run that could never begin (batches larger than the data set) must not bar its own correction.
      if (error instanceof LatentError && error.kind === 'input') {
        for (const path of [paths.config, paths.initial, paths.encoder]) await writer.removeFile(path);
      }
      throw withAdvice(folder, error);
    }
  } finally {
    await writer.close();
  }
};

/** A full disk ends a sitting, not a run: says how to go on. */
const withAdvice = (folder: string, error: unknown): unknown => {
  if (!(error instanceof LatentError) || error.code !== 'no-space') return error;
  const message = `${error.message.slice(error.code.length + 2)}\nWhat was saved before is whole: go on from there with: ${resumeCommand(folder)}`;
  return workError(error.code, message, { cause: error });
};

const versionNotes = ({ versions, network }: RunConfig, runtime: Runtime): string[] => {
  const now = [
    [`ONNX Runtime ${versions.onnxruntime}`, `ONNX Runtime ${runtime.version}`],
    [versions.browser ?? `Node ${versions.node}`, `Node ${process.versions.node}`],
  ];
  return now
    .filter(([then, found]) => then !== found)
    .map(
      ([then, found]) =>
        `this run of ${network.id} began with ${then}, now it is ${found}: it goes on, but not to the same bytes`,
    );
};

/**
 * Goes on with a run from its last checkpoint; does nothing where it has ended.
 *
 * @param check - throws where what was asked for is another run than the recorded one.
 * @throws LatentError (input) `no-run`, `run-locked`, `dataset-changed`, `invalid-run`; (work) `diverged` where the
 *   run ended so: going on would only repeat it.
 */
export const resumeRun = async (
  folder: string,
  sitting: RunContext,
  check: (config: RunConfig) => void = () => undefined,
): Promise<RunOutcome> => {
  const files = sitting.files ?? diskFiles;
  const missing = () =>
    inputError(
      'no-run',
      `${folder}: expected a run folder with config.json, got none; begin a run with: npx latent train ID --out ${folder}`,
    );
  // Looked at before the lock, which would make the folder.
  if (!(await readConfig(folder, files))) throw missing();
  const writer = await openRunWriter(folder, files);
  try {
    const config = await readConfig(folder, files);
    if (!config) throw missing();
    check(config);
    const metrics = await readMetrics(folder, files);
    if (metrics?.stopped === 'diverged') {
      throw workError(
        'diverged',
        `${folder}: this run diverged after epoch ${metrics.epochs}, and would again; begin another with a lower --learning-rate and another --out`,
      );
    }
    const ended = metrics?.stopped === 'finished' || metrics?.stopped === 'early';
    if (metrics && ended && (await files.list(folder)).includes('weights.safetensors')) {
      return { config, metrics, stopped: metrics.stopped ?? 'finished', already: true };
    }
    for (const text of versionNotes(config, sitting.runtime)) sitting.onNote?.(text);
    const dataset = await sitting.loadDataset(recordedDataset(folder, config.dataset));
    checkSameDataset(config.dataset, describeDataset(config.dataset.argument, dataset));
    return await executeRun(writer, config, dataset, sitting);
  } catch (error) {
    throw withAdvice(folder, error);
  } finally {
    await writer.close();
  }
};
