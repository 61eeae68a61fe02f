/** What commands once destroyed or left behind, each as it was found. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from 'latent-plane';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildAll } from '../../../../scripts/build.mjs';
import { main } from '../main.ts';
import { cloneFolder } from '../places.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import {
  contextOn,
  filesBelow,
  latent,
  smallMnist,
  startLatent,
  temporaryFolder,
  tinyConfig,
  writeIdxFolder,
} from '../runs/testing.ts';
import { exploreCommand } from './explore.ts';

let folder = '';
let data = '';
let run = '';
let dataset: Dataset;
let complained = '';
const path = (...names: string[]): string => join(folder, ...names);
const cwd = process.cwd();

const makeRun = async (out: string, seed = 1): Promise<string> => {
  const config = { ...tinyConfig(dataset, { seed, checkpointEvery: 1 }), dataset: describeDataset(data, dataset) };
  await beginRun(out, config, dataset, contextOn(dataset));
  return out;
};

beforeAll(async () => {
  await buildAll({ names: ['core', 'cli', 'explorer'] });
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(200, 20);
  data = await writeIdxFolder(path('small-mnist'), dataset);
  run = await makeRun(path('run'));
  // The program looks once whether its reader has gone.
  process.stdout.setMaxListeners(0);
  await mkdir(path('page'));
  await writeFile(path('page', 'index.html'), '<!doctype html><title>Latent Plane</title>');
});
afterAll(async () => {
  delete process.env.LATENT_PLANE_CACHE;
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  complained = '';
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});
afterEach(() => {
  process.chdir(cwd);
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs a command in this process. */
const here = (words: readonly string[]): Promise<number> => {
  process.exitCode = undefined;
  return main(words);
};

const MINE = { 'README.md': '# Mine\n', 'config.json': '{"name": "mine"}\n', '.git/HEAD': 'ref: refs/heads/main\n' };

/** A project of somebody's, with files whose names we use too; the working folder from now on. */
const enterProject = async (name: string, files: Readonly<Record<string, string>> = MINE): Promise<string> => {
  const project = path(name);
  await mkdir(join(project, '.git'), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(project, file), text);
  process.chdir(project);
  return project;
};

const textsBelow = async (place: string): Promise<Record<string, string>> =>
  Object.fromEntries([...(await filesBelow(place))].map(([name, bytes]) => [name, bytes.toString('latin1')]));

const training = (): string[] => ['--dataset', data, '--epochs', '1', '--threads', '1', '--batch-size', '50'];

describe('an empty path', () => {
  it('as --export is not the working folder, which stays with its .git', async () => {
    const project = await enterProject('exporting');
    const exported = exploreCommand({ root: path('page') }).parseAsync([run, '--export', ''], { from: 'user' });
    await expect(exported).rejects.toMatchObject({ kind: 'input' });
    expect(await textsBelow(project)).toEqual(MINE);
  });

  it.each([
    ['train', () => ['train', 'dense-1', ...training()]],
    ['tune-decoder', () => ['tune-decoder', run, '--decoder', 'dense-1', ...training()]],
    ['plane', () => ['plane', run, '--size', '2']],
    ['evolve', () => ['evolve', run]],
    ['export', () => ['export', run, '--to', 'onnx']],
    ['import', () => ['import', path('run', 'weights.safetensors')]],
    ['sweep', () => ['sweep', '--grid', 'networks=dense-1', '--grid', `datasets=${data}`]],
  ])('as --out of %s is wrong, and nothing of the working folder is written over', async (verb, words) => {
    const project = await enterProject(`empty-${verb}`);
    // Workers that end at once, should a sweep begin.
    const [argument] = process.argv.splice(1, 1, path('no-worker.js'));
    expect(await here([...words(), '--out', ''])).toBe(2);
    process.argv[1] = argument;
    expect(complained).toContain('--out: expected a folder to write into, got nothing');
    expect(await textsBelow(project)).toEqual(MINE);
  });
});

