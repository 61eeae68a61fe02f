/**
 * `latent worker`: takes jobs of a sweep, trains them, and continues to the next until none is left.
 */
import { Command } from 'commander';
import { LatentError } from 'latent-plane';
import { inputError, workOff } from 'latent-plane/internal';
import { counted, EXIT, note } from '../console.ts';
import { type Destination, outputFolder, ownFolder } from '../files/destination.ts';
import { diskFiles, makeFolder } from '../files/file-system.ts';
import { wholeNumber } from '../options.ts';
import { lockRun } from '../runs/lock.ts';
import { withInterruption } from '../signals.ts';
import { createFolderQueue } from '../sweep/folder-queue.ts';
import { requirePlan, sweepPaths } from '../sweep/layout.ts';
import { shownUrl } from '../sweep/nats-connect.ts';
import { createNatsQueue } from '../sweep/nats-queue.ts';
import { openServer } from '../sweep/nats-server.ts';
import { performJob, type RunLease } from '../sweep/perform.ts';
import { jobResources } from '../sweep/resources.ts';
import { openScratch } from '../sweep/scratch.ts';
import { addServerOptions, type ServerFlags, serverOptions } from '../sweep/server-options.ts';

interface WorkerFlags extends ServerFlags {
  readonly scratch?: Destination;
  readonly folder?: Destination;
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
      const perform = async (lease: RunLease, stop: AbortSignal): Promise<void> => {
        await performJob(lease, stop, resources);
      };
      const count = await workOff(queue, perform, signal);
      note(`worker ${index}: ran ${counted(count, 'job')}`);
      if (signal.aborted) process.exitCode = EXIT.interrupted;
    });
  } finally {
    await lock.release();
  }
};

const WHY = {
  lost: 'the server did not answer for the length of a lease, so another worker may have it',
  dropped: 'another worker ended it before, and its result stands',
} as const;

const workOnServer = async (flags: WorkerFlags): Promise<void> => {
  const options = serverOptions(flags);
  const server = await openServer(options);
  const scratch = await openScratch(flags.scratch).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  try {
    await withInterruption(async (signal) => {
      const queue = await createNatsQueue(server, scratch.folder, note);
      const resources = await jobResources(signal);
      note(`waiting for jobs from ${shownUrl(options.url)}`);
      const count = await workOff(
        queue,
        async (lease, stop) => {
          note(`job ${lease.job.name}`);
          const end = await performJob(lease, stop, resources);
          if (end === 'lost' || end === 'dropped') note(`${end}: ${lease.job.name}: ${WHY[end]}`);
        },
        signal,
      );
      note(`ran ${counted(count, 'job')}`);
      process.exitCode = EXIT.interrupted;
    });
  } finally {
    await scratch.close();
    await server.close().catch(() => undefined);
  }
};

const run = async (flags: WorkerFlags): Promise<void> => {
  const { folder, number = 0, nats } = flags;
  if ((folder === undefined) === (nats === undefined))
    throw inputError('invalid-option', {
      expected: 'where the jobs are, one of --folder DIR and --nats [URL]',
      hint: 'name it',
    });
  if (folder === undefined) await workOnServer(flags);
  else await workInFolder(folder, number);
};

/** The command `worker`. */
export const workerCommand = (): Command =>
  addServerOptions(new Command('worker'))
    .description('run the jobs of a sweep')
    .option(
      '--scratch <dir>',
      'folder for the runs under way, with --nats (default: a temporary one)',
      outputFolder('--scratch'),
    )
    .option('--folder <dir>', 'folder of a sweep on this machine', ownFolder('--folder'))
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

  npx latent worker --nats nats://127.0.0.1:4222

Without --nats, \`latent sweep\` starts its workers itself; --folder adds one to a
sweep that runs. Ctrl-C, \`kill\` or a closed terminal saves the job under way and
gives it back (exit 130).`,
    )
    .action(run);
