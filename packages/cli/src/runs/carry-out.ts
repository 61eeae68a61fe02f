/**
 * Carries a run out in a locked folder, from the state that lies there.
 *
 * In: a run folder, its config, a data set, a runtime, a clock. Out: the folder's files, and figures. The terminal is
 * the command's; the training itself is the library's.
 */
import {
  createMeter,
  type Dataset,
  decodeWeights,
  type EpochRecord,
  encodeSets,
  encodeWeights,
  formatHistory,
  formatMetrics,
  imagesOf,
  inputError,
  isKept,
  keptEpoch,
  metricsOf,
  type ResolvedNetwork,
  type RunConfig,
  type RunMetrics,
  type Runtime,
  resolveNetwork,
  type Stopped,
  sliceByName,
  type TrainingResult,
  type TrainingState,
  train,
  trainedParameters,
  type Weights,
} from 'latent-plane';
import { diskFiles, type FileSystem } from '../files/file-system.ts';
import { CARD_KEPT, type RunWriter, readMetrics, readState, runPaths } from './folder.ts';

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

/** Trains in a folder that holds the config, from the state that is there. */
export const carryOut = async (
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
  const encoder = frozen && { network, weights: frozen, runtime, threads };
  const codes = encoder && {
    training: (await encodeSets(encoder, [training])).values,
    validation: validation && (await encodeSets(encoder, [validation])).values,
  };

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
    {
      network,
      recipe,
      training,
      validation,
      runtime,
      threads,
      codes: codes ?? undefined,
      initial,
      extensions: config.extended,
    },
    {
      signal: sitting.signal,
      onBatch: ({ epoch, batch, loss }) => {
        meter.add(batch === batches ? training.count - (batches - 1) * recipe.batchSize : recipe.batchSize);
        observer?.batch({ epoch, batch, loss });
      },
      onEpoch: async (record, at) => {
        const due = checkpointEvery !== null && isKept(record.epoch, checkpointEvery);
        const kept = due
          ? {
              epoch: record.epoch,
              weights: encodeWeights(parameters, sliceByName(parameters, at.average ?? at.parameters), {
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
  const isCardNew = await writer.saveEnd(config, metrics, store(result.weights, result.bestEpoch));
  if (!isCardNew) sitting.onNote?.(`${writer.folder}: ${CARD_KEPT}`);
  return { config, metrics, stopped: result.stopped, already: false, divergedAt: result.divergedAt };
};
