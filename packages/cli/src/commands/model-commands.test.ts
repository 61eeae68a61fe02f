import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import {
  codeExtent,
  computeBaselines,
  type Dataset,
  decodeNpy,
  encodeSets,
  evaluateAutoencoder,
  findNetwork,
  meshCodes,
  mosaic,
  summarize,
} from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../main.ts';
import { openModel } from '../models/index.ts';
import { describeDataset } from '../runs/data.ts';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';
import { runnable } from './model-arguments.ts';

let folder = '';
let data = '';
let run = '';
let classifier = '';
let dataset: Dataset;
const path = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(600, 60);
  data = await writeIdxFolder(path('small-mnist'), dataset);
  run = path('run');
  classifier = path('classifier');
  const train = (id: string, out: string, ...more: string[]) =>
    latent(['train', id, '--dataset', data, '--epochs', '1', '--threads', '1', '--out', out, ...more]);
  const trained = [await train('dense-1', run), await train('classifier', classifier, '--batch-size', '50')];
  for (const { code, stderr } of trained) expect(code, stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const running = async () => runnable(await openModel(run));

describe('latent encode', () => {
  it('writes index, label and the exact single-precision code of every image, training images first', async () => {
    const { code, stdout, stderr } = await latent(['encode', run, '--out', path('codes.csv')]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('660 codes');
    const [header, ...lines] = (await readFile(path('codes.csv'), 'utf8')).trimEnd().split('\n');
    expect(header).toBe('index,label,z1,z2');
    expect(lines).toHaveLength(660);
    const { values } = await encodeSets(await running(), [dataset.train, dataset.test]);
    const labels = [...dataset.train.labels, ...dataset.test.labels];
    lines.forEach((line, i) => {
      const [index, label, x, y] = line.split(',').map(Number);
      expect([index, label, Math.fround(x), Math.fround(y)]).toEqual([i, labels[i], values[2 * i], values[2 * i + 1]]);
    });
  });

  it('--split test writes the test images alone, as float32 [images, 2] in .npy', async () => {
    const { code, stderr } = await latent(['encode', run, '--split', 'test', '--out', path('codes.npy')]);
    expect(code, stderr).toBe(0);
    const { dims, data: values } = decodeNpy(await readFile(path('codes.npy')));
    expect(dims).toEqual([60, 2]);
    expect(values).toEqual((await encodeSets(await running(), [dataset.test])).values);
  });

  it('takes the data set that the run was trained on, or another', async () => {
    const other = await writeIdxFolder(path('other'), {
      ...dataset,
      test: await smallMnist(1, 5).then(({ test }) => test),
    });
    await latent(['encode', run, '--dataset', other, '--split', 'test', '--out', path('five.csv')]);
    expect((await readFile(path('five.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(6);
  });
});

describe('latent decode', () => {
  it('draws the codes side by side, every pixel repeated --scale times', async () => {
    const out = path('digits.png');
    const { code, stdout, stderr } = await latent([
      'decode',
      run,
      '--at',
      '0.2,0.9',
      '--at=-1.5,1e-1',
      '--scale',
      '3',
      '--out',
      out,
    ]);
    expect([code, stdout], stderr).toEqual([0, '']);
    const { width, height, channels, depth, data: pixels } = decodePng(await readFile(out));
    expect([width, height, channels, depth]).toEqual([2 * 84, 84, 1, 8]);
    const picture = await mosaic(await running(), Float32Array.of(0.2, 0.9, -1.5, 0.1), { columns: 2 });
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const expected = picture.pixels[Math.floor(y / 3) * picture.width + Math.floor(x / 3)];
        if (pixels[y * width + x] !== expected) expect([x, y, pixels[y * width + x]]).toEqual([x, y, expected]);
      }
    }
  });
});

describe('latent plane', () => {
  it('draws a mesh over the codes of all images, its codes beside, and where the test images lie', async () => {
    const { code, stdout, stderr } = await latent(['plane', run, '--size', '7', '--out', path('pictures'), '--json']);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    const { min, max } = codeExtent(await encodeSets(await running(), [dataset.train, dataset.test]));
    const files = [
      'mesh.png',
      'mesh.npy',
      'scatter.png',
      'scatter.svg',
      'class-field.png',
      'class-field.svg',
      'class-field.npy',
      'class-confidence.npy',
      'density.png',
      'density.svg',
    ].map((name) => path('pictures', name));
    expect(report).toMatchObject({ model: run, dataset: 'small-mnist', size: 7, bounds: { min, max }, files });
    // The zoo's classifier learned other images, so one of these is trained, and kept for the next time.
    expect(stderr).toMatch(
      /a classifier trained on the labels of small-mnist, which reads [\d.]+ % of the test images/,
    );
    expect((await readFile(files[3], 'utf8')).match(/<circle/g)?.length).toBeGreaterThan(dataset.test.count);
    const codes = meshCodes({ min, max }, 7);
    const mesh = decodeNpy(await readFile(files[1]));
    expect([mesh.dims, mesh.data]).toEqual([[7, 7, 2], codes]);
    const picture = decodePng(await readFile(files[0]));
    expect([picture.width, picture.height]).toEqual([196, 196]);
    const expected = await mosaic(await running(), codes, { columns: 7 });
    expect(Buffer.compare(Buffer.from(picture.data.buffer), Buffer.from(expected.pixels))).toBe(0);
  });

  it('--classifier none leaves the class map out, a model that classifies other images is refused', async () => {
    const without = await latent(['plane', run, '--size', '2', '--classifier', 'none', '--out', path('without')]);
    expect(without.stderr).toContain('without a class map');
    expect(existsSync(path('without', 'class-field.png'))).toBe(false);
    const wrong = await latent(['plane', run, '--size', '2', '--classifier', run, '--out', path('wrong')]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('expected a classifier, got an autoencoder');
  });

  it('--out FILE.png writes there', async () => {
    const { code } = await latent(['plane', run, '--size', '2', '--out', path('two.png')]);
    expect(code).toBe(0);
    expect(decodePng(await readFile(path('two.png'))).width).toBe(56);
    expect(decodeNpy(await readFile(path('two.npy'))).dims).toEqual([2, 2, 2]);
  });
});

describe('latent evaluate', () => {
  it('--json has the fields of the contract, and nothing else is on standard output', async () => {
    const { code, stdout, stderr } = await latent(['evaluate', run, '--json']);
    expect(code, stderr).toBe(0);
    const baselines = await computeBaselines(dataset, { runtime: nodeRuntime });
    const expected = await evaluateAutoencoder(await running(), dataset, baselines.all);
    const found = JSON.parse(stdout);
    expect(Object.keys(found)).toEqual([
      'model',
      'dataset',
      'parameters',
      'mse',
      'testLoss',
      'perClassMse',
      'floors',
      'baselines',
      'knnAccuracy',
      'trustworthiness',
      'continuity',
      'recognisable',
      'code',
      'plane',
      'shown',
      'neighbourhoods',
      'distanceCorrelation',
      'tripletAccuracy',
      'linearProbe',
    ]);
    expect(found).toMatchObject({ model: run, dataset: 'small-mnist', parameters: 210_562 });
    // Other threads may add in another order.
    for (const part of ['train', 'test', 'all'] as const) expect(found.mse[part]).toBeCloseTo(expected.mse[part], 6);
    expected.perClassMse?.forEach((error, label) => {
      expect(found.perClassMse[label]).toBeCloseTo(error, 6);
    });
    for (const name of ['constantGrey', 'meanImage', 'pca2'] as const) {
      expect(found.floors[name]).toBeCloseTo(expected.floors[name] ?? Number.NaN, 6);
    }
    const { constantGrey, meanImage, pca2 } = found.floors;
    expect(found.baselines).toEqual({ constantGrey, meanImage, pca: { components: 2, mse: pca2 } });
    expect(found.code.std[0]).toBeCloseTo(expected.code.std[0], 6);
    expect(found.knnAccuracy.k).toBe(5);
    expect(found.trustworthiness).toBeCloseTo(expected.trustworthiness ?? 0, 3);
    expect(Object.keys(found.code)).toEqual([
      'min',
      'max',
      'std',
      'activeUnits',
      'participationRatio',
      'correlation',
      'occupied',
      'klPerDimension',
      'activeUnitsByKl',
    ]);
  });

  it('keeps the baselines by the content of the data set, and reads them from there', async () => {
    await latent(['evaluate', run]);
    const [file] = await readdir(path('cache', 'baselines'));
    const stored = JSON.parse(await readFile(path('cache', 'baselines', file), 'utf8'));
    await writeFile(
      path('cache', 'baselines', file),
      JSON.stringify({ ...stored, all: { ...stored.all, pca: { components: 2, mse: 0.5 } } }),
    );
    expect(JSON.parse((await latent(['evaluate', run, '--json'])).stdout).floors.pca2).toBe(0.5);
    await writeFile(path('cache', 'baselines', file), '{"version": 1, "all"');
    const repaired = JSON.parse((await latent(['evaluate', run, '--json'])).stdout).baselines;
    expect(repaired.pca.mse).toBeCloseTo(stored.all.pca.mse, 9);
  });

  it("keeps the figures in metrics.json when they are of the run's own images, whatever these are called", async () => {
    const copy = path('copy');
    await cp(run, copy, { recursive: true });
    const file = join(copy, 'metrics.json');
    const metrics = async () => JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...(await metrics()), scores: {} }));
    const others = await writeIdxFolder(path('others', 'small-mnist'), await smallMnist(90, 20));
    expect((await latent(['evaluate', copy, '--dataset', others])).code).toBe(0);
    expect((await metrics()).scores).toEqual({});
    const renamed = await writeIdxFolder(path('elsewhere'), dataset);
    await latent(['evaluate', copy, '--dataset', renamed]);
    const kept = { dataset: 'small-mnist', parameters: 210_562, mse: { all: expect.any(Number) } };
    const { sha256 } = describeDataset('', dataset);
    expect((await metrics()).scores.evaluate).toMatchObject({ ...kept, sha256 });
  });

  it('prints a page for people that fits 80 columns', async () => {
    const { stdout } = await latent(['evaluate', run]);
    expect(stdout).toMatch(/660 images, 210,562 parameters/);
    expect(stdout).toMatch(/^ {2}two principal components +0\.0\d+ +\d\.\d+/m);
    expect(stdout).toMatch(/^ {2}9 +0\.\d{6}$/m);
    expect(
      Math.max(
        ...stdout
          .replace(run, 'run')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('refines the codes of test images where asked to, as a figure of its own', async () => {
    const { code, stdout, stderr } = await latent(['evaluate', run, '--refine', '--json']);
    expect(code, stderr).toBe(0);
    const { mse, refinement } = JSON.parse(stdout);
    expect(refinement.encoded).toBeCloseTo(mse.test, 7);
    expect(refinement.refined).toBeLessThan(refinement.encoded);
    const page = (await latent(['evaluate', run, '--refine'])).stdout;
    expect(page).toMatch(
      /codes refined in 30 steps with the image in view\n {2}as encoded +0\.0\d+\n {2}refined +0\.0\d+/,
    );
    expect((await latent(['evaluate', classifier, '--refine'])).stderr).toMatch(/^.*invalid-option: --refine/m);
  });

  it('of a classifier tells the accuracy', async () => {
    const { code, stdout, stderr } = await latent(['evaluate', classifier, '--json']);
    expect(code, stderr).toBe(0);
    const { accuracy, perClassAccuracy, mse } = JSON.parse(stdout);
    expect(mse).toBeUndefined();
    expect(perClassAccuracy).toHaveLength(10);
    expect(accuracy.all).toBeCloseTo((600 * accuracy.train + 60 * accuracy.test) / 660, 12);
  });
});

describe('latent summary', () => {
  it('of a network that is not trained is the summary as data, or as a table', async () => {
    const { code, stdout } = await latent(['summary', 'convdense-2', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(JSON.stringify(summarize(findNetwork('convdense-2'))))]);
    expect((await latent(['summary', run])).stdout).toContain('encoder 104,890 + decoder 105,672 = 210,562');
  });
});

describe('latent zoo', () => {
  it('lists all networks within 80 columns', async () => {
    const { code, stdout, stderr } = await latent(['zoo']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^convdense-3 +5,582,282 \+ 112,308 +0\.041794/m);
    expect(stdout).toMatch(/^classifier +93,322 +99\.58 %/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('--json has parameters by part and what was published', async () => {
    const { networks } = JSON.parse((await latent(['zoo', '--json'])).stdout);
    expect(networks).toHaveLength(16);
    expect(networks[0]).toMatchObject({
      id: 'dense-1',
      file: 'autoencoders/encod_decod_Dense-1.keras',
      parameters: { encoder: 104_890, decoder: 105_672 },
      published: 0.0406834,
    });
    for (const network of networks) {
      expect(network).toHaveProperty('documented');
      expect(network).toHaveProperty('best');
    }
  });
});

describe('wrong input is refused with exit 2', () => {
  const cases: readonly (readonly [string, () => string[], RegExp])[] = [
    ['an unknown model', () => ['evaluate', 'dense-l'], /unknown-model: .*dense-1/],
    ['a folder that is no run', () => ['evaluate', data], /no-run: /],
    ['an unknown data set', () => ['evaluate', run, '--dataset', 'mnits'], /dataset-unknown: /],
    [
      'another extension for codes',
      () => ['encode', run, '--out', 'codes.txt'],
      /file-type: .*\.csv or \.npy, got "\.txt"/,
    ],
    ['no file for codes', () => ['encode', run], /--out <file>/],
    ['an unknown split', () => ['encode', run, '--split', 'half', '--out', path('a.csv')], /--split: expected "train"/],
    ['a file in a folder that is nowhere', () => ['encode', run, '--out', path('no', 'such', 'a.csv')], /no-folder: /],
    ['the codes of a classifier', () => ['encode', classifier, '--out', path('a.csv')], /no-code: /],
    [
      'one number for a code',
      () => ['decode', run, '--at', '1', '--out', path('a.png')],
      /--at 1: expected 2 numbers, .*got 1/,
    ],
    ['a word for a code', () => ['decode', run, '--at', '1,y', '--out', path('a.png')], /--at: expected numbers/],
    [
      'a number too large for a code',
      () => ['decode', run, '--at', '0,1e39', '--out', path('a.png')],
      /--at: expected numbers/,
    ],
    ['no code', () => ['decode', run, '--out', path('a.png')], /nothing to draw is named; give a code with --at/],
    [
      'a picture as JPEG',
      () => ['decode', run, '--at', '0,0', '--out', path('a.jpg')],
      /file-type: .*\.png, got "\.jpg"/,
    ],
    ['a scale of nought', () => ['decode', run, '--at', '0,0', '--scale', '0', '--out', path('a.png')], /--scale: /],
    ['a mesh of no points', () => ['plane', run, '--size', '0'], /--size: expected a whole number from 1/],
    ['a plane as SVG', () => ['plane', run, '--out', path('a.svg')], /file-type: /],
    ['a summary of nothing known', () => ['summary', 'nothing'], /unknown-model: /],
    ['a port out of range', () => ['explore', run, '--port', '65536'], /--port: /],
    ['an argument too many', () => ['zoo', 'dense-1'], /too many arguments/],
  ];

  it.each(cases)('%s', async (_, words, message) => {
    const failed = (await createProgram()).parseAsync(words(), { from: 'user' });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toMatchObject({ kind: 'input' });
  });

  it('as a process', async () => {
    const { code, stdout, stderr } = await latent(['decode', run, '--at', '1', '--out', path('a.png')]);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `error: code-size: --at 1: expected 2 numbers, as many as a code of "${run}" has, got 1; for example --at 0,0\n`,
    ]);
  });

  it('images of another size', async () => {
    const small = (set: Dataset['train']) => ({
      ...set,
      height: 14,
      width: 14,
      count: 4 * set.count,
      labels: new Uint8Array(4 * set.count),
    });
    await mkdir(path('small'), { recursive: true });
    const tiny = await writeIdxFolder(path('small'), {
      ...dataset,
      train: small(dataset.train),
      test: small(dataset.test),
    });
    const { code, stderr } = await latent(['evaluate', run, '--dataset', tiny]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/shape-mismatch: .*14 x 14 pixels/);
  });
});

describe('--help', () => {
  it.each([
    ...['zoo', 'summary', 'evaluate', 'encode', 'decode', 'plane', 'explore', 'doctor'],
    ...['reconstruct', 'sample', 'anomalies', 'attribute', 'clusters', 'nearest'],
  ])('of %s has an example and fits 80 columns', async (verb) => {
    let help = '';
    const command = (await createProgram()).commands.find((candidate) => candidate.name() === verb);
    command?.configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHelpWidth: () => 80,
    });
    command?.outputHelp();
    expect(help).toMatch(new RegExp(`^Examples?:\\n {2}npx latent ${verb}`, 'm'));
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
