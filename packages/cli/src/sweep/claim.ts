/**
 * Whether a folder may be that of a sweep.
 *
 * In: a folder, a plan. Out: nothing, or the error that says what lies there: somebody's files, or a sweep whose jobs
 * this one would hide. Nothing is written.
 */

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from 'latent-plane/internal';
import { shellWord } from '../console.ts';
import { diskFiles } from '../files/file-system.ts';
import { isTemporaryName } from '../files/temporary-names.ts';
import { readPlan, type SweepPlan, sweepPaths } from './layout.ts';

/** Folders whose content is looked at before anything is put into them. */
const OWN_FOLDERS = ['runs', 'jobs', 'workers'];

/** @throws LatentError (input) `folder-not-empty` where a folder without a sweep holds something else. */
export const requireSweepPlace = async (out: string): Promise<void> => {
  for (const name of await diskFiles.list(out)) {
    if (isTemporaryName(name)) continue;
    if (OWN_FOLDERS.includes(name) && (await lstat(join(out, name))).isDirectory()) continue;
    throw inputError('folder-not-empty', {
      at: { file: out },
      expected: 'an empty folder, none, or that of a sweep',
      got: `one with "${name}"`,
      hint: 'name another with --out DIR',
    });
  }
};

/**
 * @throws LatentError (input) `other-sweep` where jobs lie there that the plan does not have; `folder-not-empty`,
 *   `invalid-sweep`.
 */
export const requireSweepFolder = async (out: string, plan: SweepPlan): Promise<void> => {
  const before = await readPlan(out);
  if (before === null) return requireSweepPlace(out);
  const known = new Set(plan.jobs.map(({ id }) => id));
  const left = before.jobs.filter(({ id }) => !known.has(id));
  if (left.length === 0) return;
  throw inputError('other-sweep', {
    at: { subject: sweepPaths(out).plan },
    expected: 'the jobs of this sweep, or some of them',
    got: `${left.length} that it does not have (${left[0].name})`,
    hint: `name another folder with --out DIR, or attach to that sweep: npx latent sweep --attach --out ${shellWord(out)}`,
  });
};
