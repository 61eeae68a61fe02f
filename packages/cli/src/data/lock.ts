/**
 * One process at a time for one file: several trainings that start together fetch a data set once.
 *
 * In: the path of a lock file, an action. Out: the action's result. A lock whose process is gone is taken over;
 * a lock held on another machine over a shared folder is not recognised.
 */
import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** Locks that this very process holds: in a container every run may have the same process id. */
const held = new Set<string>();

/** Whether a process with this id runs; EPERM means it does, under another user. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    held.add(path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return false;
  }
}

/** The lock's holder; undefined where it is gone, or was killed between making the file and writing its id. */
async function holder(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (pid === process.pid) return held.has(path) ? pid : undefined;
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
}

/**
 * Waits for the lock, runs the action, gives the lock back.
 *
 * @param onWait - told once, with the process id of the holder, if there is a wait.
 */
export async function withLock<T>(
  path: string,
  action: () => Promise<T>,
  { onWait, signal }: { readonly onWait?: (pid: number) => void; readonly signal?: AbortSignal } = {},
): Promise<T> {
  let told = false;
  while (!(await tryLock(path))) {
    const pid = await holder(path);
    if (pid === undefined) {
      // Give a holder that has made the file but not yet written its id one interval before taking over.
      await sleep(POLL_MS, undefined, { signal });
      if ((await holder(path)) === undefined) await rm(path, { force: true });
      continue;
    }
    if (!told) onWait?.(pid);
    told = true;
    await sleep(POLL_MS, undefined, { signal });
  }
  try {
    return await action();
  } finally {
    held.delete(path);
    await rm(path, { force: true });
  }
}
