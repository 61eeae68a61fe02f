/**
 * The worker processes of this machine.
 *
 * In: the folder of a sweep, how many workers. Out: processes that outlive whoever started them, one for each number.
 * A worker holds the lock of its number, so that two commands never start it twice, and a dead one is noticed.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { workError } from 'latent-plane/internal';
import { shellWord } from '../console.ts';
import { diskFiles, writeError } from '../files/file-system.ts';
import { lockHolders } from '../runs/lock.ts';
import { sweepPaths } from './layout.ts';

const MAX_STARTS_IN_VAIN = 5;

/** What a worker takes at most, over the networks of the zoo on MNIST: docs/sweeps.md has the measurement. */
const WORKER_BYTES = 600e6;

export interface Machine {
  readonly cores: number;
  /** That this process and its children may still take. */
  readonly freeBytes: number;
}

const thisMachine = (): Machine => ({ cores: availableParallelism(), freeBytes: process.availableMemory() });

/**
 * One for each core, as far as the memory goes and there are jobs. A job of a sweep takes one thread, since threads
 * would change its bytes; measured, as many workers of one thread train at least as fast as one of many.
 */
export const defaultWorkers = (jobs: number, threads: number, { cores, freeBytes }: Machine = thisMachine()): number =>
  Math.max(1, Math.floor(Math.min(jobs, cores / threads, freeBytes / WORKER_BYTES)));

/** @throws LatentError as `writeError`. */
const openLog = (path: string): number => {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw writeError(path, error);
  }
};

const start = (out: string, index: number): ChildProcess => {
  const log = openLog(sweepPaths(out).log);
  try {
    const child = spawn(
      process.execPath,
      [process.argv[1], 'worker', '--folder', out, '--number', String(index)],
      // A group of its own: Ctrl-C ends who watches, not who works.
      { detached: true, stdio: ['ignore', log, log], windowsHide: true },
    );
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
};

export const pidsOf = async (out: string, workers: number): Promise<number[]> =>
  (await Promise.all(Array.from({ length: workers }, (_, i) => lockHolders(sweepPaths(out).worker(i))))).flat();

/** What the last worker said that could not continue. */
const lastWords = async (out: string): Promise<string> => {
  const { log } = sweepPaths(out);
  const text = new TextDecoder().decode((await diskFiles.read(log)) ?? undefined);
  const said = text.split('\n').filter((line) => line.startsWith('error: '));
  return said.length > 0
    ? `, the last of them with\n${said[said.length - 1].slice(7)}\n(all in ${log})`
    : `; see ${log}`;
};

export interface WorkerPool {
  /** Starts what is not there. @throws LatentError (work) `workers-lost` where they end again and again. */
  ensureRunning(open: number, progressed: boolean): Promise<void>;
}

export const createWorkerPool = (out: string, workers: number): WorkerPool => {
  const started = new Map<number, ChildProcess>();
  let inVain = 0;
  return {
    ensureRunning: async (open, progressed) => {
      if (progressed) inVain = 0;
      for (let index = 0; index < Math.min(workers, open); index++) {
        const before = started.get(index);
        if (before && before.exitCode === null && before.signalCode === null) continue;
        // Another command's worker.
        if ((await lockHolders(sweepPaths(out).worker(index))).length > 0) continue;
        if (before) inVain += 1;
        if (inVain > MAX_STARTS_IN_VAIN)
          throw workError('workers-lost', {
            at: { file: out },
            problem: `the workers end without finishing anything${await lastWords(out)}`,
            hint: `mend it, then continue with: npx latent sweep --attach --out ${shellWord(out)}`,
          });
        started.set(index, start(out, index));
      }
    },
  };
};
