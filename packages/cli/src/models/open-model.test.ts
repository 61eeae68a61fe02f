import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Dataset, encodeWeights, exportKeras, exportTfjs, findNetwork } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Of } from '../files/sha256.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig } from '../runs/testing.ts';
import { openModel, trainedModels } from './open-model.ts';

let models = '';
let dataset: Dataset;
beforeAll(async () => {
  models = await temporaryFolder();
  dataset = await smallMnist(200, 50);
  const config = { ...tinyConfig(dataset, { epochs: 1 }), network: findNetwork('dense-1') };
  await beginRun(join(models, 'dense-1'), config, dataset, contextOn(dataset));
});
afterAll(() => rm(models, { recursive: true, force: true }));

describe('openModel', () => {
  it('opens a trained network of the zoo by its id, and any run by its folder', async () => {
    const byId = await openModel('dense-1', { models });
    const byFolder = await openModel(join(models, 'dense-1'), { models });
    expect(byId).toEqual(byFolder);
    expect(byId).toMatchObject({ id: 'dense-1', path: join(models, 'dense-1'), epoch: 1, metrics: { epochs: 1 } });
    expect([...byId.weights.keys()]).toEqual(byId.network.parameters.map(({ name }) => name));
  });

  it('says what is trained here when a network is not, and the command that trains it', async () => {
    expect(await trainedModels(models)).toEqual(['dense-1']);
    await expect(openModel('vae-1', { models })).rejects.toThrow(
      /model-not-trained: .*npx latent train vae-1[^\n]*\nTrained here: dense-1/,
    );
  });

  it('guesses what a slip of the keys meant', async () => {
    await expect(openModel('dense1', { models })).rejects.toThrow(
      /unknown-model: .*got "dense1"; did you mean "dense-1"[^\n]*\nTrained here: dense-1/,
    );
  });

  it('tells a folder that is no run from a run without weights and one with others', async () => {
    await expect(openModel(models, { models })).rejects.toMatchObject({ code: 'no-run', kind: 'input' });
    const folder = join(models, 'broken');
    await mkdir(folder);
    const { config } = await openModel('dense-1', { models });
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    await expect(openModel(folder, { models })).rejects.toMatchObject({ code: 'no-weights', kind: 'input' });
    const other = await openModel('dense-1', { models });
    await writeFile(
      join(folder, 'weights.safetensors'),
      encodeWeights(other.network.parameters.slice(1), other.weights, { id: 'dense-1', epoch: 1 }),
    );
    await expect(openModel(folder, { models })).rejects.toThrow(
      /weights-mismatch: .*"dense-1": expected "encoder\/dense\/kernel" of \[784, 128\], got none/,
    );
    await writeFile(join(folder, 'weights.safetensors'), 'nonsense');
    await expect(openModel(folder, { models })).rejects.toMatchObject({ kind: 'input' });
    for (const text of [
      '{',
      '[]',
      '{"format":2}',
      JSON.stringify({ ...config, threads: 'two' }),
      JSON.stringify({ ...config, network: {} }),
    ]) {
      await writeFile(join(folder, 'config.json'), text);
      await expect(openModel(folder, { models }), text).rejects.toMatchObject({ kind: 'input' });
    }
  });
});

describe('weights that a run names in another file', () => {
  /** A run folder whose weights lie in a `.keras` file. */
  const pointing = async (folder: string, file: string): Promise<string> => {
    const { config, network, weights } = await openModel('dense-1', { models });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    const stored = encodeWeights(network.parameters, weights, { id: 'dense-1', epoch: 1 });
    await writeFile(join(folder, 'weights.json'), JSON.stringify({ file, sha256: sha256Of(stored), epoch: 1 }));
    return folder;
  };
  const keras = async (path: string): Promise<void> => {
    const { network, weights } = await openModel('dense-1', { models });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await exportKeras({ network, weights }));
  };
  let elsewhere = '';
  beforeAll(async () => {
    elsewhere = await temporaryFolder();
    await keras(join(elsewhere, 'secret.keras'));
  });
  afterAll(() => rm(elsewhere, { recursive: true, force: true }));

  it('are read where the file is its own', async () => {
    const folder = await pointing(join(elsewhere, 'own'), './files/model.keras');
    await keras(join(folder, 'files', 'model.keras'));
    expect((await openModel(folder, { models })).weights.size).toBeGreaterThan(0);
  });

  it.each([
    ['a path that climbs', '../secret.keras'],
    ['a path that climbs after a detour', 'files/../../secret.keras'],
    ['an absolute path', 'ABSOLUTE'],
  ])('are refused where the file lies outside: %s', async (_, file) => {
    const named = file === 'ABSOLUTE' ? join(elsewhere, 'secret.keras') : file;
    const folder = await pointing(join(elsewhere, 'climbs'), named);
    await expect(openModel(folder, { models })).rejects.toMatchObject({ kind: 'input' });
    await expect(openModel(folder, { models })).rejects.toThrow(/outside-folder|invalid-run/);
  });

  it('are refused where a link leads outside, to the file or to its folder', async () => {
    const folder = await pointing(join(elsewhere, 'linked'), 'model.keras');
    await symlink('../secret.keras', join(folder, 'model.keras'));
    await expect(openModel(folder, { models })).rejects.toMatchObject({ code: 'outside-folder' });
    await pointing(folder, 'files/secret.keras');
    await symlink('..', join(folder, 'files'));
    await expect(openModel(folder, { models })).rejects.toMatchObject({ code: 'outside-folder' });
  });

  it('are refused where the own weights are a link that leads outside', async () => {
    const folder = await pointing(join(elsewhere, 'link'), 'unused.keras');
    await symlink(join(models, 'dense-1', 'weights.safetensors'), join(folder, 'weights.safetensors'));
    await expect(openModel(folder, { models })).rejects.toMatchObject({ code: 'outside-folder' });
  });

  it("may lie beside the zoo's runs, within the zoo, and no further", async () => {
    const runs = join(elsewhere, 'zoo', 'runs');
    await keras(join(elsewhere, 'zoo', 'autoencoders', 'model.keras'));
    const own = await pointing(join(runs, 'dense-1'), '../../autoencoders/model.keras');
    expect((await openModel(own, { models: runs })).weights.size).toBeGreaterThan(0);
    // The same folder is nobody's zoo for whoever has another.
    await expect(openModel(own, { models })).rejects.toMatchObject({ code: 'outside-folder' });
    const further = await pointing(join(runs, 'dense-2'), '../../../secret.keras');
    await expect(openModel(further, { models: runs })).rejects.toMatchObject({ code: 'outside-folder' });
  });

  it('of a TensorFlow.js model are files of its own folder, or beside what the model is a link to', async () => {
    const { network, weights } = await openModel('dense-1', { models });
    const files = [...exportTfjs({ network, weights })];
    const [store, snapshot] = [join(elsewhere, 'blobs'), join(elsewhere, 'snapshot')];
    await mkdir(store);
    await mkdir(snapshot);
    for (const [i, [name, bytes]] of files.entries()) {
      await writeFile(join(store, String(i)), bytes);
      await symlink(join(store, String(i)), join(snapshot, name));
    }
    expect((await openModel(join(snapshot, 'model.json'), { models })).weights.size).toBe(weights.size);
    await rm(join(snapshot, 'model.json'));
    await writeFile(join(snapshot, 'model.json'), files.find(([name]) => name === 'model.json')?.[1] ?? '');
    await expect(openModel(join(snapshot, 'model.json'), { models })).rejects.toMatchObject({ code: 'outside-folder' });
  });
});
