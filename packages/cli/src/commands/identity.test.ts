/** Data sets are told apart by their images, whatever they are called: two folders named `mnist`, neither of them MNIST. */
import { appendFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, findNetwork } from 'latent-plane';
import { parseExplorerIndex, parseExplorerModel, parseExplorerTraining } from 'latent-plane/internal';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../main.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import {
  contextOn,
  filesBelow,
  smallMnist,
  temporaryFolder,
  tinyConfig,
  tinyNetwork,
  writeIdxFolder,
} from '../runs/testing.ts';
import { exploreCommand } from './explore.ts';
import { zooCommand } from './zoo.ts';

let folder = '';
let own = '';
let other = '';
let dataset: Dataset;
let otherData: Dataset;
const path = (...names: string[]): string => join(folder, ...names);

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process. */
const said = async (action: () => Promise<unknown>): Promise<Said> => {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      texts[name] += text;
      return true;
    });
  try {
    await action();
  } finally {
    vi.restoreAllMocks();
  }
  return texts;
};
const latent = (...words: string[]): Promise<Said> =>
  said(async () => (await createProgram()).parseAsync([...words], { from: 'user' }));

const train = async (name: string, data: Dataset, argument: string, seed = 1): Promise<string> => {
  const base = tinyConfig(data, { seed, epochs: 1, batchSize: 25 });
  const config = { ...base, network: findNetwork('dense-1'), dataset: describeDataset(argument, data) };
  await beginRun(path(name), config, data, contextOn(data));
  return path(name);
};

beforeAll(async () => {
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  const all = await smallMnist(100, 20);
  // As every folder of four files is read.
  const read = { ...all, name: 'mnist', licence: 'not stated', source: path('mnist') };
  dataset = read;
  otherData = { ...read, train: { ...read.train, pixels: read.train.pixels.map((pixel) => 255 - pixel) } };
  own = await writeIdxFolder(path('mnist'), dataset);
  other = await writeIdxFolder(path('elsewhere', 'mnist'), otherData);
  await train('run', dataset, own);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a folder that has the name of the data that a run learned from', () => {
  it('leaves metrics and model card of the run alone where it holds other images', async () => {
    await latent('evaluate', path('run'));
    await latent('diagnose', path('run'));
    const before = await filesBelow(path('run'));
    const { stdout } = await latent('evaluate', path('run'), '--dataset', other, '--json');
    const kept = JSON.parse(before.get('metrics.json')?.toString() ?? '').scores.evaluate;
    expect(JSON.parse(stdout).mse.all).not.toBeCloseTo(kept.mse.all, 3);
    await latent('diagnose', path('run'), '--dataset', other);
    expect(await filesBelow(path('run'))).toEqual(before);
  });

  it('is measured anew by compare, and never compared with the other', async () => {
    await latent('evaluate', path('run'));
    await latent('diagnose', path('run'));
    const kept = JSON.parse((await latent('compare', path('run'), '--json')).stdout).models[0].mse.all;
    const found = JSON.parse((await latent('compare', path('run'), '--dataset', other, '--json')).stdout);
    expect(found.dataset).toBe('mnist');
    expect(found.models[0].mse.all).not.toBeCloseTo(kept, 3);
    await train('inverted', otherData, other);
    await expect(latent('compare', path('run'), path('inverted'))).rejects.toThrow(
      /other-dataset: .*inverted was trained on mnist \(images [0-9a-f]{8}\), .*run on mnist \(images [0-9a-f]{8}\)/,
    );
  });

  it('has no published error beside its figures, anywhere', async () => {
    const report = await latent('evaluate', path('run'));
    expect(report.stdout).toContain('on mnist: 120 images');
    expect(report.stdout).not.toContain('published');
    const table = (await latent('compare', path('run'))).stdout;
    expect(table).toMatch(/dense-1 +doc +211k +- +0\.\d{5}/);
    expect(table).not.toContain('as published');
    expect(JSON.parse((await latent('compare', path('run'), '--json')).stdout).models[0].published).toBeNull();
    expect(await readFile(path('run', 'README.md'), 'utf8')).toMatch(/^On record, of MNIST: /m);
  });

  it('is no row of the zoo, whose figures stand beside published ones', async () => {
    const models = path('models');
    await cp(path('run'), join(models, 'dense-1'), { recursive: true });
    await latent('evaluate', join(models, 'dense-1'));
    const { stdout, stderr } = await said(() => zooCommand(models).parseAsync(['--json'], { from: 'user' }));
    expect(JSON.parse(stdout).networks[0]).toMatchObject({ id: 'dense-1', documented: null, best: null });
    expect(stderr).toMatch(/^note: left out: .*dense-1, which was trained on other images than MNIST$/m);
  });

  it('is no MNIST for the page either: no published error, no shipped codes, no argument that means MNIST', async () => {
    const root = path('page');
    await mkdir(root, { recursive: true });
    await writeFile(join(root, 'index.html'), '<!doctype html><title>Latent Plane</title>');
    const words = ['dense-1', '--dataset', own, '--export', path('site')];
    await said(() => exploreCommand({ root }).parseAsync(words, { from: 'user' }));
    const json = async (...names: string[]) => JSON.parse(await readFile(path('site', 'data', ...names), 'utf8'));
    const index = parseExplorerIndex(await json('index.json'));
    // Its classes are told by a classifier of these images.
    const identity = { height: 28, width: 28, sha256: describeDataset('', dataset).sha256 };
    expect(index.classifier?.identity).toEqual(identity);
    const model = parseExplorerModel(await json('dense-1', 'model.json'));
    expect(model.dataset.identity).toEqual(identity);
    expect(model.files).not.toHaveProperty('evolution');
    expect((await json('comparison.json')).networks[0]).toMatchObject({ published: null, documented: null });
    expect(parseExplorerTraining(await json('training', 'index.json')).argument).toBeNull();
    expect((await json('dense-1', 'about.json')).findings).toBeNull();
  });
});

