/**
 * The queue of a single machine: the sweep's folder.
 *
 * In: the folder, its jobs. Out: leases, each a lock that ends with its process, so that the job of a killed worker is
 * free at once. No server, no port, no process beside the workers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LatentError } from 'latent-plane';
import type { JobOutcome, Queue } from 'latent-plane/internal';
import { diskFiles, makeFolder, removeTemporaries, writeAtomic } from '../files/file-system.ts';
import { readMetrics, runPaths } from '../runs/folder.ts';
import { lockRun, type RunLock } from '../runs/lock.ts';
import { recordedPath } from '../runs/plan.ts';
import {
  type Attempts,
  type LeftWeights,
  parseAttempts,
  readOutcome,
  type SweepJob,
  sweepPaths,
  writeOutcome,
} from './layout.ts';
import { givenBack, type RunLease } from './perform.ts';
import { inVain, missingWeights, readinessFrom } from './predecessor.ts';

const POLL_MS = 300;
const PROGRESS_EVERY_MS = 500;
/** A job that ends its worker so often without finishing an epoch would end every worker. */
const MAX_ATTEMPTS = 5;

const readAttempts = async (path: string): Promise<Attempts> =>
  parseAttempts(await diskFiles.read(path)) ?? { count: 0, epoch: 0 };

const writeAttempts = (path: string, attempts: Attempts): Promise<void> =>
  writeAtomic(diskFiles, path, JSON.stringify(attempts));

/** Counts an attempt; those before the run's last progress do not count. @returns the count. */
const countAttempt = async (out: string, { id, name }: SweepJob): Promise<number> => {
  const paths = sweepPaths(out);
  const before = await readAttempts(paths.attempts(id));
  const epoch = (await readMetrics(paths.run(name)).catch(() => null))?.epochs ?? 0;
  const count = epoch > before.epoch ? 1 : before.count + 1;
  await writeAttempts(paths.attempts(id), { count, epoch });
  return count;
};

/** A job that is given back in order has cost no worker. */
const uncountAttempt = async (out: string, { id }: SweepJob): Promise<void> => {
  const path = sweepPaths(out).attempts(id);
  const { count, epoch } = await readAttempts(path);
  // A full disk takes no file and lets one be removed.
  await writeAttempts(path, { count: Math.max(0, count - 1), epoch }).catch(() => diskFiles.remove(path));
};

const tryLock = async (folder: string): Promise<RunLock | null> => {
  try {
    return await lockRun(folder);
  } catch (error) {
    if (error instanceof LatentError && error.code === 'run-locked') return null;
    throw error;
  }
};

/** What another job of the sweep left. @throws LatentError (input) `invalid-run`. */
const leftBy = async (out: string, { name, id }: SweepJob): Promise<LeftWeights> => {
  const folder = sweepPaths(out).run(name);
  const bytes = await diskFiles.read(runPaths(folder).weights);
  return bytes ? { bytes, model: recordedPath(folder) } : missingWeights(id);
};

const leaseOf = (out: string, job: SweepJob, lock: RunLock, jobs: readonly SweepJob[]): RunLease => {
  const paths = sweepPaths(out);
  let toldMs = Number.NEGATIVE_INFINITY;
  let telling: Promise<void> = Promise.resolve();
  const end = async (): Promise<void> => {
    await telling;
    await lock.release();
  };
  return {
    job,
    folder: paths.run(job.name),
    predecessor: async () => {
      const before = jobs.find(({ id }) => id === job.after?.job);
      return before ? leftBy(out, before) : missingWeights(job.after?.job ?? job.id);
    },
    // A lock of a living process is never taken away.
    lost: new AbortController().signal,
    progress: (progress) => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return telling;
      toldMs = performance.now();
      // Only a picture of what happens: a disk that is full will be told by the run itself.
      telling = telling
        .then(() => writeAtomic(diskFiles, paths.progress(job.id), `${JSON.stringify(progress)}\n`))
        .catch(() => undefined);
      return telling;
    },
    finish: async (outcome: JobOutcome) => {
      await telling;
      const before = await readOutcome(out, job.id);
      if (!before) await writeOutcome(out, job.id, outcome);
      await end();
      return before === null;
    },
    release: async () => {
      await uncountAttempt(out, job);
      await end();
    },
  };
};

/**
 * @param offset - where in the list this worker begins to look, so that workers do not crowd around the same job.
 */
export const createFolderQueue = (out: string, jobs: readonly SweepJob[], offset = 0): Queue<SweepJob, RunLease> => {
  const paths = sweepPaths(out);
  let open = jobs.map((_, i) => jobs[(i + offset) % jobs.length]);
  const attempt = async (job: SweepJob): Promise<RunLease | null> => {
    await makeFolder(diskFiles, paths.job(job.id));
    const lock = await tryLock(paths.job(job.id));
    if (!lock) return null;
    await removeTemporaries(diskFiles, paths.job(job.id));
    if (await readOutcome(out, job.id)) {
      await lock.release();
      return null;
    }
    const lease = leaseOf(out, job, lock, jobs);
    const readiness = job.after ? readinessFrom(await readOutcome(out, job.after.job)) : 'ready';
    if (readiness === 'in-vain') await lease.finish(inVain(job));
    if (readiness === 'waits') await lock.release();
    if (readiness !== 'ready') return null;
    const count = await countAttempt(out, job).catch(async (error: unknown) => {
      await lock.release();
      throw givenBack(job, error);
    });
    if (count <= MAX_ATTEMPTS) return lease;
    const message = `${MAX_ATTEMPTS} workers ended within this job before it finished an epoch; see ${paths.log}`;
    await lease.finish({ state: 'failed', code: 'workers-lost', message });
    return null;
  };
  return {
    take: async (signal) => {
      while (!signal.aborted) {
        const left: SweepJob[] = [];
        for (const [i, job] of open.entries()) {
          if (signal.aborted) return null;
          if (await readOutcome(out, job.id)) continue;
          left.push(job);
          const lease = await attempt(job);
          if (!lease) continue;
          open = [...left.slice(0, -1), ...open.slice(i + 1)];
          return lease;
        }
        open = left;
        if (left.length === 0) return null;
        await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
      }
      return null;
    },
  };
};
