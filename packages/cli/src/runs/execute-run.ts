/**
 * Trains in a locked run folder, from the state that lies there to the end or to an interruption.
 *
 * The terminal is the command's; the training itself is the library's.
 */
import {
  type AnyImages,
  type Dataset,
  decodeWeights,
  type EpochRecord,
  encodeSets,
  encodeWeights,
  formatHistory,
  formatMetrics,
  imagesOf,
  type ParameterSpec,
  type ResolvedNetwork,
  type RunConfig,
  type RunMetrics,
  type RunnableModel,
  type Runtime,
  resolveNetwork,
  type Stopped,
  type Training,
  type TrainingJob,
  type TrainingResult,
  type TrainingState,
  train,
  type Weights,
} from 'latent-plane';
import {
  createMeter,
  inputError,
  isKept,
  keptEpoch,
  metricsOf,
  piecesOf,
  requireLabels,
  sliceByName,
  trainedParameters,
} from 'latent-plane/internal';
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

/** What a run is executed with, from its start or its resumption to its end or interruption. */
export interface RunContext {
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

/** A run that is being executed. */
interface Execution {
  readonly writer: RunWriter;
  readonly config: RunConfig;
  readonly network: ResolvedNetwork;
  readonly parameters: readonly ParameterSpec[];
  readonly meter: ReturnType<typeof createMeter>;
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
    throw inputError('invalid-run', {
      at: { file: path },
      expected: 'the weights that the run began with',
      got: 'no such file',
      hint: 'begin the run again in another folder',
    });
  return decodeWeights(bytes, path, network, parameters).weights;
};

const metricsAt = ({ config, meter }: Execution, state: TrainingState, stopped: Stopped | null): RunMetrics =>
  metricsOf(config, { history: state.history, bestEpoch: keptEpoch(state), ...meter.read(), stopped });

/** The codes of images, `[count, codeSize]`. */
const codesOf = async (encoder: RunnableModel, images: AnyImages): Promise<Float32Array> => {
  let codes = new Float32Array(0);
  for await (const piece of piecesOf(images)) {
    const { values } = await encodeSets(encoder, [piece]);
    if (piece.count === images.count) return values;
    if (codes.length === 0) codes = new Float32Array((values.length / piece.count) * images.count);
    codes.set(values, (piece.from * values.length) / piece.count);
  }
  return codes;
};

/** The images, and what the run took over from another model. */
const readJob = async (
  { writer, config, network }: Execution,
  dataset: Dataset,
  isResumed: boolean,
  { runtime, files = diskFiles }: RunContext,
): Promise<{ readonly job: TrainingJob; readonly frozen: Weights | null }> => {
  const { recipe, threads } = config;
  const paths = runPaths(writer.folder);
  requireLabels(network, dataset);
  const { training, validation } = imagesOf(dataset, recipe);
  const initial =
    config.init && !isResumed ? await readStored(paths.initial, network, network.parameters, files) : undefined;
  const frozen = config.encoder && (await readStored(paths.encoder, network, network.parts[0].parameters, files));
  const encoder = frozen && { network, weights: frozen, runtime, threads };
  const codes = encoder && {
    training: await codesOf(encoder, training),
    validation: validation && (await codesOf(encoder, validation)),
  };
  return {
    job: {
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
    frozen,
  };
};

/** The weights of an epoch to keep, where the run keeps this one's. */
const checkpointOf = ({ config, network, parameters }: Execution, { epoch }: EpochRecord, state: TrainingState) => {
  const { checkpointEvery } = config;
  if (checkpointEvery === null || !isKept(epoch, checkpointEvery)) return undefined;
  const weights = sliceByName(parameters, state.average ?? state.parameters);
  return { epoch, weights: encodeWeights(parameters, weights, { id: network.spec.id, epoch }) };
};

/** Within an epoch the state is saved as often as this, so that a process that is killed loses no more. */
const SAVE_EVERY_MS = 60_000;

/** Pulls the training to its end, or until the signal; saves the state after each epoch, and now and then in a long one. */
const pull = async (
  execution: Execution,
  training: Training,
  { training: { count }, recipe: { batchSize } }: TrainingJob,
  { observer, signal, now }: RunContext,
): Promise<void> => {
  let savedMs = now();
  for await (const step of training) {
    if (step.type !== 'start') {
      const { epoch, batch, batches, loss } = step;
      execution.meter.add(batch === batches ? count - (batches - 1) * batchSize : batchSize);
      observer?.batch({ epoch, batch, loss });
    }
    if (step.type === 'epoch') {
      const { record } = step;
      const state = step.state();
      await execution.writer.saveState(
        state,
        metricsAt(execution, state, null),
        checkpointOf(execution, record, state),
      );
      observer?.epoch(record);
      savedMs = now();
    } else if (step.type === 'batch' && now() - savedMs >= SAVE_EVERY_MS) {
      const state = step.state();
      await execution.writer.saveState(state, metricsAt(execution, state, null));
      savedMs = now();
    }
    if (signal?.aborted) break;
  }
};

/** Trains in a folder that holds the config, from the state that is there. */
export const executeRun = async (
  writer: RunWriter,
  config: RunConfig,
  dataset: Dataset,
  context: RunContext,
): Promise<RunOutcome> => {
  const { observer, files = diskFiles } = context;
  const paths = runPaths(writer.folder);
  const network = resolveNetwork(config.network);
  const parameters = trainedParameters(network, config);
  const state = await readState(writer.folder, countOf(parameters), files);
  const meter = createMeter(context.now, state && (await readMetrics(writer.folder, files)));
  const execution: Execution = { writer, config, network, parameters, meter };
  if (state) {
    // A kill between the checkpoint and what follows from it leaves these behind the checkpoint.
    await writer.saveFile(paths.history, formatHistory(state.history));
    await writer.saveFile(paths.metrics, formatMetrics(metricsAt(execution, state, null)));
  }
  const { job, frozen } = await readJob(execution, dataset, state !== null, context);
  observer?.begin({
    epochs: job.recipe.epochs,
    images: job.training.count,
    batches: Math.ceil(job.training.count / job.recipe.batchSize),
    epoch: state?.epoch ?? 0,
    batch: state?.batch ?? 0,
  });
  const training = train(job, state ?? undefined);
  await pull(execution, training, job, context).finally(() => observer?.end());
  const { stopped, divergedAt, ...result } = training.result();
  const metrics = metricsAt(execution, result.state, stopped);
  if (stopped === 'interrupted' || stopped === 'diverged') await writer.saveState(result.state, metrics);
  const weights = encodeWeights(network.parameters, new Map([...(frozen ?? []), ...result.weights]), {
    id: network.spec.id,
    epoch: result.bestEpoch,
  });
  const isCardNew = await writer.saveEnd(config, metrics, weights);
  if (!isCardNew) context.onNote?.(`${writer.folder}: ${CARD_KEPT}`);
  return { config, metrics, stopped, already: false, divergedAt };
};
