/**
 * Runs one job of a sweep, wherever its queue is.
 *
 * In: a lease on a job, the folder of its run. Out: the run folder, and the outcome told to the lease. A failure of the
 * job's own becomes its outcome; one of this worker (a full disk) gives the job back and is thrown.
 */
import {
  type Dataset,
  decodeWeights,
  LatentError,
  meanByPart,
  messageOf,
  type RunConfig,
  type Runtime,
  reconstruct,
  resolveNetwork,
} from 'latent-plane';
import { checkSameDataset, inputError, type JobOutcome, type Lease, reasonOf, workError } from 'latent-plane/internal';
import { diskFiles } from '../files/file-system.ts';
import { sha256Of } from '../files/sha256.ts';
import { describeDataset, preprocessed } from '../runs/data.ts';
import type { RunContext, RunObserver, RunOutcome } from '../runs/execute-run.ts';
import { readConfig, readMetrics, runPaths } from '../runs/folder.ts';
import { beginRun, resumeRun } from '../runs/lifecycle.ts';
import type { LeftWeights, SweepJob } from './layout.ts';
import { beginWith } from './predecessor.ts';

/** A lease, and where the run lies or will lie on this machine. */
export interface RunLease extends Lease<SweepJob> {
  readonly folder: string;
  /** What the job left that this one comes after. @throws LatentError (input) `invalid-run` where it left nothing. */
  predecessor(): Promise<LeftWeights>;
}

export interface JobResources {
  readonly runtime: Runtime;
  readonly now: () => number;
  readonly loadDataset: (argument: string) => Promise<Dataset>;
  /** Reads the next one anew. */
  readonly clearDataset: () => void;
}

/** What is wrong with the worker or its disk; the job would do well elsewhere. */
const WORKERS_OWN = new Set([
  'no-space',
  'not-writable',
  'write-failed',
  'not-readable',
  'not-a-file',
  'read-failed',
  'run-locked',
  'sha256-unavailable',
]);

export const isWorkersOwn = (error: unknown): boolean =>
  error instanceof LatentError ? WORKERS_OWN.has(error.code) : error instanceof Error && 'syscall' in error;

/** What a worker that cannot continue says of the job that it had. */
export const givenBack = (job: SweepJob, error: unknown): LatentError => {
  const hint = `this worker ends, ${job.name} was given back and loses nothing before its last checkpoint`;
  // The hint of the run's own error says how to resume the run alone.
  if (error instanceof LatentError) return workError(error.code, { ...error.facts, hint }, { cause: error });
  return workError('worker-failed', { problem: messageOf(error), hint }, { cause: error });
};

const failureOf = (error: unknown): JobOutcome =>
  error instanceof LatentError
    ? { state: 'failed', code: error.code, message: error.message }
    : { state: 'failed', code: 'internal', message: reasonOf(error) };

/** Within an epoch, which may take minutes, what is told is that the job lives, and its rate. */
const TELL_EVERY_MS = 2000;

/** Reports after each epoch and now and then within it; images a second since this worker took it. */
const reporter = (lease: RunLease, now: () => number): RunObserver => {
  let start = now();
  let toldMs = start;
  let run = { epochs: 0, images: 0, batches: 1, epoch: 0, batch: 0 };
  const tell = (epoch: number, batch: number): void => {
    toldMs = now();
    const seconds = (toldMs - start) / 1000;
    const epochs = epoch - run.epoch + (batch - run.batch) / run.batches;
    const imagesPerSecond = seconds > 0 ? Math.round((epochs * run.images) / seconds) : 0;
    void lease.progress({ epoch, epochs: run.epochs, imagesPerSecond });
  };
  return {
    begin: (begun) => {
      run = begun;
      start = now();
      tell(begun.epoch, begun.batch);
    },
    batch: ({ epoch, batch }) => {
      if (now() - toldMs >= TELL_EVERY_MS) tell(epoch - 1, batch);
    },
    epoch: ({ epoch }) => tell(epoch, 0),
    end: () => undefined,
  };
};

