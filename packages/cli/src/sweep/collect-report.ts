/**
 * What `latent sweep --collect` says: a line for each job that came or was refused, the sums, or JSON.
 *
 * In: what became of each job. Out: words on the terminal and the exit code.
 */
import { workError } from 'latent-plane/internal';
import { note, print, printJson } from '../console.ts';
import { type CollectedJob, collectSweep, type ImportState, type RunSource } from './collect.ts';
import type { SweepPlan } from './layout.ts';

const ORDER: readonly ImportState[] = ['brought', 'there', 'open', 'failed', 'refused'];
const WORDS: Readonly<Record<ImportState, string>> = {
  brought: 'brought',
  there: 'there already',
  open: 'not ended yet',
  failed: 'failed',
  refused: 'refused',
};

const lineOf = ({ state, name, reason }: CollectedJob): string =>
  `${WORDS[state]}: ${name}${reason === undefined ? '' : `: ${reason}`}`;

/** @throws LatentError (work) `not-collected` where a run was refused, after all others were brought. */
export const collectAndTell = async (source: RunSource, out: string, plan: SweepPlan, json: boolean): Promise<void> => {
  const jobs = await collectSweep(source, out, plan, (job) => {
    if (job.state !== 'there' && job.state !== 'open') note(lineOf(job));
  });
  const count = (state: ImportState): number => jobs.filter((job) => job.state === state).length;
  const sums = ORDER.filter((state) => count(state) > 0).map((state) => `${count(state)} ${WORDS[state]}`);
  if (json) printJson({ sweep: plan.sweep, out, jobs });
  else print(`${out}: ${sums.join(', ')}`);
  if (count('refused') === 0) return;
  throw workError('not-collected', {
    at: { file: out },
    expected: `every finished run to come, ${count('refused')} of ${jobs.length} did not`,
    hint: 'see the lines that begin with "refused"',
  });
};
