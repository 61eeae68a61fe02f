/**
 * A finished run comes to a sweep's folder, from a server or from another folder.
 *
 * In: packed bytes that anybody may have sent. Out: the run folder in its place, whole, or an error. It is compared with
 * its SHA-256, the run folder's schema, the job's id and the sum of its weights before it gets there; nothing that
 * differs is written over.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LatentError } from 'latent-plane';
import { inputError, type JobOutcome } from 'latent-plane/internal';
import { diskFiles, makeFolder, systemCode, writeError } from '../files/file-system.ts';
import { sha256Of } from '../files/sha256.ts';
import { removeKnown } from '../files/tree.ts';
import { checkVacant, readConfig, readHistory, readMetrics, runPaths } from '../runs/folder.ts';
import { isRunPath } from '../runs/known-files.ts';
import { isHeld, isLockFile, lockRun } from '../runs/lock.ts';
import { type SweepJob, sweepPaths } from './layout.ts';
import { type PackedRun, unpackRun } from './pack.ts';
import { configId } from './plan.ts';

export type DoneOutcome = Extract<JobOutcome, { readonly state: 'done' }>;

/** What keeps a folder from being the finished run of a job; null where it is that run. */
export const faultOfRun = async (folder: string, job: SweepJob, { weightsSha256 }: DoneOutcome) => {
  try {
    const config = await readConfig(folder);
    if (!config) return 'it has no config.json';
    if ((await configId(config, job.after)) !== job.id) return 'it is the run of another training';
    const metrics = await readMetrics(folder);
    if (metrics?.stopped !== 'finished' && metrics?.stopped !== 'early') return 'it has not ended';
    await readHistory(folder);
    const weights = await diskFiles.read(runPaths(folder).weights);
    if (!weights) return 'it has no weights';
    return sha256Of(weights) === weightsSha256 ? null : 'its weights are others';
  } catch (error) {
    if (error instanceof LatentError && error.kind === 'input') return error.message;
    throw error;
  }
};

const differs = (folder: string, job: SweepJob, fault: string): LatentError =>
  inputError('run-differs', {
    at: { file: folder },
    expected: `nothing, or the run of job ${job.id}`,
    got: `another (${fault})`,
    hint: 'it was left as it is: move it away, or collect into another folder',
  });

/** @param foreign - what kept a folder from being removed. */
const requireKnown = (folder: string, job: SweepJob, foreign: readonly string[]): void => {
  if (foreign.length > 0) throw differs(folder, job, `it holds "${foreign[0]}", which no run has`);
};

/** Whether a folder holds a run of the same job that has not ended, and that nobody writes. */
const isUnfinishedTwin = async (folder: string, job: SweepJob): Promise<boolean> => {
  const config = await readConfig(folder);
  if (!config || (await configId(config, job.after)) !== job.id || (await isHeld(folder))) return false;
  const metrics = await readMetrics(folder);
  return metrics?.stopped !== 'finished' && metrics?.stopped !== 'early';
};

/**
 * Whether the run of a job lies in the sweep's folder already.
 *
 * @throws LatentError (input) `run-differs` where something else does.
 */
export const isThere = async (out: string, job: SweepJob, outcome: DoneOutcome): Promise<boolean> => {
  const folder = sweepPaths(out).run(job.name);
  if ((await diskFiles.list(folder)).filter((name) => !isLockFile(name)).length === 0) return false;
  const fault = await faultOfRun(folder, job, outcome);
  if (fault === null) return true;
  const isVacant = await checkVacant(folder).then(
    () => true,
    () => false,
  );
  if (isVacant || (await isUnfinishedTwin(folder, job).catch(() => false))) return false;
  throw differs(folder, job, fault);
};

/**
 * Puts a packed run into its place.
 *
 * @param from - for messages.
 * @throws LatentError (input) `checksum`, `invalid-run`, `run-differs`; `run-locked` where another process brings it;
 *   (work) where the disk refuses it.
 */
export const placeRun = async (
  out: string,
  job: SweepJob,
  outcome: DoneOutcome,
  { bytes, sha256 }: PackedRun,
  from: string,
): Promise<void> => {
  const folder = sweepPaths(out).run(job.name);
  const incoming = join(sweepPaths(out).runs, `.arriving-${job.name}`);
  await makeFolder(diskFiles, incoming);
  const lock = await lockRun(incoming);
  try {
    // What a killed process had begun to bring.
    requireKnown(incoming, job, await removeKnown(incoming, isRunPath, { isKept: isLockFile }));
    await unpackRun(bytes, sha256, incoming, from);
    const fault = await faultOfRun(incoming, job, outcome);
    if (fault !== null)
      throw inputError('invalid-run', {
        at: { subject: from },
        expected: `the finished run of job ${job.id}, but ${fault}`,
        hint: 'drop it',
      });
    if (await isThere(out, job, outcome)) {
      await removeKnown(incoming, isRunPath);
      return;
    }
    // Empty, or an unfinished run of the same job.
    if ((await diskFiles.list(folder)).length > 0) requireKnown(folder, job, await removeKnown(folder, isRunPath));
    await diskFiles.removeEmpty(folder);
    await lock.release();
    await rename(incoming, folder).catch((error: unknown) => {
      throw systemCode(error) === 'ENOTEMPTY' ? differs(folder, job, 'it came meanwhile') : writeError(folder, error);
    });
    await diskFiles.flushFolder(sweepPaths(out).runs);
  } catch (error) {
    await removeKnown(incoming, isRunPath).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
};