describe('a file of the same name', () => {
  const outputs = (): readonly (readonly [string, string[]])[] => [
    ['codes.csv', ['encode', run, '--out', 'codes.csv']],
    ['codes.npy', ['encode', run, '--out', 'codes.npy']],
    ['digit.png', ['decode', run, '--at', '0,0', '--out', 'digit.png']],
    ['table.csv', ['compare', run, '--csv', 'table.csv']],
    ['chart.png', ['compare', run, '--png', 'chart.png']],
    ['chart.svg', ['compare', run, '--svg', 'chart.svg']],
    ['mesh.png', ['plane', run, '--size', '2', '--out', 'mesh.png']],
    ['model.keras', ['export', run, '--to', 'keras', '--out', 'model.keras']],
    ['model.onnx', ['export', run, '--to', 'onnx', '--out', 'model.onnx']],
    ['pictures/mesh.png', ['plane', run, '--size', '2', '--out', 'pictures']],
  ];

  it('is written over where it is ours, kept where it is not, and written over with --force', async () => {
    for (const [name, words] of outputs()) {
      const project = await enterProject(`file-${name.replace('/', '-')}`, {});
      expect(await here(words), `${name}: ${complained}`).toBe(0);
      const written = await readFile(join(project, name));
      expect(await here(words), `${name} again: ${complained}`).toBe(0);
      expect((await readFile(join(project, name))).equals(written), name).toBe(true);
      for (const other of [Buffer.from('mine'), Buffer.concat([written, Buffer.from('and mine')])]) {
        await writeFile(join(project, name), other);
        // What follows the end of a model is no part of it, and its producer is ours.
        if (other.length > 4 && /keras|onnx/.test(name)) continue;
        complained = '';
        expect(await here(words), name).toBe(2);
        expect(complained, name).toMatch(/^error: file-(exists|changed): .*--force\n$/);
        expect((await readFile(join(project, name))).equals(other), name).toBe(true);
      }
      expect(await here([...words, '--force']), `${name} forced: ${complained}`).toBe(0);
      expect((await readFile(join(project, name))).equals(written), name).toBe(true);
      expect((await readdir(project)).filter((each) => /tmp|making|old/.test(each))).toEqual([]);
    }
  });

  it('in the frames of a run is none of ours, and stays', async () => {
    const packed = await makeRun(path('packed'));
    await writeFile(join(packed, 'evolution.safetensors'), 'mine');
    expect(await here(['evolve', packed, '--pack'])).toBe(2);
    expect(await readFile(join(packed, 'evolution.safetensors'), 'utf8')).toBe('mine');
  });
});

describe('a sweep', () => {
  it('is refused in a folder with the jobs of another, which stay as they are', async () => {
    const project = await enterProject('sweeps', {});
    const [argument] = process.argv.splice(1, 1, path('no-worker.js'));
    await writeFile(path('no-worker.js'), '');
    const words = (seeds: string): string[] => [
      'sweep',
      ...['networks=dense-1', `datasets=${data}`, 'epochs=1', `seeds=${seeds}`].flatMap((field) => ['--grid', field]),
      ...['--workers', '1', '--out', 'ten'],
    ];
    // Its workers end at once.
    expect(await here(words('1..2'))).toBe(1);
    const plan = await readFile(join(project, 'ten', 'sweep.json'), 'utf8');
    complained = '';
    expect(await here(words('3..4'))).toBe(2);
    expect(complained).toMatch(/^error: other-sweep: .*2 that it does not have \(dense-1-.*--attach --out ten\n$/);
    expect(await readFile(join(project, 'ten', 'sweep.json'), 'utf8')).toBe(plan);
    // With those of the first it hides nothing.
    expect(await here(words('1..3'))).toBe(1);
    expect(JSON.parse(await readFile(join(project, 'ten', 'sweep.json'), 'utf8')).jobs).toHaveLength(3);
    process.argv[1] = argument;
  });

  it('is refused in a folder with files of somebody', async () => {
    const project = await enterProject('not-a-sweep');
    for (const words of [
      ['sweep', '--grid', 'networks=dense-1', '--grid', `datasets=${data}`, '--out', '../not-a-sweep/mine'],
      ['sweep', '--collect', '../not-a-sweep/mine', '--out', '../ten'],
    ]) {
      await mkdir(join(project, 'mine'), { recursive: true });
      await writeFile(join(project, 'mine', 'notes.txt'), 'mine');
      await mkdir(path('ten'), { recursive: true });
      await writeFile(path('ten', 'sweep.json'), '{"format":1,"sweep":"000000000000","jobs":[]}');
      expect(await here(words)).toBe(2);
      expect(complained).toContain('"notes.txt"');
      expect(await readdir(join(project, 'mine'))).toEqual(['notes.txt']);
    }
  });
});

describe('what cannot be written', () => {
  const long = 'x'.repeat(300);

  it.each([
    ['train', () => ['train', 'dense-1', ...training(), '--out', long]],
    ['encode', () => ['encode', run, '--out', `${long}.csv`]],
    ['decode', () => ['decode', run, '--at', '0,0', '--out', `${long}.png`]],
    ['compare', () => ['compare', run, '--svg', `${long}.svg`]],
    ['explore', () => ['explore', run, '--export', long]],
    ['resume', () => ['train', '--resume', long]],
  ])('a name too long for %s is wrong input, and says how long one may be', async (_, words) => {
    await enterProject('long', {});
    expect(await here(words())).toBe(2);
    expect(complained).toMatch(/^error: name-too-long: --\w+ "x+\.\.\.": .*a name of 30\d bytes; the longest has 255/);
  });

  it.runIf(existsSync('/proc/self'))('a folder below /proc is refused at once', async () => {
    const script = join(cloneFolder ?? '.', 'packages/cli/bin/latent.js');
    const words = ['train', 'dense-1', ...training(), '--out', '/proc/foo'];
    const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
    const code = await new Promise((done) => child.on('close', done));
    clearTimeout(timer);
    expect([code, said]).toEqual([
      2,
      expect.stringMatching(/^error: protected-path: --out "\/proc\/foo": .*which holds no files/),
    ]);
  });

  it('a folder of another user is refused before the work', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only where another user can be played');
    const script = join(cloneFolder ?? '.', 'packages/cli/bin/latent.js');
    await mkdir(path('of-root'), { mode: 0o755 });
    const child = spawn(
      process.execPath,
      [script, 'train', 'dense-1', ...training(), '--out', path('of-root', 'run')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        uid: 65_534,
        gid: 65_534,
      },
    );
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const code = await new Promise((done) => child.on('close', done));
    if (/EACCES.*(bin|dist|node_modules)/.test(said)) skip('the program may not be read by another user here');
    expect([code, said]).toEqual([2, expect.stringMatching(/^error: not-writable: --out /)]);
  });
});

