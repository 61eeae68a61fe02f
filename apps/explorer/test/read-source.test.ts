/**
 * A run folder in the page, without a browser: what it says of images is of those on show only where these are the same.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, encodeNpy, exportKeras, findNetwork } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { describeDataset, identityOf } from '../../../packages/cli/src/runs/data.ts';
import { recordScores } from '../../../packages/cli/src/runs/folder.ts';
import { beginRun } from '../../../packages/cli/src/runs/lifecycle.ts';
import {
  contextOn,
  filesBelow,
  smallMnist,
  temporaryFolder,
  tinyConfig,
} from '../../../packages/cli/src/runs/testing.ts';
import { sourceAmong } from '../src/opened/files.ts';
import type { GivenFile } from '../src/opened/given.ts';
import { readSource } from '../src/opened/read-source.ts';

let folder = '';
let dataset: Dataset;
let inverted: Dataset;

beforeAll(async () => {
  folder = join(await temporaryFolder(), 'run');
  dataset = await smallMnist(60, 20);
  inverted = { ...dataset, test: { ...dataset.test, pixels: dataset.test.pixels.map((pixel) => 255 - pixel) } };
  const config = { ...tinyConfig(dataset, { epochs: 1 }), network: findNetwork('dense-1') };
  await beginRun(folder, config, dataset, contextOn(dataset));
  await writeFile(join(folder, 'codes.npy'), encodeNpy({ dims: [80, 2], data: new Float32Array(160) }));
  const { sha256 } = describeDataset('', dataset);
  await recordScores(folder, 'diagnose', { dataset: dataset.name, sha256, findings: [] });
});
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

const given = async (path: string, prefix: string): Promise<GivenFile[]> =>
  [...(await filesBelow(path))].map(([name, bytes]) => ({
    name: `${prefix}/${name}`,
    file: new File([new Uint8Array(bytes)], name.split('/').at(-1) ?? name),
  }));

const read = async (files: readonly GivenFile[], shown: Dataset, name = shown.name) =>
  readSource({
    ...sourceAmong(files),
    dataset: { name, classNames: shown.classNames, count: 80, identity: identityOf(shown) },
  });

describe('a run folder that is opened beside images', () => {
  it('brings codes and findings of the same images, whatever they are called', async () => {
    const { codes, notes, about } = await read(await given(folder, 'run'), dataset, 'elsewhere');
    expect([codes?.length, notes, about?.findings]).toEqual([160, [], []]);
  });

  it('brings none of other images of the same name and number, and says that it was trained on others', async () => {
    const { codes, notes, about } = await read(await given(folder, 'run'), inverted);
    expect([codes, about?.findings]).toEqual([null, null]);
    expect(notes).toEqual(['It was trained on other images than those here, which are called small-mnist too.']);
  });

  it('takes weights that it names within itself from there alone, not from a file of that name beside it', async () => {
    const { network, weights } = await openModel(folder);
    const pointing = join(folder, '..', 'pointing');
    await mkdir(join(pointing, 'files'), { recursive: true });
    const all = await filesBelow(folder);
    await writeFile(join(pointing, 'config.json'), all.get('config.json') ?? '');
    const { weightsSha256: sha256 } = await openModel(folder);
    await writeFile(join(pointing, 'weights.json'), JSON.stringify({ file: 'files/model.keras', sha256, epoch: 1 }));
    const model = await exportKeras({ network, weights });
    const files = await given(pointing, 'pointing');
    const beside: GivenFile = { name: 'model.keras', file: new File([new Uint8Array(model)], 'model.keras') };
    await expect(read([...files, beside], dataset)).rejects.toThrow(/no-weights: pointing: /);
    const within = { ...beside, name: 'pointing/files/model.keras' };
    expect((await read([...files, within], dataset)).weights.size).toBe(weights.size);
  });
});
