/**
 * One process at a time for one run folder.
 *
 * In: a folder. Out: a lock, or the error that tells who holds it. A lock is an empty file whose name says who made
 * it: host, process id, start of the process. The lock of a killed process is thus known at once, and there is no
 * instant at which a lock exists without its owner's name.
 *
 * Two that come at the same time settle it by Lamport's bakery: each first claims, then looks; the claim with the
 * smaller name waits for the other to give way, the other gives way. Source: Lamport 1974, A new solution of
 * Dijkstra's concurrent programming problem.
 */
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LatentError } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { diskFiles, writeError } from '../files/file-system.ts';
import { processStart } from '../files/process-identity.ts';

const NAME = /^\.lock-(claim|held)@(.+)@(\d+)@(\d+)$/;
const POLL_MS = 10;

interface Owner {
  readonly file: string;
  readonly stage: 'claim' | 'held';
  /** Host, process id and start in one; tells owners apart and orders them. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly start: string;
}

export interface RunLock {
  release(): Promise<void>;
}

/** Whether a name in a run folder is a lock's. */
export const isLockFile = (name: string): boolean => NAME.test(name);

const thisHost = (): string => hostname().replace(/[^\w.-]/g, '_') || 'localhost';

const parseOwner = (file: string): Owner | null => {
  const match = NAME.exec(file);
  if (!match) return null;
  const [, stage, host, pid, start] = match;
  return {
    file,
    stage: stage === 'held' ? 'held' : 'claim',
    id: `${host}@${pid}@${start}`,
    host,
    pid: Number(pid),
    start,
  };
};

/** A process of another host cannot be looked at and counts as alive. */
const isAlive = async ({ host, pid, start }: Owner, here: string): Promise<boolean> =>
  host !== here || (await processStart(pid)) === start;

/** Living owners but ourselves; the locks of dead ones are cleared away. */
const others = async (folder: string, own: string, here: string): Promise<Owner[]> => {
  const living: Owner[] = [];
  for (const name of await diskFiles.list(folder)) {
    const owner = parseOwner(name);
    if (owner === null || owner.id === own) continue;
    if (await isAlive(owner, here)) living.push(owner);
    else await diskFiles.remove(join(folder, name));
  }
  return living;
};

/** Whether a living process, or one of another host, holds a folder's lock or is about to. */
export const isHeld = async (folder: string): Promise<boolean> => (await others(folder, '', thisHost())).length > 0;

/** Process ids of this host that hold a folder's lock. */
export const lockHolders = async (folder: string): Promise<number[]> => {
  const here = thisHost();
  return (await others(folder, '', here))
    .filter(({ host, stage }) => host === here && stage === 'held')
    .map(({ pid }) => pid);
};

const refused = (folder: string, { file, host, pid }: Owner, here: string): LatentError =>
  host === here
    ? inputError('run-locked', {
        problem: `${folder} is being written by process ${pid}`,
        hint: 'wait for it, or choose another folder with --out',
      })
    : inputError('run-locked', {
        problem: `${folder} is locked by process ${pid} of the machine "${host}", which cannot be looked at from here`,
        hint: `if it has ended, remove ${join(folder, file)}`,
      });

/**
 * Locks a run folder, which must exist, for this process.
 *
 * @throws LatentError (input) `run-locked` where another process holds it; (work) where the folder cannot be written.
 */
export const lockRun = async (folder: string): Promise<RunLock> => {
  const here = thisHost();
  const own = `${here}@${process.pid}@${(await processStart(process.pid)) ?? '0'}`;
  const claim = join(folder, `.lock-claim@${own}`);
  const held = join(folder, `.lock-held@${own}`);
  if ((await diskFiles.list(folder)).includes(`.lock-held@${own}`)) {
    throw inputError('run-locked', {
      problem: `${folder} is being written by this very process`,
      hint: 'wait for it to end',
    });
  }
  const touch = async (path: string): Promise<void> => {
    try {
      await (await open(path, 'w')).close();
    } catch (error) {
      throw writeError(folder, error);
    }
  };
  await touch(claim);
  try {
    for (;;) {
      const found = await others(folder, own, here);
      const holder = found.find(({ stage }) => stage === 'held');
      if (holder) throw refused(folder, holder, here);
      const before = found.find(({ id }) => id < own);
      if (before) throw refused(folder, before, here);
      if (found.length === 0) break;
      await sleep(POLL_MS);
    }
    // The claim stays: a folder's listing may miss a name that is being renamed, but not one that lies still.
    await touch(held);
  } catch (error) {
    await diskFiles.remove(claim).catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  return {
    release: async () => {
      // One that cannot be removed is that of an ended process soon, and known as such; what was done is done.
      for (const file of [held, claim]) await diskFiles.remove(file).catch(() => undefined);
    },
  };
};
