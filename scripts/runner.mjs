// Who runs a script, and whether that one is still there. npm puts a shell between itself and the script, and passes
// signals to the shell alone: a script hears of the end of npm only by looking.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const RUNNER = /(^|[\s/\\])(npm|pnpm|yarn)(-cli)?(\.c?js)?(\s|$)/;

/** The process above, and what it is called; null where the system does not say. */
const parentOf = (pid) => {
  if (process.platform === 'linux') {
    try {
      // proc_pid_stat(5): the parent is the second field after the name, which is in parentheses and may hold any.
      const [, parent] = /^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'));
      return { parent: Number(parent), words: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
    } catch {
      return null;
    }
  }
  const { stdout, status } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, words] = /^\s*(\d+)\s+(.*)$/m.exec(status === 0 ? stdout : '') ?? [];
  return parent === undefined ? null : { parent: Number(parent), words };
};

const isThere = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
};

/** The processes without which nobody waits for this one: npm, and the shell that it began. */
const runners = () => {
  if (process.platform === 'win32' || process.env.npm_lifecycle_event === undefined) return [];
  const above = parentOf(process.ppid);
  // Above npm itself is a person's shell, which may end and leave what it began.
  if (above === null || RUNNER.test(above.words)) return [process.ppid];
  const grandparent = parentOf(above.parent);
  return grandparent !== null && RUNNER.test(grandparent.words) ? [process.ppid, above.parent] : [process.ppid];
};

const LOOK_EVERY_MS = 250;

/** Calls `gone` once when npm has ended before this process; never where no npm runs it. Returns how to stop looking. */
export const whenRunnerEnds = (gone) => {
  const watched = runners();
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (watched.length === 0 || (process.ppid === parent && watched.every(isThere))) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
};
