/**
 * A run folder in the page, without a browser: what it says of images is of those on show only where these are the same.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dataset, encodeIdxImages, encodeIdxLabels, encodeNpy, exportKeras, findNetwork } from 'latent-plane';
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
import { writtenAmong } from '../src/opened/written.ts';

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
    told: {},
    dataset: { name, classNames: shown.classNames, train: 60, count: 80, identity: identityOf(shown) },
  });

describe('a run folder that is opened beside images', () => {
  it('brings codes and findings of the same images, whatever they are called', async () => {
    const { codes, notes, about } = await read(await given(folder, 'run'), dataset, 'elsewhere');
    expect([codes?.length, notes, about?.findings]).toEqual([160, [], []]);
  });

  it('brings none of other images of the same name and number, and says what it was trained on', async () => {
    const { codes, about, trainedOn } = await read(await given(folder, 'run'), inverted);
    expect([codes, about?.findings]).toEqual([null, []]);
    expect(trainedOn).toMatchObject({ name: 'small-mnist', images: null });
  });

  it('brings its own images along where they lie in its folder, and no others', async () => {
    const files = await given(folder, 'run');
    const data = (from: Dataset): GivenFile[] =>
      Object.entries({
        'train-images-idx3-ubyte': encodeIdxImages(from.train),
        'train-labels-idx1-ubyte': encodeIdxLabels(from.train.labels),
        't10k-images-idx3-ubyte': encodeIdxImages(from.test),
        't10k-labels-idx1-ubyte': encodeIdxLabels(from.test.labels),
      }).map(([name, bytes]) => ({ name: `run/data/${name}`, file: new File([new Uint8Array(bytes)], name) }));
    const { trainedOn } = await read([...files, ...data(dataset)], inverted);
    expect(trainedOn?.images?.train.pixels).toEqual(dataset.train.pixels);
    expect((await read([...files, ...data(inverted)], inverted)).trainedOn?.images).toBeNull();
    expect((await read([...files, ...data(dataset)], dataset)).trainedOn).toBeUndefined();
  });

  it('in a file of ours, says what it was trained on where that has another name', async () => {
    const { network, weights } = await openModel(folder);
    const keras = async (name: string): Promise<GivenFile[]> => {
      const bytes = await exportKeras({ network, weights, metadata: { dataset: name } });
      return [{ name: 'a.keras', file: new File([new Uint8Array(bytes)], 'a.keras') }];
    };
    expect((await read(await keras('mine'), dataset)).trainedOn).toEqual({ name: 'mine', images: null });
    expect((await read(await keras(dataset.name), dataset)).trainedOn).toBeUndefined();
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

describe('weights alone with the file of their network', () => {
  const NETWORK = `
inputShape: [64]
encoder: [{ type: dense, units: 12, activation: relu }, { type: dense, units: 4 }, { type: sampling, parameterisation: log-variance, epsilonStd: 1 }]
decoder: [{ type: dense, units: 12, activation: relu }, { type: dense, units: 64, activation: sigmoid }]
loss: { type: vae, weight: 0.001 }
`;
  const pth = async (): Promise<GivenFile> => {
    const at = fileURLToPath(new URL('../../../packages/core/fixtures/torch-files/dense.pth', import.meta.url));
    return { name: 'dense.pth', file: new File([new Uint8Array(await readFile(at))], 'dense.pth') };
  };

  it('are put onto it, in whatever order they were dropped', async () => {
    const yaml: GivenFile = { name: 'net.yaml', file: new File([NETWORK], 'net.yaml') };
    for (const files of [
      [yaml, await pth()],
      [await pth(), yaml],
    ]) {
      // Two files are no network to train.
      expect(await writtenAmong(files)).toBeNull();
      const { network, weights } = await read(files, dataset);
      expect(network.parts.map(({ name, outputShape }) => [name, outputShape])).toEqual([
        ['encoder', [2]],
        ['decoder', [64]],
      ]);
      expect([...weights.keys()]).toHaveLength(8);
    }
  });

  it('are asked for it where it is not there', async () => {
    await expect(read([await pth()], dataset)).rejects.toThrow(/^weights-alone: dense\.pth: /);
  });
});
