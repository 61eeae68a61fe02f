import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, encodeWeights, findNetwork } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginRun } from '../runs/lifecycle.ts';
import { sittingOn, smallMnist, temporaryFolder, tinyConfig } from '../runs/testing.ts';
import { openModel, trainedModels } from './open-model.ts';

let models = '';
let dataset: Dataset;
beforeAll(async () => {
  models = await temporaryFolder();
  dataset = await smallMnist(200, 50);
  const config = { ...tinyConfig(dataset, { epochs: 1 }), network: findNetwork('dense-1') };
  await beginRun(join(models, 'dense-1'), config, dataset, sittingOn(dataset));
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
      /weights-mismatch: .*"dense-1" expects "encoder\/dense\/kernel" of \[784, 128\], got none/,
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
