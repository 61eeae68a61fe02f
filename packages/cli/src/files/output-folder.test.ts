import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../runs/testing.ts';
import { outputFolder } from './destination.ts';
import { INVENTORY_FILE } from './inventory.ts';
import { type FolderOutput, requireFolder, writeFolder } from './output-folder.ts';
import { temporaryName } from './temporary-names.ts';
import { snapshotOf } from './testing.ts';

let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

const path = (...names: string[]): string => join(folder, ...names);

/** Writes files of one command; each case has a folder of its own. */
const write = (out: string, files: Readonly<Record<string, string>>, more: Partial<FolderOutput> = {}): Promise<void> =>
  writeFolder(outputFolder('--out')(path(out)), { by: 'plane', files: new Map(Object.entries(files)), ...more });

const textsOf = async (out: string): Promise<Record<string, string>> => {
  const files = [...snapshotOf(path(out))].filter(
    ([name, what]) => !/^(folder|link to .*)$/.test(what) && basename(name) !== INVENTORY_FILE,
  );
  return Object.fromEntries(
    await Promise.all(files.map(async ([name]) => [name, await readFile(path(out, name), 'utf8')])),
  );
};

/** The name that a process which is no more would have used. */
const leftBy = (target: string, stage: 'making' | 'old'): string => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return temporaryName(target, stage).replace(`-${process.pid}.`, `-${pid}.`);
};

const hidden = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('.latent-plane-'));