const outcomeOf = async (
  lease: RunLease,
  { metrics, stopped, divergedAt }: RunOutcome,
  { runtime, loadDataset }: JobResources,
): Promise<JobOutcome> => {
  const { config } = lease.job;
  if (stopped === 'diverged') {
    const where = divergedAt ? ` in epoch ${divergedAt.epoch}, batch ${divergedAt.batch}` : '';
    return {
      state: 'failed',
      code: 'diverged',
      message: `the loss was no number any more${where}; take a lower learningRate than ${config.recipe.schedule.learningRate}`,
    };
  }
  const path = runPaths(lease.folder).weights;
  const bytes = await diskFiles.read(path);
  if (!bytes)
    throw inputError('invalid-run', {
      at: { file: path },
      expected: 'the weights of a run that ended',
      got: 'no such file',
    });
  const network = resolveNetwork(config.network);
  const { epochs, seconds, imagesPerSecond } = metrics;
  const dataset = preprocessed(await loadDataset(config.dataset.argument), config.recipe.preprocessing);
  const mse =
    config.network.kind === 'autoencoder'
      ? meanByPart(
          (
            await reconstruct(
              {
                network,
                weights: decodeWeights(bytes, path, network, network.parameters).weights,
                runtime,
                threads: config.threads,
              },
              dataset,
            )
          ).errors,
          dataset,
        )
      : null;
  const weightsSha256 = sha256Of(bytes);
  return { state: 'done', mse, epochs, seconds, imagesPerSecond, weightsSha256 };
};

const train = async (lease: RunLease, signal: AbortSignal, resources: JobResources): Promise<RunOutcome> => {
  const { config } = lease.job;
  const context: RunContext = { ...resources, signal, observer: reporter(lease, resources.now) };
  if (await readConfig(lease.folder)) {
    const metrics = await readMetrics(lease.folder);
    // The worker that saw it diverge ended before it could say so.
    if (metrics?.stopped === 'diverged') return { config, metrics, stopped: 'diverged', already: true };
    return resumeRun(lease.folder, context);
  }
  const dataset = await resources.loadDataset(config.dataset.argument);
  checkSameDataset(config.dataset, describeDataset(config.dataset.argument, dataset));
  const begun = withVersions(config, resources);
  const { after } = lease.job;
  if (after === undefined) return beginRun(lease.folder, begun, dataset, context);
  const { config: whole, inherited } = beginWith(begun, after, await lease.predecessor());
  return beginRun(lease.folder, whole, dataset, context, inherited);
};

/** The run says which Node computed it, not which one planned it. */
const withVersions = (config: RunConfig, { runtime }: JobResources): RunConfig => {
  if (config.versions.onnxruntime !== runtime.version)
    throw inputError('other-engine', {
      problem: `this job was planned with ONNX Runtime ${config.versions.onnxruntime}, this worker has ${runtime.version}, which gives other bytes`,
      hint: 'take the same version of Latent Plane everywhere',
    });
  return {
    ...config,
    versions: { ...config.versions, node: process.versions.node, platform: `${process.platform} ${process.arch}` },
  };
};

/** How a worker's time with a job ended; `dropped` where a twin's outcome stands, `lost` where a twin has the job. */
export type JobEnd = 'finished' | 'dropped' | 'given-back' | 'lost';

const letGo = async (lease: RunLease): Promise<JobEnd> => {
  const isLost = lease.lost.aborted;
  await lease.release();
  return isLost ? 'lost' : 'given-back';
};

/** @throws LatentError (work) what is wrong with this worker, after the job was given back. */
export const performJob = async (lease: RunLease, signal: AbortSignal, resources: JobResources): Promise<JobEnd> => {
  let outcome: JobOutcome;
  try {
    const run = await train(lease, signal, resources);
    if (run.stopped === 'interrupted') return await letGo(lease);
    outcome = await outcomeOf(lease, run, resources);
  } catch (error) {
    if (signal.aborted) return letGo(lease);
    if (isWorkersOwn(error)) {
      await lease.release();
      throw givenBack(lease.job, error);
    }
    outcome = failureOf(error);
    resources.clearDataset();
  }
  if (await lease.finish(outcome)) return 'finished';
  return lease.lost.aborted ? 'lost' : 'dropped';
};
