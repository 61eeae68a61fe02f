/** The trained zoo as it ships: files, figures, findings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  classMap,
  codeExtent,
  computeBaselines,
  type Dataset,
  decodeNpy,
  diagnose,
  encodeSets,
  evaluateAutoencoder,
  type ImageSet,
  networks,
  resolveNetwork,
  sliceSet,
} from 'latent-plane';
import { decodeClassMap, decodeEvolution } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../data/index.ts';
import { modelsFolder, zooFolder } from '../places.ts';
import { readMetrics } from '../runs/folder.ts';
import { CODES_FILE, EVOLUTION_FILE, FIELD_FILE } from '../runs/shipped.ts';
import { buildCommandLine, smallMnist } from '../runs/testing.ts';
import { openModel } from './open-model.ts';

const scores = v.object({
  evaluate: v.object({
    mse: v.object({ train: v.number(), test: v.number(), all: v.number() }),
    knnAccuracy: v.object({ value: v.number() }),
    recognisable: v.number(),
  }),
  diagnose: v.object({ findings: v.array(v.object({ code: v.string(), severity: v.string() })) }),
});
const scoresOf = async (folder: string) => v.parse(scores, (await readMetrics(join(modelsFolder, folder)))?.scores);
/** Made here: one run under the best recipe, without frames, once it is shipped. */
const OWN = ['atlas-1', 'map-1'];
const own = OWN.filter((id) => existsSync(join(modelsFolder, id)));
const autoencoders = networks.filter(({ id, kind }) => kind === 'autoencoder' && !OWN.includes(id));
const folders = ['classifier', ...own, ...autoencoders.flatMap(({ id }) => [id, `${id}-documented`])];

let mnist: Dataset;
/** The first of all images. */
let first: ImageSet;
beforeAll(async () => {
  await buildCommandLine();
  first = sliceSet((await loadDataset('mnist')).train, 0, 100);
  mnist = await smallMnist(2_000, 1_000);
});

