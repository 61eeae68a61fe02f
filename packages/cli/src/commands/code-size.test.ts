/** Models whose codes have another size than a point of a plane, in every command. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { type AutoencoderSpec, type Dataset, decodeNpy, dense, flatten, reshape } from 'latent-plane';
import { parseExplorerIndex, parseExplorerModel } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../main.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig, tinyNetwork, writeIdxFolder } from '../runs/testing.ts';
import { exploreCommand } from './explore.ts';

let folder = '';
let dataset: Dataset;
let data = '';
const path = (name: string): string => join(folder, name);
const SIZES = [1, 3, 8, 20];
/** Of them the one whose code has the shape of an image. */
const IMAGE_SHAPED = 8;

const networkOf = (size: number): AutoencoderSpec => ({
  ...tinyNetwork,
  id: `code-of-${size}`,
  encoder: [dense(4, 'tanh'), dense(size, 'linear'), ...(size === IMAGE_SHAPED ? [reshape([2, 2, 2])] : [])],
  decoder: [...(size === IMAGE_SHAPED ? [flatten()] : []), ...tinyNetwork.decoder],
});

beforeAll(async () => {
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(200, 20);
  data = await writeIdxFolder(path('small-mnist'), dataset);
  for (const size of SIZES) {
    const config = { ...tinyConfig(dataset), network: networkOf(size), dataset: describeDataset(data, dataset) };
    await beginRun(path(`run-${size}`), config, dataset, contextOn(dataset));
  }
  await mkdir(path('page'));
  await writeFile(path('page/index.html'), '<!doctype html><title>Latent Plane</title>');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...words: string[]) => (await createProgram()).parseAsync(words, { from: 'user' });

const jsonOf = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

/** What a command prints with `--json`. */
const json = async (...words: string[]): Promise<unknown> => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  written.mockClear();
  await run(...words, '--json');
  return JSON.parse(written.mock.calls.map(([text]) => String(text)).join(''));
};

describe.each(SIZES)('a code of %i', (size) => {
  const model = (): string => path(`run-${size}`);
  const code = Array.from({ length: size }, (_, i) => i / 10).join(',');

  it('is drawn where all its numbers are given, and else said to have so many', async () => {
    const out = path(`drawn-${size}.png`);
    await run('decode', model(), '--at', code, '--at', code, '--out', out, '--scale', '1');
    expect(decodePng(await readFile(out))).toMatchObject({ width: 56, height: 28 });
    await expect(run('decode', model(), '--at', '0.3,0.7', '--out', out)).rejects.toMatchObject({
      code: 'code-size',
      kind: 'input',
      message: expect.stringContaining(`expected ${size} number${size === 1 ? '' : 's'}, as many as a code of`),
    });
  });

  it('is explored on a plane through its codes, or on its line', async () => {
    const site = path(`site-${size}`);
    await exploreCommand({ root: path('page') }).parseAsync([model(), '--export', site], { from: 'user' });
    const [{ path: at }] = parseExplorerIndex(await jsonOf(join(site, 'data/index.json'))).networks;
    const shown = parseExplorerModel(await jsonOf(join(site, 'data', at)));
    expect(shown.plane?.origin).toHaveLength(size);
    expect(shown.plane?.names).toEqual(size === 1 ? ['z1', ''] : ['component 1', 'component 2']);
    const codes = decodeNpy(await readFile(join(site, 'data', at, '..', shown.files.codes)));
    expect(codes.dims).toEqual([220, size]);
  });

  it('is taken by every command that is named then', async () => {
    const codes = path(`codes-${size}.npy`);
    await run('encode', model(), '--out', codes);
    expect(decodeNpy(await readFile(codes)).dims).toEqual([220, size]);
    const evaluated = await json('evaluate', model());
    expect(evaluated).toMatchObject({
      knnAccuracy: { k: 5, value: expect.any(Number) },
      trustworthiness: expect.any(Number),
      code: { occupied: null },
      plane: { size: 100, meanConfidence: expect.any(Number) },
      shown: size === 1 ? null : { names: ['component 1', 'component 2'], varianceShare: expect.any(Number) },
      baselines: { pca: { components: size } },
    });
    expect(evaluated).not.toHaveProperty('floors.pca2');
    expect(evaluated).toHaveProperty('code.std.length', size);
    const diagnosed = await json('diagnose', model());
    expect(diagnosed).toMatchObject({ findings: expect.any(Array) });
    expect(diagnosed).toHaveProperty('dimensions.length', size);
    expect(await json('compare', model())).toMatchObject({ models: [{ knnAccuracy: expect.any(Number) }] });
    // The figures that were kept with the run are read again.
    expect(await json('compare', model())).toMatchObject({ baselines: { pca: { components: size } } });
    await run('summary', model());
    await run('export', model(), '--to', 'keras', '--out', path(`model-${size}.keras`));
    await run('evaluate', path(`model-${size}.keras`), '--dataset', data, '--json');
  });
});
