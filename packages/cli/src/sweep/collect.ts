/**
 * `latent sweep --collect OUT`: brings the finished runs of a sweep into a folder, from another folder or a server.
 *
 * In: a plan, a source of outcomes and packed runs. Out: a sweep's folder that `compare` takes, and a line for each job
 * that says whether it was brought. A second call brings only what is new; what differs is left as it is.
 */
import { LatentError } from 'latent-plane';
import { inputError, type JobOutcome } from 'latent-plane/internal';
import { requireSweepPlace } from './claim.ts';
import { isThere, placeRun } from './import-run.ts';
import { readOutcome, readPlan, type SweepJob, type SweepPlan, sweepPaths, writeOutcome, writePlan } from './layout.ts';
import { type PackedRun, packRun } from './pack.ts';
import { planOf } from './plan.ts';

/** Where ended jobs are. */
export interface RunSource {
  /** Null while the job has not ended. */
  outcome(job: SweepJob): Promise<JobOutcome | null>;
  /** Null where it is missing. */
  run(job: SweepJob): Promise<PackedRun | null>;
}

/** The folder of a sweep as a source. */
export const folderSource = (from: string): RunSource => ({
  outcome: ({ id }) => readOutcome(from, id),
  run: async ({ name }) => packRun(sweepPaths(from).run(name)),
});

export type ImportState = 'brought' | 'there' | 'open' | 'failed' | 'refused';

export interface CollectedJob {
  readonly id: string;
  readonly name: string;
  /** `open` has not ended, `failed` has no run to bring, `refused` was damaged or would write over something else. */
  readonly state: ImportState;
  readonly run: string;
  /** Of what failed or was refused. */
  readonly reason?: string;
}

/** What lies in the folder already, and what comes to it. */
const mergedPlan = async (out: string, plan: SweepPlan): Promise<SweepPlan> => {
  const there = await readPlan(out);
  if (there === null) await requireSweepPlace(out);
  const before = there?.jobs ?? [];
  const known = new Set(before.map(({ id }) => id));
  return planOf([...before, ...plan.jobs.filter(({ id }) => !known.has(id))]);
};

/** @returns whether it was brought, and not there before. @throws LatentError (input) where it is not to be trusted. */
const bring = async (source: RunSource, out: string, job: SweepJob, outcome: JobOutcome): Promise<boolean> => {
  if (outcome.state === 'failed' || (await isThere(out, job, outcome))) return false;
  const packed = await source.run(job);
  if (!packed)
    throw inputError('invalid-run', {
      at: { subject: `run of job ${job.id}` },
      expected: 'it where it was trained',
      got: 'none',
    });
  await placeRun(out, job, outcome, packed, `run of job ${job.id}`);
  return true;
};

/** Brings a job that has ended: its run folder, then its outcome, which says that all is there. */
export const bringJob = async (
  source: RunSource,
  out: string,
  job: SweepJob,
  outcome: JobOutcome,
): Promise<'brought' | 'there'> => {
  const isNew = await bring(source, out, job, outcome);
  const before = await readOutcome(out, job.id);
  if (before === null || (before.state === 'failed' && outcome.state === 'done'))
    await writeOutcome(out, job.id, outcome);
  return isNew ? 'brought' : 'there';
};

const collectJob = async (source: RunSource, out: string, job: SweepJob): Promise<CollectedJob> => {
  const said = { id: job.id, name: job.name, run: sweepPaths(out).run(job.name) };
  const outcome = await source.outcome(job);
  if (outcome === null) return { ...said, state: 'open' };
  try {
    const state = await bringJob(source, out, job, outcome);
    return outcome.state === 'done' ? { ...said, state } : { ...said, state: 'failed', reason: outcome.message };
  } catch (error) {
    if (!(error instanceof LatentError) || error.kind !== 'input') throw error;
    return { ...said, state: 'refused', reason: error.message };
  }
};

/** @param onJob - told of each job as it comes. */
export const collectSweep = async (
  source: RunSource,
  out: string,
  plan: SweepPlan,
  onJob: (job: CollectedJob) => void,
): Promise<readonly CollectedJob[]> => {
  await writePlan(out, await mergedPlan(out, plan));
  const collected: CollectedJob[] = [];
  for (const job of plan.jobs) {
    const result = await collectJob(source, out, job);
    collected.push(result);
    onJob(result);
  }
  return collected;
};
