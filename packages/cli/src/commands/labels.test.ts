/** Data sets of many classes, of labels above a byte, and of none, through every command that reads labels. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AutoencoderSpec, type Dataset, dense, findNetwork, type ImageSet } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isOurCsv } from '../csv.ts';
import { loadDataset } from '../data/index.ts';
import { createProgram } from '../main.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig, tinyNetwork, writeIdxFolder } from '../runs/testing.ts';

let folder = '';
const path = (name: string): string => join(folder, name);

/** How the ten classes of the images are numbered. */
const LABELS: Readonly<Record<string, (label: number) => number>> = {
  letters: (label) => label + 4,
  wide: (label) => 40 * label,
  bare: () => 0,
};
const CLASSES: Readonly<Record<string, number>> = { letters: 14, wide: 361, bare: 0 };

const relabelled = (set: ImageSet, number: (label: number) => number): ImageSet => ({
  ...set,
  labels: Uint16Array.from(set.labels, number),
});

beforeAll(async () => {
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  const mnist = await smallMnist(200, 40);
  for (const [name, number] of Object.entries(LABELS)) {
    const written: Dataset = { ...mnist, train: relabelled(mnist.train, number), test: relabelled(mnist.test, number) };
    const data = await writeIdxFolder(path(name), written);
    if (name === 'bare') for (const part of ['train', 't10k']) await rm(join(data, `${part}-labels-idx1-ubyte`));
    const dataset = await loadDataset(data);
    const config = { ...tinyConfig(dataset), dataset: describeDataset(data, dataset) };
    await beginRun(path(`run-${name}`), config, dataset, contextOn(dataset));
  }
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...words: string[]) => (await createProgram()).parseAsync(words, { from: 'user' });

const printed = async (...words: string[]): Promise<string> => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  written.mockClear();
  await run(...words);
  return written.mock.calls.map(([text]) => String(text)).join('');
};

describe.each(Object.keys(LABELS))('images of classes that are %s', (name) => {
  const model = (): string => path(`run-${name}`);
  const classes = CLASSES[name];

  it('are evaluated class by class, as far as they have any', async () => {
    const found = JSON.parse(await printed('evaluate', model(), '--json'));
    if (classes === 0) expect(found).toMatchObject({ perClassMse: null, knnAccuracy: null, recognisable: null });
    else {
      expect(found.perClassMse).toHaveLength(classes);
      const held = found.perClassMse.flatMap((mse: number | null, label: number) => (mse === null ? [] : [label]));
      expect(held).toEqual(Array.from({ length: 10 }, (_, label) => LABELS[name](label)));
      expect(found.knnAccuracy.value).toBeGreaterThan(0);
    }
    const lines = (await printed('evaluate', model())).split('\n');
    const shown = lines.indexOf('By class, all images');
    expect(shown >= 0).toBe(classes > 0);
    if (classes > 0) expect(lines.slice(shown + 1, shown + 12).indexOf('')).toBe(10);
  });

  it('are diagnosed, compared and listed', async () => {
    expect(JSON.parse(await printed('diagnose', model(), '--json'))).toMatchObject({ findings: expect.any(Array) });
    expect(JSON.parse(await printed('compare', model(), '--json')).models).toHaveLength(1);
    const facts = JSON.parse(await printed('data', path(name), '--json'));
    expect([facts.classNames.length, facts.classCounts.train.length]).toEqual([classes, classes]);
    expect((await printed('data', path(name))).includes('CLASS')).toBe(classes > 0);
  });

  it('are encoded with their labels, or with none', async () => {
    const out = path(`codes-${name}.csv`);
    await run('encode', model(), '--out', out);
    const text = await readFile(out, 'utf8');
    const labels = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[1]);
    const { train, test } = await loadDataset(path(name));
    expect(labels).toEqual([...train.labels, ...test.labels].map((label) => (classes === 0 ? '' : String(label))));
    expect(isOurCsv(text)).toBe(true);
  });

  it('are drawn on the plane', async () => {
    await run('plane', model(), '--size', '4', '--out', path(`plane-${name}`));
    expect(await readdir(path(`plane-${name}`))).toEqual(expect.arrayContaining(['mesh.png', 'scatter.svg']));
    const svg = await readFile(path(`plane-${name}/scatter.svg`), 'utf8');
    expect(svg.includes('undefined')).toBe(false);
  });
});

describe('a network that needs labels', () => {
  const conditional: AutoencoderSpec = {
    ...tinyNetwork,
    id: 'conditional',
    label: { classes: 10 },
    encoder: [{ type: 'concatenate', inputs: ['input', 'label'] }, dense(2, 'linear')],
    decoder: [{ type: 'concatenate', inputs: ['input', 'label'] }, ...tinyNetwork.decoder],
  };

  it('is not trained on images without them, or of classes that it does not have', async () => {
    for (const [name, code] of [
      ['bare', 'no-labels'],
      ['wide', 'unknown-label'],
    ] as const) {
      const dataset = await loadDataset(path(name));
      for (const network of [conditional, findNetwork('classifier')]) {
        const config = { ...tinyConfig(dataset), network, dataset: describeDataset(path(name), dataset) };
        const begun = beginRun(path(`refused-${name}-${network.id}`), config, dataset, contextOn(dataset));
        await expect(begun).rejects.toMatchObject({ code, kind: 'input' });
      }
    }
  });
});
