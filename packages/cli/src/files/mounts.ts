/** Which folders are the root of another file system: such a folder can be neither renamed nor replaced. */
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Blanks and the like stand as `\040` there. Source: proc_pid_mountinfo(5). */
const unescaped = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Linux alone tells of a folder that is mounted from the same disk; empty elsewhere. */
const listedMounts = (): ReadonlySet<string> => {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return new Set(lines.flatMap((line) => line.split(' ').slice(4, 5).map(unescaped)));
  } catch {
    return new Set();
  }
};

const deviceOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.dev ?? null;

/** @param path - absolute, without symbolic links. */
export const isMountPoint = (path: string): boolean => {
  const device = deviceOf(path);
  return device !== null && (device !== deviceOf(dirname(path)) || listedMounts().has(path));
};
