/**
 * Which process is which, so that a lock left by a killed one is known as such at once.
 *
 * In: a process id. Out: when that process started, or that there is none. An id alone is used again by the system;
 * an id with its start is not.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemCode } from './file-system.ts';

const run = promisify(execFile);

/** Linux: `/proc/<pid>/stat`, see proc_pid_stat(5): field 3 is the state, field 22 the start in clock ticks. */
const linuxStart = async (pid: number): Promise<string | null> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  if (stat === null) return null;
  // The second field is the command in brackets and may hold blanks and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  // A zombie has been killed and only waits for its parent to notice; it writes nothing.
  return state === 'Z' || state === 'X' ? null : fields[19];
};

/** macOS and the BSDs. */
const psStart = async (pid: number): Promise<string | null> => {
  const found = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } }).catch(
    () => null,
  );
  const started = found?.stdout.trim() ?? '';
  return started === '' ? null : String(Date.parse(started) / 1000);
};

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // runs under another user
  }
};

/** When the process started, in a unit of the platform's own; null if it does not run. `0` where it cannot be told. */
export const processStart = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') return linuxStart(pid);
  if (!exists(pid)) return null;
  return process.platform === 'win32' ? '0' : psStart(pid);
};
