/**
 * Watches a sweep to its end, or until the person leaves.
 *
 * In: the folder, its plan, a pool of workers, a signal. Out: the status of the jobs then. The workers are processes of their
 * own and keep running when nobody watches.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepPlan } from './layout.ts';
import type { SweepProgress } from './progress.ts';
import { type JobStatus, readStatuses, totalsOf } from './states.ts';
import type { WorkerPool } from './worker-pool.ts';

const POLL_MS = 500;

export const watchSweep = async (
  out: string,
  plan: SweepPlan,
  pool: WorkerPool,
  progress: SweepProgress,
  signal: AbortSignal,
): Promise<readonly JobStatus[]> => {
  let statuses: readonly JobStatus[] = [];
  let leftBefore = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      statuses = await readStatuses(out, plan, statuses);
      const totals = totalsOf(statuses);
      progress.update(totals);
      const open = totals.waiting + totals.running;
      if (open === 0 || signal.aborted) return statuses;
      await pool.ensureRunning(open, totals.imagesLeft < leftBefore);
      leftBefore = totals.imagesLeft;
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    progress.end();
  }
};
