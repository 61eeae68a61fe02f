import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processStart } from '../files/process-identity.ts';
import { lockRun } from './lock.ts';
import { temporaryFolder } from './testing.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const here = hostname().replace(/[^\w.-]/g, '_');
const plant = (stage: string, host: string, pid: number | undefined, start: string): Promise<void> =>
  writeFile(join(folder, `.lock-${stage}@${host}@${pid}@${start}`), '');

describe('the lock of a run folder', () => {
  it('is refused while it is held, told with who holds it, and free after its release', async () => {
    const lock = await lockRun(folder);
    await expect(lockRun(folder)).rejects.toMatchObject({ code: 'run-locked', kind: 'input' });
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockRun(folder)).release();
  });

  it('of another living process is refused with its process id', async () => {
    const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    await once(sleeper, 'spawn');
    await plant('held', here, sleeper.pid, (await processStart(sleeper.pid ?? 0)) ?? '');
    await expect(lockRun(folder)).rejects.toThrow(`process ${sleeper.pid}`);
    // Killed, and at once free.
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    await (await lockRun(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a process whose id belongs to another process by now is taken over', async () => {
    await plant('held', here, process.ppid, '1');
    await plant('claim', here, process.ppid, '1');
    await (await lockRun(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of another machine is refused, with the file to remove', async () => {
    await plant('held', 'elsewhere', 1, '1');
    await expect(lockRun(folder)).rejects.toThrow(/machine "elsewhere".*remove .*\.lock-held@elsewhere@1@1/);
  });

  it('gives way to a claim that comes before it, and leaves nothing behind', async () => {
    await plant('claim', '!before-all', 1, '1');
    await expect(lockRun(folder)).rejects.toMatchObject({ code: 'run-locked' });
    expect(await readdir(folder)).toEqual(['.lock-claim@!before-all@1@1']);
  });

  it('waits for a claim that comes after it to give way', async () => {
    await plant('claim', '~after-all', 1, '1');
    const locking = lockRun(folder);
    setTimeout(() => void rm(join(folder, '.lock-claim@~after-all@1@1')), 50);
    await (await locking).release();
  });
});
