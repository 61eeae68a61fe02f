/**
 * Carries a run out: begins it, or goes on with it from what its folder holds.
 *
 * In: a run folder, its config, a data set, a runtime, a clock. Out: the folder's files, and figures. The terminal is
 * the command's; the training itself is the library's.
 */
import {
  type Dataset,
  type EpochRecord,
  inputError,
  LatentError,
  type ResolvedNetwork,
  type Runtime,
  resolveNetwork,
  type Stopped,
  type TrainingResult,
  type TrainingState,
  train,
  type Weights,
  workError,
} from 'latent-plane';
import { diskFiles, type FileSystem } from '../files/file-system.ts';
import { decodeWeights, encodeWeights, formatHistory } from './checkpoint.ts';
import type { RunConfig } from './config.ts';
import { checkSameDataset, describeDataset, encodeImages, imagesOf } from './data.ts';
import {
  checkVacant,
  openRunWriter,
  type RunWriter,
  readConfig,
  readMetrics,
  readState,
  resumeCommand,
  runPaths,
  saveConfig,
} from './folder.ts';
import { formatMetrics, metricsOf, type RunMetrics } from './metrics.ts';

/** What watches a run: a progress bar, a log. */
export interface RunObserver {
  begin(run: {
    readonly epochs: number;
    readonly images: number;
    readonly batches: number;
    readonly epoch: number;
    readonly batch: number;
  }): void;
  batch(progress: { readonly epoch: number; readonly batch: number; readonly loss: number }): void;
  epoch(record: EpochRecord): void;
  end(): void;
}

/** One sitting at a run, from its start or its resumption to its end or interruption. */
export interface Sitting {
  readonly runtime: Runtime;
  /** Milliseconds, from anywhere. */
  readonly now: () => number;
  readonly loadDataset: (argument: string) => Promise<Dataset>;
  /** Stops after the batch under way. */
  readonly signal?: AbortSignal;
  readonly observer?: RunObserver;
  /** Told what a person should know and no result holds. */
  readonly onNote?: (text: string) => void;
  readonly files?: FileSystem;
}

export interface RunOutcome {
  readonly config: RunConfig;
  readonly metrics: RunMetrics;
  readonly stopped: Stopped;
  /** The run had ended before; nothing was done. */
  readonly already: boolean;
  readonly divergedAt?: TrainingResult['divergedAt'];
}

const trainedParameters = (network: ResolvedNetwork, { encoder }: RunConfig) =>
  network.parts.filter((part) => encoder === null || part.name !== 'encoder').flatMap(({ parameters }) => parameters);

const countOf = (parameters: readonly { readonly shape: readonly number[] }[]): number =>
  parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

const readStored = async (
  path: string,
  network: ResolvedNetwork,
  parameters: ResolvedNetwork['parameters'],
  files: FileSystem,
): Promise<Weights> => {
  const bytes = await files.read(path);
  if (!bytes)
    throw inputError(
      'invalid-run',
      `${path}: expected the weights that the run began with, got no such file; begin the run again in another folder`,
    );
  return decodeWeights(bytes, path, network, parameters).weights;
};

/** Seconds and images over all sittings, the earlier ones as `metrics.json` tells them. */
const createMeter = (now: () => number, before: RunMetrics | null) => {
  const start = now();
  const secondsBefore = before?.seconds ?? 0;
  const imagesBefore = secondsBefore * (before?.imagesPerSecond ?? 0);
  let images = 0;
  return {
    add: (count: number): void => {
      images += count;
    },
    read: (): { readonly seconds: number; readonly imagesPerSecond: number } => {
      const seconds = secondsBefore + (now() - start) / 1000;
      return { seconds, imagesPerSecond: seconds > 0 ? (imagesBefore + images) / seconds : 0 };
    },
  };
};

const keptEpoch = ({ best, bestParameters, epoch }: TrainingState): number =>
  best && bestParameters ? best.epoch : epoch;

