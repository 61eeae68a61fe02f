/**
 * `latent worker`: takes jobs of a sweep, trains them, and goes on to the next until none is left.
 */
import { Command } from 'commander';
import { inputError, LatentError, workOff } from 'latent-plane';
import { counted, EXIT, note } from '../console.ts';
import { diskFiles, makeFolder } from '../files/file-system.ts';
import { wholeNumber } from '../options.ts';
import { lockRun } from '../runs/lock.ts';
import { createFolderQueue } from '../sweep/folder-queue.ts';
import { requirePlan, sweepPaths } from '../sweep/layout.ts';
import { performJob } from '../sweep/perform.ts';
import { jobResources } from '../sweep/resources.ts';
import { withInterruption } from './training.ts';

interface WorkerFlags {
  readonly folder?: string;
  readonly number?: number;
}

const workInFolder = async (out: string, index: number): Promise<void> => {
  const plan = await requirePlan(out);
  const place = sweepPaths(out).worker(index);
  await makeFolder(diskFiles, place);
  const lock = await lockRun(place).catch((error: unknown) => {
    // Two commands watch the same sweep, and both started this worker.
    if (error instanceof LatentError && error.code === 'run-locked') return null;
    throw error;
  });
  if (!lock) return;
  try {
    await withInterruption(async (signal) => {
      const queue = createFolderQueue(out, plan.jobs, index);
      const resources = await jobResources(signal);
      const count = await workOff(queue, (lease, stop) => performJob(lease, stop, resources), signal);
      note(`worker ${index}: carried out ${counted(count, 'job')}`);
      if (signal.aborted) process.exitCode = EXIT.interrupted;
    });
  } finally {
    await lock.release();
  }
};

const run = async ({ folder, number = 0 }: WorkerFlags): Promise<void> => {
  if (folder === undefined)
    throw inputError('invalid-option', 'expected where the jobs are, got nothing; name it: --folder DIR');
  await workInFolder(folder, number);
};

/** The command `worker`. */
export const workerCommand = (): Command =>
  new Command('worker')
    .description('carry out the jobs of a sweep')
    .option('--folder <dir>', 'folder of a sweep on this machine')
    .option(
      '--number <n>',
      'which worker of the folder this is; each number runs once',
      wholeNumber('--number', { min: 0, max: 1023 }),
    )
    .addHelpText(
      'after',
      `
Examples:
  npx latent worker --folder sweeps/seeds --number 2

\`latent sweep\` starts its workers itself; this adds one to a sweep that runs.
Ctrl-C saves the job under way and gives it back (exit 130).`,
    )
    .action(run);
