/**
 * The status of a sweep: each job's state, and sums over them.
 *
 * In: the folder of a sweep. Out: plain data. Nothing is written.
 */
import type { JobOutcome, JobProgress } from 'latent-plane/internal';
import { diskFiles } from '../files/file-system.ts';
import { lockHolders } from '../runs/lock.ts';
import { parseProgress, readOutcome, type SweepJob, type SweepPlan, sweepPaths } from './layout.ts';

export type JobState = 'waiting' | 'running' | 'done' | 'failed';

export interface JobStatus {
  readonly job: SweepJob;
  readonly state: JobState;
  /** Null while it waits or runs. */
  readonly outcome: JobOutcome | null;
  /** Null where nothing is known. */
  readonly progress: JobProgress | null;
}

export interface SweepTotals {
  readonly done: number;
  readonly running: number;
  readonly waiting: number;
  readonly failed: number;
  /** Over all workers, now. */
  readonly imagesPerSecond: number;
  /** Images that are still to be trained on; early stopping may spare some. */
  readonly imagesLeft: number;
}

const progressOf = async (out: string, id: string): Promise<JobProgress | null> => {
  const path = sweepPaths(out).progress(id);
  const bytes = await diskFiles.read(path);
  return bytes && parseProgress(bytes, path);
};

const statusOf = async (out: string, job: SweepJob): Promise<JobStatus> => {
  const outcome = await readOutcome(out, job.id);
  if (outcome) return { job, state: outcome.state, outcome, progress: null };
  const progress = await progressOf(out, job.id);
  const held = (await lockHolders(sweepPaths(out).job(job.id))).length > 0;
  return { job, state: held ? 'running' : 'waiting', outcome: null, progress };
};

/** Reads the status of every job; those of `before` that had ended are not read again. */
export const readStatuses = async (
  out: string,
  { jobs }: SweepPlan,
  before: readonly JobStatus[] = [],
): Promise<readonly JobStatus[]> => {
  const ended = new Map(before.filter(({ outcome }) => outcome !== null).map((status) => [status.job.id, status]));
  const statuses: JobStatus[] = [];
  for (const job of jobs) statuses.push(ended.get(job.id) ?? (await statusOf(out, job)));
  return statuses;
};

/** Images of an epoch. */
const epochImages = ({ config: { dataset, recipe } }: SweepJob): number =>
  (recipe.trainOn === 'all' ? dataset.train + dataset.test : dataset.train) * (1 - recipe.validationSplit);

export const totalsOf = (statuses: readonly JobStatus[]): SweepTotals => {
  const count = (state: JobState): number => statuses.filter((status) => status.state === state).length;
  const open = statuses.filter(({ outcome }) => outcome === null);
  return {
    done: count('done'),
    running: count('running'),
    waiting: count('waiting'),
    failed: count('failed'),
    imagesPerSecond: open.reduce(
      (sum, { state, progress }) => sum + (state === 'running' ? (progress?.imagesPerSecond ?? 0) : 0),
      0,
    ),
    imagesLeft: open.reduce(
      (sum, { job, progress }) => sum + (job.config.recipe.epochs - (progress?.epoch ?? 0)) * epochImages(job),
      0,
    ),
  };
};
