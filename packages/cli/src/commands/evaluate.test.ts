/** `diagnose`, `compare` and `evolve`, on runs of a few epochs over small real data. */
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { type Dataset, findNetwork, resolveNetwork } from 'latent-plane';
import { decodeEvolution, findings as definitions } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';
import { comparedNetworks } from './compare-report.ts';
import { evenSample } from './evolve.ts';

let folder = '';
let dataset: Dataset;
const path = (...names: string[]): string => join(folder, ...names);
const done = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await latent(words);
  expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
};

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(300, 60);
  const data = await writeIdxFolder(path('small-mnist'), dataset);
  const shared = ['--dataset', data, '--epochs', '4', '--batch-size', '50', '--threads', '1'];
  await done('train', 'dense-1', ...shared, '--checkpoint-every', '2', '--out', path('dense'));
  // A rate at which sigmoids are driven to their ends at once.
  await done('train', 'dense-2', ...shared, '--learning-rate', '5', '--out', path('driven'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('latent diagnose', () => {
  it('--json has code, severity, message, evidence and remedy of each finding, and keeps them with the run', async () => {
    const report = JSON.parse(await done('diagnose', path('driven'), '--json'));
    expect(report).toMatchObject({ model: path('driven'), dataset: 'small-mnist' });
    expect(report.findings.length).toBeGreaterThan(0);
    for (const finding of report.findings) {
      expect(Object.keys(finding)).toEqual(['code', 'aliases', 'severity', 'message', 'evidence', 'remedy']);
    }
    expect(report.findings.map(({ code }: { code: string }) => code)).toContain('saturated-code');
    const metrics = JSON.parse(await readFile(path('driven', 'metrics.json'), 'utf8'));
    expect(metrics.scores.diagnose.findings).toEqual(report.findings);
  });

  it('--fail-on ends with 1 where a finding is as grave, and with 0 where none is', async () => {
    expect((await latent(['diagnose', path('driven'), '--fail-on', 'error'])).code).toBe(1);
    expect((await latent(['diagnose', path('driven'), '--fail-on', 'info'])).code).toBe(1);
    const { findings } = JSON.parse(await done('diagnose', path('dense'), '--json'));
    const grave = findings.some(({ severity }: { severity: string }) => severity === 'error');
    expect((await latent(['diagnose', path('dense'), '--fail-on', 'error'])).code).toBe(grave ? 1 : 0);
    const { code, stderr } = await latent(['diagnose', path('dense'), '--fail-on', 'fatal']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"error" or "warning" or "info"')]);
  });

  it('--fail-on takes a finding by its id, an older one too', async () => {
    const { findings } = JSON.parse(await done('diagnose', path('driven'), '--json'));
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'worse-than-baseline', aliases: ['worse-than-floor'] }),
    );
    for (const [id, code] of [
      ['worse-than-baseline', 1],
      ['worse-than-floor', 1],
      ['overfit', 0],
    ] as const)
      expect((await latent(['diagnose', path('driven'), '--fail-on', id])).code).toBe(code);
  });

  it('names in its remedies commands that exist', async () => {
    const verbs = (await done('--help')).match(/^ {2}\S+/gm)?.map((line) => line.trim()) ?? [];
    const named = definitions.flatMap(({ remedies }) =>
      Object.values(remedies).flatMap((text) => [...text.matchAll(/`latent (\S+)`/g)]),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const [, verb] of named) expect(verbs).toContain(verb);
  });

  it('prints evidence and remedy within 80 columns', async () => {
    const text = await done('diagnose', path('driven'));
    expect(text).toContain('remedy: ');
    expect(text).toContain('evidence: ');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('latent compare', () => {
  it('gives a table within 80 columns, a picture, and a row for each model', async () => {
    const [png, svg, csv] = ['png', 'svg', 'csv'].map((extension) => path(`all.${extension}`));
    const words = ['compare', path('dense'), path('driven'), '--png', png, '--svg', svg, '--csv', csv];
    const table = await done(...words);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(table).toMatch(/dense-1 +doc +211k +- +0\.\d{5} +0\.\d{5} +0\.\d{2} +0\.\d{2} /);
    expect(decodePng(await readFile(png)).width).toBe(1520);
    expect(await readFile(svg, 'utf8')).toContain('dense-2');
    const rows = (await readFile(csv, 'utf8')).trimEnd().split('\n');
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.split(',').length))).toEqual(new Set([19]));
    const { models, floors, baselines } = JSON.parse(await done(...words, '--json'));
    expect(models.map(({ id }: { id: string }) => id)).toEqual(['dense-1', 'dense-2']);
    expect(floors.pca2).toBeLessThan(floors.meanImage);
    expect(baselines).toEqual({ ...baselines, meanImage: floors.meanImage, pca: { components: 2, mse: floors.pca2 } });
    // Figures that the run keeps are those that it gives.
    const metrics = JSON.parse(await readFile(path('driven', 'metrics.json'), 'utf8'));
    await done('evaluate', path('driven'), '--json');
    const again = JSON.parse(await done('compare', path('driven'), '--json'));
    expect(again.models[0].mse.all).toBeCloseTo(models[1].mse.all, 5);
    expect(metrics.scores.evaluate).toBeUndefined();
  });

  it('refuses files of another type before it computes, and unknown models', async () => {
    expect((await latent(['compare', path('dense'), '--png', path('a.jpg')])).stderr).toContain('file-type');
    expect((await latent(['compare', 'dense-17'])).code).toBe(2);
    const file = path('unknown.keras');
    const late = await latent(['compare', 'dense-1', path('driven'), file, '--dataset', 'mnist']);
    expect([late.code, late.stdout]).toEqual([2, '']);
    expect(late.stderr).toMatch(/^error: unknown-model: /);
    // Of the zoo and of a folder: no evaluation was begun.
    const mixed = await latent(['compare', path('driven'), 'dense-1']);
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toMatch(/^error: other-dataset: dense-1 was trained on mnist, /);
  });

  it('puts both recipes of a network into one group of bars, and runs of one recipe each into its own', () => {
    const row = (label: string, id: string, recipe: 'documented' | 'best' | null, all: number) => ({
      model: `runs/${label}`,
      label,
      id,
      title: id,
      recipe,
      seed: 1,
      parameters: 1,
      codeSize: 2,
      activeUnits: 2,
      published: recipe && 0.04,
      mse: { train: all, test: all, all },
      knnAccuracy: null,
      trustworthiness: null,
      continuity: null,
      recognisable: null,
      epochs: null,
      seconds: null,
      findings: [],
    });
    const pair = [
      row('dense-1, documented', 'dense-1', 'documented', 0.3),
      row('dense-1, best', 'dense-1', 'best', 0.2),
      row('dense-1.keras', 'dense-1', null, 0.4),
    ];
    expect(comparedNetworks(pair)).toEqual([
      { id: 'dense-1', published: 0.04, documented: 0.3, best: 0.2 },
      { id: 'dense-1.keras', published: null, documented: null, best: 0.4 },
    ]);
    const alike = [
      row('dense-1, a/x', 'dense-1', 'documented', 0.3),
      row('dense-1, b/x', 'dense-1', 'best', 0.2),
      row('dense-1, b/y', 'dense-1', 'best', 0.1),
    ];
    expect(comparedNetworks(alike)).toEqual([
      { id: 'dense-1, a/x', published: 0.04, documented: 0.3, best: null },
      { id: 'dense-1, b/x', published: 0.04, documented: null, best: 0.2 },
      { id: 'dense-1, b/y', published: 0.04, documented: null, best: 0.1 },
    ]);
  });
});

describe('latent evolve', () => {
  it('--pack keeps decoder and codes of each kept epoch', async () => {
    const { epochs, files } = JSON.parse(await done('evolve', path('dense'), '--pack', '--json'));
    expect(epochs).toEqual([1, 2, 4]);
    const network = resolveNetwork(findNetwork('dense-1'));
    const { frames } = decodeEvolution(await readFile(files[0]), network, 'x');
    expect(frames.map(({ epoch, codes }) => [epoch, codes.length])).toEqual([
      [1, 120],
      [2, 120],
      [4, 120],
    ]);
  });

  it('spreads frames evenly from the first to the last', () => {
    expect(evenSample([1, 2, 4, 8, 16], 3)).toEqual([1, 4, 16]);
    expect(evenSample([1, 2, 4], 9)).toEqual([1, 2, 4]);
  });

  it('refuses a run that kept no checkpoints', async () => {
    expect((await latent(['evolve', path('driven')])).stderr).toMatch(/no-checkpoints.*--checkpoint-every/);
  });

  it('draws images without a classifier by their codes alone, and says so once', async () => {
    const words = [
      'evolve',
      path('dense'),
      '--classifier',
      'none',
      '--size',
      '20',
      '--out',
      path('pictures'),
      '--json',
    ];
    const { code, stdout, stderr } = await latent(words);
    expect(code, stderr).toBe(0);
    expect(stderr.match(/without a class map/g)).toHaveLength(1);
    const { files } = JSON.parse(stdout);
    expect(files).toHaveLength(4);
    expect((await readFile(files[0])).subarray(0, 6).toString()).toBe('GIF89a');
    expect(decodePng(await readFile(files[1])).width).toBe(608);
  });

  it('--pack keeps frames of the images that the run was trained on alone, and draws none of others from them', async () => {
    const run = path('packed');
    await cp(path('dense'), run, { recursive: true });
    await done('evolve', run, '--pack');
    const kept = await readFile(join(run, 'evolution.safetensors'));
    // Of the same name and size.
    const others = await writeIdxFolder(path('others', 'small-mnist'), {
      ...dataset,
      test: { ...dataset.test, pixels: dataset.test.pixels.map((pixel) => 255 - pixel) },
    });
    const refused = await latent(['evolve', run, '--pack', '--dataset', others]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('other-dataset: --pack')]);
    expect(await readFile(join(run, 'evolution.safetensors'))).toEqual(kept);
    await rm(join(run, 'checkpoints'), { recursive: true });
    expect((await latent(['evolve', run, '--dataset', others, '--out', path('never')])).stderr).toMatch(
      /^error: other-dataset: .*leave --dataset out/m,
    );
  });
});
