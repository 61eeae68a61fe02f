/** Every command that reads what a person names, on what is no such thing: exit code 2, and words that say why. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LatentError } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readTextInput } from '../files/read-input.ts';
import { createProgram } from '../main.ts';
import { cloneFolder } from '../places.ts';
import { buildCommandLine } from '../runs/testing.ts';

let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latent-plane-inputs-'));
  await mkdir(path('empty'));
  await writeFile(path('text'), 'hello\n');
  await symlink(path('loop'), path('loop'));
  await mkdir(path('odd/config.json'), { recursive: true });
  await mkdir(path('odd/classes.txt'));
  if (process.platform !== 'win32') spawnSync('mkfifo', [path('pipe')]);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What stands where a model, a run, a data set or a file is asked for. */
const PATHS: readonly (readonly [string, () => string])[] = [
  ['nothing', () => path('nothing')],
  ['an empty word', () => ''],
  ['a long name', () => path('x'.repeat(300))],
  ['a long path', () => path('deep/'.repeat(1000))],
  ['a folder', () => path('empty')],
  ['a text', () => path('text')],
  ['a path through a file', () => path('text/x')],
  ['a link to itself', () => path('loop')],
  ['a run of folders', () => path('odd')],
  ['a pipe', () => path('pipe')],
  ['a device', () => (existsSync('/dev/zero') ? '/dev/zero' : path('nothing'))],
];

/** Every argument that is read, by the words of a command. */
const READERS: readonly (readonly [string, (input: string) => string[]])[] = [
  ['summary', (input) => ['summary', input]],
  ['evaluate', (input) => ['evaluate', input]],
  ['evaluate --dataset', (input) => ['evaluate', 'dense-1', '--dataset', input]],
  ['diagnose', (input) => ['diagnose', input]],
  ['compare', (input) => ['compare', input]],
  ['plane', (input) => ['plane', input]],
  ['evolve', (input) => ['evolve', input]],
  ['encode', (input) => ['encode', input, '--out', path('codes.csv')]],
  ['decode', (input) => ['decode', input, '--at', '0,0', '--out', path('a.png')]],
  ['export', (input) => ['export', input, '--to', 'keras', '--out', path('a.keras')]],
  ['explore', (input) => ['explore', input]],
  ['import', (input) => ['import', input, '--out', path('imported')]],
  ['train --resume', (input) => ['train', '--resume', input]],
  ['train --init', (input) => ['train', 'dense-1', '--init', input, '--out', path('run')]],
  ['train --dataset', (input) => ['train', 'dense-1', '--dataset', input, '--out', path('run')]],
  ['tune-decoder', (input) => ['tune-decoder', input, '--decoder', 'dense-2', '--out', path('run')]],
  ['data', (input) => ['data', input]],
  ['sweep', (input) => ['sweep', input, '--out', path('sweep')]],
  [
    'sweep datasets',
    (input) => ['sweep', '--grid', 'networks=dense-1', '--grid', `datasets=${input}`, '--out', path('s')],
  ],
  ['sweep --attach', (input) => ['sweep', '--attach', '--out', input]],
  ['worker --folder', (input) => ['worker', '--folder', input]],
  ['worker --nats-creds', (input) => ['worker', '--nats', '--nats-creds', input]],
];

describe.each(READERS)('%s', (verb, words) => {
  // A shell's `<(command)` is a pipe, and a sweep may come out of one.
  const paths = PATHS.filter(([what]) => !(verb === 'sweep' && what === 'a pipe'));

  it.each(paths)('refuses %s as wrong input', async (_, input) => {
    const before = await readdir(folder);
    const error = await (await createProgram()).parseAsync(words(input()), { from: 'user' }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LatentError);
    const { kind, message } = error instanceof LatentError ? error : { kind: null, message: '' };
    expect(kind, message).toBe('input');
    expect(message.split('\n').length).toBeLessThanOrEqual(2);
    // A name of thousands of characters tells nobody more than its beginning.
    expect(message.length).toBeLessThan(1200);
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('a text that is named', () => {
  it.skipIf(process.platform === 'win32')('may come through a pipe, and is not waited for by the process', async () => {
    const writer = spawn('sh', ['-c', `sleep 0.2; echo hello > ${path('pipe')}`]);
    expect(await readTextInput(path('pipe'), 100)).toBe('hello\n');
    await once(writer, 'close');
    await expect(readTextInput(path('text'), 3)).rejects.toMatchObject({ code: 'too-large', kind: 'input' });
  });
});

/** Root may read everything, so another user is asked there. */
const asUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const program = join(cloneFolder ?? '.', 'packages/cli/bin/latent.js');
const asked = (...words: string[]) =>
  spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', cwd: folder, ...asUser });

describe.skipIf(process.platform === 'win32')('what this user may not read', () => {
  it('is told as such, not as something that is not there', async ({ skip }) => {
    await buildCommandLine();
    await chmod(folder, 0o755);
    // Where the other user may not even read this program there is nothing to see.
    if (asked('--version').status !== 0) skip();
    for (const name of ['closed', 'shut']) await mkdir(path(name));
    await writeFile(path('closed/config.json'), '{}');
    await writeFile(path('shut/config.json'), '{}');
    await writeFile(path('secret.yaml'), 'networks: dense-1');
    await chmod(path('closed'), 0o000);
    for (const name of ['shut/config.json', 'secret.yaml']) await chmod(path(name), 0o000);
    for (const words of [
      ['summary', path('closed/run')],
      ['summary', path('shut')],
      ['summary', path('secret.yaml')],
      ['train', '--resume', path('closed')],
      ['evaluate', 'dense-1', '--dataset', path('closed/data')],
      ['data', path('closed')],
      ['sweep', path('secret.yaml'), '--out', path('sweep')],
    ]) {
      const { status, stderr } = asked(...words);
      expect([status, stderr], words.join(' ')).toEqual([2, expect.stringMatching(/EACCES/)]);
      expect(stderr).not.toContain('system:');
    }
    await chmod(path('closed'), 0o700);
  });
});
