/**
 * Watches a sweep to its end, or until the person turns away.
 *
 * In: the folder, its plan, workers to tend, a signal. Out: how the jobs stand then. The workers are processes of their
 * own and go on when nobody watches.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Crew } from './crew.ts';
import type { SweepPlan } from './layout.ts';
import type { SweepProgress } from './progress.ts';
import { type JobStanding, readStandings, totalsOf } from './states.ts';

const POLL_MS = 500;

export const watchSweep = async (
  out: string,
  plan: SweepPlan,
  crew: Crew,
  progress: SweepProgress,
  signal: AbortSignal,
): Promise<readonly JobStanding[]> => {
  let standings: readonly JobStanding[] = [];
  let leftBefore = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      standings = await readStandings(out, plan, standings);
      const totals = totalsOf(standings);
      progress.update(totals);
      const open = totals.waiting + totals.running;
      if (open === 0 || signal.aborted) return standings;
      await crew.tend(open, totals.imagesLeft < leftBefore);
      leftBefore = totals.imagesLeft;
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    progress.end();
  }
};