describe('what is left behind', () => {
  it('by a training that could not begin is nothing, not the folders above it either', async () => {
    const project = await enterProject('refused', {});
    const words = ['train', 'dense-1', '--dataset', data, '--batch-size', '1000'];
    expect(await here([...words, '--out', 'runs/deep/run'])).toBe(2);
    expect(await readdir(project)).toEqual(['.git']);
    await mkdir('mine');
    expect(await here([...words, '--out', 'mine'])).toBe(2);
    expect(await readdir('mine')).toEqual([]);
  });

  it('by --resume of a run that has ended is nothing', async () => {
    const ended = await makeRun(path('ended'));
    await rm(join(ended, 'checkpoints'), { recursive: true });
    const before = (await readdir(ended)).sort();
    expect(await here(['train', '--resume', ended])).toBe(0);
    expect((await readdir(ended)).filter((name) => name !== 'charts').sort()).toEqual(before);
    for (const command of ['evaluate', 'diagnose']) expect(await here([command, ended])).toBe(0);
    expect((await readdir(ended)).filter((name) => name !== 'charts').sort()).toEqual(before);
  });

  it('of an export that Ctrl-C ends is nothing', async () => {
    const place = path('interrupted');
    await mkdir(place);
    let codes: (number | null)[] = [];
    for (let attempt = 0; attempt < 20 && !codes.includes(130); attempt++) {
      const { child, finished } = startLatent(['explore', run, '--export', join(place, 'site')]);
      // Beside its place something lies as long as it is being written.
      while (child.exitCode === null && (await readdir(place)).length === 0)
        await new Promise((done) => setImmediate(done));
      child.kill('SIGINT');
      const { code, signal, stderr } = await finished;
      codes = [...codes, code ?? (signal === 'SIGINT' ? 130 : null)];
      const left = await readdir(place);
      expect(
        left.filter((name) => name !== 'site'),
        stderr,
      ).toEqual([]);
      // It may have been done before it was told.
      if (code === 0) await rm(join(place, 'site'), { recursive: true });
    }
    expect(codes).toContain(130);
  });
});

describe('a card that somebody wrote into', () => {
  it('stays as it is when figures are added', async () => {
    const noted = await makeRun(path('noted'));
    expect(await here(['evaluate', noted])).toBe(0);
    const card = await readFile(join(noted, 'README.md'), 'utf8');
    expect(card).toContain('### evaluate');
    await writeFile(join(noted, 'README.md'), card.replace('## Scores\n', '## Scores\n\nThe best so far.\n'));
    expect(await here(['diagnose', noted])).toBe(0);
    expect(complained).toContain('README.md is not as it was written here');
    const after = await readFile(join(noted, 'README.md'), 'utf8');
    expect(after).toContain('The best so far.');
    expect(JSON.parse(await readFile(join(noted, 'metrics.json'), 'utf8')).scores.diagnose).toBeDefined();
    await rm(join(noted, 'README.md'));
    expect((await latent(['diagnose', noted])).code).toBe(0);
  });
});