describe('a folder of files', () => {
  it('is made with those above it, and replaced by the same command as a whole', async () => {
    await write('new/deep/out', { 'a.txt': 'one', 'in/b.txt': 'two' });
    expect(await textsOf('new/deep/out')).toEqual({ 'a.txt': 'one', 'in/b.txt': 'two' });
    await write('new/deep/out', { 'a.txt': 'three' });
    expect(await textsOf('new/deep/out')).toEqual({ 'a.txt': 'three' });
    expect(await readdir(path('new/deep'))).toEqual(['out']);
    expect((await readdir(path('new/deep/out'))).sort()).toEqual([INVENTORY_FILE, 'a.txt']);
  });

  it("keeps somebody's files where they are, and puts its own beside them", async () => {
    await mkdir(path('shared/.git'), { recursive: true });
    await writeFile(path('shared/.git/HEAD'), 'mine');
    await symlink('.git', path('shared/link'));
    await write('shared', { 'a.txt': 'one', 'in/b.txt': 'two' });
    await write('shared', { 'a.txt': 'three', 'c.txt': 'four' });
    expect(await textsOf('shared')).toEqual({
      '.git/HEAD': 'mine',
      'a.txt': 'three',
      'c.txt': 'four',
    });
    expect((await readdir(path('shared'))).sort()).toEqual(['.git', INVENTORY_FILE, 'a.txt', 'c.txt', 'link'].sort());
    // What another command wrote there is that command's.
    await write('shared', { 'frame.txt': 'five' }, { by: 'evolve' });
    await write('shared', { 'a.txt': 'six' });
    expect(Object.keys(await textsOf('shared')).sort()).toEqual(['.git/HEAD', 'a.txt', 'frame.txt']);
  });

  it('names what is in the way, and leaves all as it was', async () => {
    await write('changed', { 'a.txt': 'one', 'b.txt': 'two' });
    await writeFile(path('changed/b.txt'), 'mine');
    await mkdir(path('taken/in'), { recursive: true });
    await writeFile(path('taken/in/a.txt'), 'mine');
    await mkdir(path('folder/a.txt'), { recursive: true });
    await mkdir(path('link/other'), { recursive: true });
    await symlink('other', path('link/in'));
    await mkdir(path('list'));
    await writeFile(path('list', INVENTORY_FILE), '{"mine": true}');
    const before = snapshotOf(folder);
    for (const [out, files, code] of [
      ['changed', { 'a.txt': 'three' }, 'file-changed'],
      ['taken', { 'in/a.txt': 'three' }, 'file-exists'],
      ['folder', { 'a.txt': 'three' }, 'not-a-file'],
      ['link', { 'in/a.txt': 'three' }, 'not-a-folder'],
      ['list', { 'a.txt': 'three' }, 'file-exists'],
    ] as const)
      await expect(write(out, files), out).rejects.toMatchObject({ code, kind: 'input' });
    await expect(write('taken', { 'b.txt': '' }, { exclusive: true })).rejects.toMatchObject({
      code: 'folder-not-empty',
    });
    expect(snapshotOf(folder)).toEqual(before);
    // Before the work, as far as names are known by then.
    const early = requireFolder(outputFolder('--out')(path('changed')), { by: 'plane', names: [] });
    await expect(early).rejects.toMatchObject({ code: 'file-changed' });
    await write('changed', { 'a.txt': 'three' }, { force: true });
    expect(await textsOf('changed')).toEqual({ 'a.txt': 'three', 'b.txt': 'mine' });
  });

  it('writes through a link to a folder, which stays one', async () => {
    await mkdir(path('real'));
    await symlink('real', path('alias'));
    await write('alias', { 'a.txt': 'one' });
    await write('alias', { 'a.txt': 'two' });
    expect(snapshotOf(folder).get('alias')).toMatch(/^link to/);
    expect(await textsOf('real')).toEqual({ 'a.txt': 'two' });
  });

  it('told to end while it is written, leaves what was there and nothing else', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`in/${i}.txt`, `${i}`]));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      await write('ended', { 'a.txt': 'one' });
      await mkdir(path('ended-shared'), { recursive: true });
      await writeFile(path('ended-shared/mine.txt'), 'mine');
      for (const [out, beside] of [
        ['ended', folder],
        ['ended-shared', path('ended-shared')],
        ['new-parent/ended', path('new-parent')],
      ]) {
        const before = snapshotOf(folder);
        const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as () => never);
        const writing = write(out, files);
        const making = temporaryName(basename(out), 'making');
        await expect
          .poll(async () => (await readdir(beside).catch((): string[] => [])).includes(making), { interval: 0 })
          .toBe(true);
        (process as NodeJS.EventEmitter).emit(signal, signal);
        expect(exit).toHaveBeenCalledWith(130);
        expect(snapshotOf(folder)).toEqual(before);
        // A process would have ended here; this one continues, and fails or not.
        await writing.catch(() => undefined);
        exit.mockRestore();
        await rm(path(out), { recursive: true, force: true });
        await rm(path('new-parent'), { recursive: true, force: true });
        expect(process.listenerCount(signal)).toBe(0);
        if (out === 'ended') await write('ended', { 'a.txt': 'one' });
      }
    }
    expect(await hidden()).toEqual([]);
  });

  it('clears what a killed process left for it, and nothing that looks alike', async () => {
    await write('killed', { 'a.txt': 'one' });
    const [making, other] = [leftBy('killed', 'making'), leftBy('another', 'making')];
    for (const name of [making, other]) {
      await mkdir(path(name, 'in'), { recursive: true });
      const sha256 = '0'.repeat(64);
      const files = { 'a.txt': { by: 'plane', sha256: [sha256] }, 'in/b.txt': { by: 'plane', sha256: [sha256] } };
      await writeFile(path(name, INVENTORY_FILE), JSON.stringify({ about: '', format: 1, files }));
      await writeFile(path(name, 'a.txt'), 'half');
    }
    await write('killed', { 'a.txt': 'two' });
    expect(await hidden()).toEqual([other]);
    // With somebody's file in it, it is not removed.
    await rename(path(other), path(making));
    await writeFile(path(making, 'notes.txt'), 'mine');
    await write('killed', { 'a.txt': 'three' });
    expect(await readFile(path(making, 'notes.txt'), 'utf8')).toBe('mine');
    await rm(path(making), { recursive: true });
  });

  it('clears a list that was cut short, and none of somebody else', async () => {
    const making = leftBy('short', 'making');
    for (const [list, isOurs] of [
      ['', true],
      ['{\n "about": "The files he', true],
      ['{"mine": true}', false],
    ] as const) {
      await mkdir(path(making), { recursive: true });
      await writeFile(path(making, INVENTORY_FILE), list);
      await write('short', { 'a.txt': list });
      expect(await hidden()).toEqual(isOurs ? [] : [making]);
    }
    await rm(path(making), { recursive: true });
  });

  it('killed between its two renames, comes back before the next is written', async () => {
    await write('away', { 'a.txt': 'one' });
    await rename(path('away'), path(leftBy('away', 'old')));
    await writeFile(path('away.txt'), '');
    await requireFolder(outputFolder('--out')(path('away')), { by: 'plane', names: [] });
    expect(await textsOf('away')).toEqual({ 'a.txt': 'one' });
    // Killed after them: the old one goes.
    const old = leftBy('away', 'old');
    await mkdir(path(old));
    for (const name of ['a.txt', INVENTORY_FILE]) await writeFile(path(old, name), await readFile(path('away', name)));
    await writeFile(path(old, 'late.txt'), 'came in the last instant');
    await write('away', { 'a.txt': 'two' });
    expect(await textsOf('away')).toEqual({ 'a.txt': 'two', 'late.txt': 'came in the last instant' });
    expect(await hidden()).toEqual([]);
  });

  it('that may be written though the one above may not is filled where it is', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('this user may write everywhere');
    await mkdir(path('above/out'), { recursive: true });
    await chmod(path('above'), 0o555);
    await write('above/out', { 'a.txt': 'one' });
    expect(await textsOf('above/out')).toEqual({ 'a.txt': 'one' });
    await chmod(path('above'), 0o755);
  });
});