describe("a run's own images", () => {
  it('that are gone are asked for by name, by whatever command', async () => {
    await train('gone', dataset, path('was-here'));
    const site = ['--export', path('no-site')];
    for (const words of [
      ['evaluate', path('gone')],
      ['diagnose', path('gone')],
      ['compare', path('gone'), path('run')],
      ['encode', path('gone'), '--out', path('codes.csv')],
      ['explore', path('gone'), ...site],
    ])
      await expect(latent(...words), words.join(' ')).rejects.toThrow(
        /no-data: .*gone was trained on "mnist" in .*was-here, which is not there any more; .*--dataset FOLDER/,
      );
    // What was asked for by a wrong path is not the run's doing.
    await expect(latent('evaluate', path('gone'), '--dataset', path('nowhere'))).rejects.toThrow(/dataset-unknown/);
  });

  it('that gave way to others are not taken for them, and it is said', async () => {
    const changed = await writeIdxFolder(path('changing', 'mnist'), dataset);
    const run = await train('changed', dataset, changed);
    await latent('evaluate', run);
    const before = await filesBelow(run);
    await writeIdxFolder(changed, otherData);
    const { stderr } = await latent('evaluate', run);
    expect(stderr).toMatch(/note: .*changed was trained on mnist \(images [0-9a-f]{8}\), what lies there now is mnist/);
    expect(await filesBelow(run)).toEqual(before);
  });

  it('are read from within its folder alone where they are named by a relative path', async () => {
    const inner = await train('inner', dataset, './data');
    await writeIdxFolder(join(inner, 'data'), dataset);
    expect((await latent('evaluate', inner)).stdout).toContain('on data: 120 images');
    const file = join(inner, 'config.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"./data"', '"./../mnist"'));
    await expect(latent('evaluate', inner)).rejects.toThrow(/outside-folder: .*config\.json names images at/);
  });
});

describe('runs of one network', () => {
  it('have labels of their own in table, JSON, CSV and picture', async () => {
    await train('second', dataset, own, 2);
    const [csv, svg] = [path('rows.csv'), path('bars.svg')];
    const words = ['compare', path('run'), path('second'), '--csv', csv, '--svg', svg];
    const labels = ['dense-1, seed 1', 'dense-1, seed 2'];
    const { models } = JSON.parse((await latent(...words, '--json')).stdout);
    expect(models.map(({ label }: { label: string }) => label)).toEqual(labels);
    expect(models.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2]);
    const { stdout } = await latent(...words);
    for (const label of labels) {
      expect(stdout).toMatch(new RegExp(`^${label} +doc `, 'm'));
      expect(await readFile(csv, 'utf8')).toContain(`,"${label}",`);
      expect(await readFile(svg, 'utf8')).toContain(`>${label}<`);
    }
  });

  it('that differ by their folder alone are called by it, a long name below the table', async () => {
    const long = 'the-same-seed-once-more-under-a-long-name';
    await train(long, dataset, own);
    await train('twin', dataset, own);
    const { stdout } = await latent('compare', path('twin'), path(long));
    expect(stdout).toMatch(/^dense-1, twin +doc /m);
    expect(stdout).toMatch(/^dense-1, the-\S* \[1\] +doc /m);
    expect(stdout).toContain(`\n[1] dense-1, ${long}\n`);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('what a foreign run folder says of itself', () => {
  const hostile = 'fine\u001b[2J\u001b]0;owned\u0007\u009b31m\u202edetsurt';
  /** Obeyed by a terminal instead of shown. */
  const obeyed = (text: string): string[] =>
    [...text].filter(
      (c) => (c < ' ' && c !== '\n') || (c >= '\u007f' && c <= '\u009f') || (c >= '\u202a' && c <= '\u202e'),
    );

  it('reaches the terminal as text, whatever its characters would do there', async () => {
    const data = await writeIdxFolder(path(`data-${hostile}`), dataset);
    await appendFile(join(data, 'classes.txt'), Array.from({ length: 10 }, (_, i) => `${hostile}${i}\n`).join(''));
    const base = tinyConfig(dataset, { epochs: 1 });
    const run = path(`run-${hostile}`);
    const network = { ...tinyNetwork, title: hostile, record: hostile };
    await beginRun(run, { ...base, network, dataset: describeDataset(data, dataset) }, dataset, contextOn(dataset));
    for (const words of [
      ['summary', run],
      ['evaluate', run],
      ['diagnose', run],
      ['compare', run],
      ['data', data],
      ['plane', run, '--size', '2', '--field-size', '2', '--out', path(`out-${hostile}`)],
      ['evaluate', run, '--json'],
      ['data', data, '--json'],
    ]) {
      const { stdout, stderr } = await latent(...words);
      expect([words[0], obeyed(stdout), obeyed(stderr)]).toEqual([words[0], [], []]);
      expect(`${stdout}${stderr}`, words.join(' ')).toContain('\\u001b');
      if (words.includes('--json'))
        expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(hostile).slice(1, -1));
    }
    await rename(data, path('moved'));
    await expect(latent('evaluate', run)).rejects.toThrow(/no-data/);
  });
});
