/** A disk that is really full: a small one in memory, which only the command and what it starts can see. */
import { spawnSync } from 'node:child_process';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, runProgram } from '../run-program.ts';
import { changesBetween, places, sandboxEnvironment, snapshotOf } from '../sandbox.ts';

/** Whether such a disk can be had: on Linux, where the system lets this user have a view of the disks of its own. */
export const hasFullDisk = (): boolean =>
  process.platform === 'linux' && spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp']).status === 0;

const PAGE = 4096;

/** What files take on such a disk; folders and links take nothing there. */
const pagesOf = async (paths: readonly string[]): Promise<number> => {
  const statuses = await Promise.all(paths.map((path) => lstat(path)));
  return statuses.reduce((sum, status) => sum + (status.isFile() ? Math.ceil(status.size / PAGE) : 0), 0);
};

/** What a sandbox takes, and what a line wrote that has run in another. */
export const pagesNeeded = async (
  start: string,
  whole: string,
): Promise<{ readonly start: number; readonly written: number }> => {
  const before = await snapshotOf(start);
  const changes = changesBetween(before, await snapshotOf(whole)).filter(({ kind }) => kind !== 'removed');
  return {
    start: await pagesOf([...before.keys()].map((path) => join(start, path))),
    written: await pagesOf(changes.map(({ path }) => join(whole, path))),
  };
};

/** Copies the sandbox onto the disk, runs what follows there, and copies back what is left. */
const SCRIPT = `
set -e
root=$1 start=$2 kept=$3 work=$4 pages=$5
shift 5
mount -t tmpfs -o size=$((pages * ${PAGE})) tmpfs "$root"
# A file without holes takes what its size says.
cp -a --sparse=never "$start/." "$root/" 2>/dev/null || cp -a "$start/." "$root/"
cd "$work"
set +e
"$@"
code=$?
cp -a "$root/." "$kept/"
exit $code`;

/**
 * Runs a line in a sandbox on a disk of so many pages. What is left lies in the sandbox's folder afterwards.
 *
 * @param root - an empty folder.
 * @param start - the sandbox to begin with.
 */
export const runOnFullDisk = async (
  { root, start, pages, limitMs }: { root: string; start: string; pages: number; limitMs: number },
  line: string,
): Promise<Ended> => {
  const kept = `${root}.kept`;
  await mkdir(kept);
  const through = ['unshare', '-rm', 'sh', '-c', SCRIPT, 'sh', root, start, kept, places(root).work, String(pages)];
  const ended = await runProgram(line.split(' '), { cwd: start, env: sandboxEnvironment(root), limitMs, through });
  await rm(root, { recursive: true, force: true });
  await rename(kept, root);
  return ended;
};