describe('the shipped zoo', () => {
  it('has every network under both recipes, and nothing else', () => {
    expect(readdirSync(modelsFolder).sort()).toEqual([...folders].sort());
  });

  it.each(folders)('%s opens with the weights that it was measured with', async (folder) => {
    const { config, network, metrics, weightsSha256 } = await openModel(join(modelsFolder, folder));
    expect(config?.recipe.name).toBe(folder.endsWith('-documented') || folder === 'classifier' ? 'documented' : 'best');
    // The recipe is the one that the network's file states today.
    const spec = networks.find(({ id }) => id === network.spec.id);
    expect(config?.recipe).toEqual(spec?.recipes[config?.recipe.name === 'best' ? 'best' : 'documented']);
    expect(metrics?.stopped).toMatch(/^(finished|early)$/);
    expect(weightsSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(
    autoencoders.flatMap((spec) =>
      spec.kind === 'autoencoder' && spec.published !== null ? [[spec.id, spec.published] as const] : [],
    ),
  )('%s is at or below its published error', async (id, published) => {
    expect((await scoresOf(id)).evaluate.mse.all).toBeLessThanOrEqual(published);
  });

  it('reads better than the author’s vae-1', async () => {
    const { evaluate } = await scoresOf('vae-1');
    expect(evaluate.knnAccuracy.value).toBeGreaterThan(0.8234);
    expect(evaluate.recognisable).toBeGreaterThan(0.8303);
  });

  it('has the files that its users know', () => {
    for (const { file } of networks.filter(({ id }) => !OWN.includes(id) || own.includes(id)))
      expect(existsSync(join(zooFolder, file)), file).toBe(true);
    for (const file of [
      'autoencoders/decod_Dense-2.keras',
      'models_comparison/models_comparison.png',
      'models_comparison/models_comparison.csv',
      'latent_space_viz/through_epochs/Dense-2.gif',
      'latent_space_viz/through_epochs/ConvDense-5.gif',
      'latent_space_viz/through_epochs/VAE-1.gif',
    ])
      expect(existsSync(join(zooFolder, file)), file).toBe(true);
  });

  it.each(autoencoders.map(({ id }) => id))(
    '%s keeps frames of its training, the last of which is its end',
    async (id) => {
      const folder = join(modelsFolder, id);
      const model = await openModel(folder);
      const bytes = readFileSync(join(folder, EVOLUTION_FILE));
      const { frames, from } = decodeEvolution(bytes, resolveNetwork(model.spec), EVOLUTION_FILE);
      expect(from).toBe(60_000);
      expect(frames.length).toBeGreaterThanOrEqual(5);
      const last = frames[frames.length - 1];
      expect(last.epoch).toBe(model.epoch);
      for (const [name, values] of last.decoder) {
        const whole = model.weights.get(name);
        values.forEach(
          (value, i) =>
            void expect(Math.abs(value - (whole?.[i] ?? Number.NaN))).toBeLessThan(0.01 + 1e-3 * Math.abs(value)),
        );
      }
    },
  );
});

describe('what the explorer need not compute at its start', () => {
  const shown = networks.filter(({ id, kind }) => kind === 'autoencoder' && !OWN.includes(id)).map(({ id }) => id);
  it.each([...shown, ...own])('%s has the codes that its weights give, and its class map', async (id) => {
    const folder = join(modelsFolder, id);
    const { dims, data } = decodeNpy(readFileSync(join(folder, CODES_FILE)), CODES_FILE);
    expect(dims).toStrictEqual([70_000, 2]);
    const { network, weights } = await openModel(id);
    const { values } = await encodeSets({ network, weights, runtime: nodeRuntime }, [first]);
    const { min, max } = codeExtent({ values, count: 100, size: 2 });
    // Batches of another size sum in another order: a millionth of the extent, and room for ten times as much.
    const rounding = 1e-5 * Math.max(...max.map((value, d) => value - min[d]), 1e-3);
    for (const [i, value] of values.entries()) expect(Math.abs(Number(data[i]) - value)).toBeLessThan(rounding);
    expect(decodeClassMap(readFileSync(join(folder, FIELD_FILE)), FIELD_FILE).size).toBe(400);
  });
});

describe('the class map of a shipped network', () => {
  it('is the full mesh, for a fraction of its points', async () => {
    const [{ network, weights }, classifier] = [await openModel('vae-1'), await openModel('classifier')];
    const running = { network, weights, runtime: nodeRuntime };
    const reader = { network: classifier.network, weights: classifier.weights, runtime: nodeRuntime };
    const bounds = codeExtent(await encodeSets(running, [mnist.train]));
    const full = await classMap(running, reader, bounds, 120, { exhaustive: true });
    const refined = await classMap(running, reader, bounds, 120, { stride: 4 });
    expect(refined.labels).toEqual(full.labels);
    expect(refined.evaluated).toBeLessThan(0.7 * full.evaluated);
  });
});

describe('the class maps that the explorer loads', () => {
  const colourFile = (file: string): string =>
    join(zooFolder, 'latent_space_viz/colormaps', `${file.replace(/^.*encod_decod_|\.keras$/g, '')}.npy`);
  const drawn = autoencoders.filter(({ file }) => existsSync(colourFile(file)));
  it.each(drawn.map(({ id, file }) => [id, file] as const))('of %s has the shipped classes', (id, file) => {
    const path = join(modelsFolder, id, FIELD_FILE);
    const { size, labels } = decodeClassMap(readFileSync(path), path);
    const shipped = decodeNpy(readFileSync(colourFile(file)), colourFile(file));
    expect(shipped.dims).toStrictEqual([size, size]);
    expect(labels).toEqual(Uint8Array.from(shipped.data));
  });
});

describe('the diagnosis of the shipped zoo', () => {
  it.each([
    ['cnn-1-documented', 'near-zero-code'],
    ['convdense-1-documented', 'dead-dimension'],
    ['n8python-documented', 'saturated-code'],
    ['n8python-documented', 'constant-code'],
    ['convdense-2-documented', 'diagonal-code'],
  ])('finds in %s by itself: %s', async (folder, code) => {
    const { findings } = (await scoresOf(folder)).diagnose;
    expect(findings.map((finding) => finding.code)).toContain(code);
    // And once more, on other and fewer images.
    const model = await openModel(join(modelsFolder, folder));
    if (model.spec.kind !== 'autoencoder') throw new Error(`${folder} is an autoencoder`);
    const { all } = await computeBaselines(mnist, { runtime: nodeRuntime });
    const running = { network: model.network, weights: model.weights, runtime: nodeRuntime };
    const again = await diagnose(running, model.spec, mnist, all);
    expect(again.map((finding) => finding.code)).toContain(code);
  });

  it.each([...own, ...autoencoders.map(({ id }) => id)])('finds no error in %s under the best recipe', async (id) => {
    const { findings } = (await scoresOf(id)).diagnose;
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('figures are those that an evaluation of the files gives', async () => {
    const { network, weights } = await openModel('cnn-2');
    const running = { network, weights, runtime: nodeRuntime };
    const { all } = await computeBaselines(mnist, { runtime: nodeRuntime });
    const { mse } = await evaluateAutoencoder(running, mnist, all);
    // Of 3,000 of the 70,000 images.
    expect(Math.abs(mse.all - (await scoresOf('cnn-2')).evaluate.mse.all)).toBeLessThan(0.001);
  });
});
