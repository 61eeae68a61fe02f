/** What commands report keeps within the terminal that reads it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../main.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig, writeIdxFolder } from '../runs/testing.ts';
import { writePlan } from '../sweep/layout.ts';
import { planSweep } from '../sweep/plan.ts';

let folder = '';
let dataset: Dataset;
let data = '';
const path = (name: string): string => join(folder, name);
const GRID = { networks: ['dense-1', 'vae-1'], epochs: [10, 20], learningRate: [0.001, 0.01], batchSize: [50, 100] };

beforeAll(async () => {
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(200, 20);
  data = await writeIdxFolder(path('small-mnist'), dataset);
  const config = { ...tinyConfig(dataset), dataset: describeDataset(data, dataset) };
  for (const name of ['run', 'a-run-with-a-name-that-is-longer-than-any-column'])
    await beginRun(path(name), config, dataset, contextOn(dataset));
  await writePlan(
    path('sweep'),
    await planSweep({ ...GRID, datasets: data }, async () => dataset, { runtime: nodeRuntime }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What a command says to a terminal of so many columns; to a file where they are undefined. */
const said = async (words: readonly string[], columns: number | undefined): Promise<string> => {
  let text = '';
  vi.stubEnv('NO_COLOR', '1');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  Object.defineProperty(process.stdout, 'columns', { value: columns, configurable: true });
  await (await createProgram()).parseAsync([...words], { from: 'user' });
  Object.defineProperty(process.stdout, 'columns', { value: undefined, configurable: true });
  vi.restoreAllMocks();
  return text;
};

const REPORTS: readonly (readonly [string, () => string[]])[] = [
  ['zoo', () => ['zoo']],
  ['data', () => ['data']],
  ['data of one', () => ['data', data]],
  ['doctor', () => ['doctor']],
  ['summary', () => ['summary', 'map-1']],
  ['evaluate', () => ['evaluate', path('run')]],
  ['diagnose', () => ['diagnose', path('run')]],
  ['compare', () => ['compare', path('run'), path('a-run-with-a-name-that-is-longer-than-any-column')]],
  ['compare of a sweep', () => ['compare', path('sweep')]],
  ['the jobs of a sweep', () => ['sweep', '--attach', '--dry-run', '--out', path('sweep')]],
];

/** A path or a command's word that is longer than the line is left whole: it may be copied. */
const isTooWide = (line: string, columns: number): boolean => line.length > columns && /\S \S/.test(line.trim());

describe.each(REPORTS)('%s', (_, words) => {
  it.each([60, 40])('keeps within %i columns', async (columns) => {
    const lines = (await said(words(), columns)).split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => isTooWide(line, columns))).toEqual([]);
  });

  it('says to a narrow terminal what it says to a file', async () => {
    const letters = async (columns: number | undefined): Promise<Set<string>> =>
      new Set((await said(words(), columns)).split(/\s+/).filter((word) => /^[\w.%-]{1,8}$/.test(word)));
    // Figures change from call to call where memory and disk are told.
    const isSteady = (word: string): boolean => !/^\d+(\.\d+)?$/.test(word) || words()[0] !== 'doctor';
    const [wide, narrow] = [await letters(undefined), await letters(40)];
    expect([...wide].filter((word) => isSteady(word) && !narrow.has(word))).toEqual([]);
  });
});

it.each(['zoo', 'data'])('%s says to 80 columns what it says to a file', async (verb) => {
  expect(await said([verb], 80)).toBe(await said([verb], undefined));
});