/** Trains in a folder that holds the config, from the state that is there. */
const carryOut = async (
  writer: RunWriter,
  config: RunConfig,
  dataset: Dataset,
  sitting: Sitting,
): Promise<RunOutcome> => {
  const { runtime, observer, files = diskFiles } = sitting;
  const { recipe, threads, checkpointEvery } = config;
  const paths = runPaths(writer.folder);
  const network = resolveNetwork(config.network);
  const parameters = trainedParameters(network, config);
  const { training, validation } = imagesOf(dataset, recipe);

  const state = await readState(writer.folder, countOf(parameters), files);
  const meter = createMeter(sitting.now, state && (await readMetrics(writer.folder, files)));
  const metricsNow = (at: TrainingState, stopped: Stopped | null): RunMetrics =>
    metricsOf(config, { history: at.history, bestEpoch: keptEpoch(at), ...meter.read(), stopped });
  if (state) {
    // A kill between the checkpoint and what follows from it leaves these behind the checkpoint.
    await writer.saveFile(paths.history, formatHistory(state.history));
    await writer.saveFile(paths.metrics, formatMetrics(metricsNow(state, null)));
  }
  const initial = config.init && !state ? await readStored(paths.initial, network, parameters, files) : undefined;
  const frozen = config.encoder && (await readStored(paths.encoder, network, network.parts[0].parameters, files));
  const encode = (images: typeof training): Promise<Float32Array> =>
    encodeImages(network, frozen ?? new Map(), images, { runtime, threads });
  const codes = frozen
    ? { training: await encode(training), validation: validation && (await encode(validation)) }
    : undefined;

  const store = (weights: Weights, epoch: number): Uint8Array =>
    encodeWeights(network.parameters, new Map([...(frozen ?? []), ...weights]), { id: network.spec.id, epoch });
  const batches = Math.ceil(training.count / recipe.batchSize);
  observer?.begin({
    epochs: recipe.epochs,
    images: training.count,
    batches,
    epoch: state?.epoch ?? 0,
    batch: state?.batch ?? 0,
  });
  const result = await train(
    { network, recipe, training, validation, runtime, threads, codes, initial },
    {
      signal: sitting.signal,
      onBatch: ({ epoch, batch, loss }) => {
        meter.add(batch === batches ? training.count - (batches - 1) * recipe.batchSize : recipe.batchSize);
        observer?.batch({ epoch, batch, loss });
      },
      onEpoch: async (record, at) => {
        const due = checkpointEvery !== null && record.epoch % checkpointEvery === 0;
        const kept = due
          ? {
              epoch: record.epoch,
              weights: encodeWeights(parameters, sliceByName(parameters, at.parameters), {
                id: network.spec.id,
                epoch: record.epoch,
              }),
            }
          : undefined;
        await writer.saveState(at, metricsNow(at, null), kept);
        observer?.epoch(record);
      },
    },
    state ?? undefined,
  ).finally(() => observer?.end());
  const metrics = metricsNow(result.state, result.stopped);
  if (result.stopped === 'interrupted' || result.stopped === 'diverged') await writer.saveState(result.state, metrics);
  await writer.saveEnd(config, metrics, store(result.weights, result.bestEpoch));
  return { config, metrics, stopped: result.stopped, already: false, divergedAt: result.divergedAt };
};

const sliceByName = (parameters: ResolvedNetwork['parameters'], flat: Float32Array): Weights => {
  let at = 0;
  return new Map(
    parameters.map((parameter): [string, Float32Array] => {
      const length = countOf([parameter]);
      at += length;
      return [parameter.name, flat.subarray(at - length, at)];
    }),
  );
};

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
  sitting: Sitting,
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
      return await carryOut(writer, config, dataset, sitting);
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
    ['ONNX Runtime', versions.onnxruntime, runtime.version],
    ['Node', versions.node, process.versions.node],
  ];
  return now
    .filter(([, then, found]) => then !== found)
    .map(
      ([what, then, found]) =>
        `this run of ${network.id} began with ${what} ${then}, now it is ${found}: it goes on, but not to the same bytes`,
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
  sitting: Sitting,
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
    const dataset = await sitting.loadDataset(config.dataset.argument);
    checkSameDataset(config.dataset, describeDataset(config.dataset.argument, dataset));
    return await carryOut(writer, config, dataset, sitting);
  } catch (error) {
    throw withAdvice(folder, error);
  } finally {
    await writer.close();
  }
};
