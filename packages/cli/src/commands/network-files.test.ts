/** Networks and recipes of files, end to end: the built program on a few hundred images. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatRunConfig, parseNetworkFile, parseRunConfig } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Of } from '../files/sha256.ts';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';

let folder = '';
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  await writeIdxFolder(join(folder, 'nets', 'images'), await smallMnist(200, 50));
  await writeFile(path('nets/vae.yaml'), VAE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const run = (...words: readonly string[]) => latent(words, { cwd: folder });
const configOf = async (name: string) =>
  parseRunConfig(new Uint8Array(await readFile(path(`${name}/config.json`))), 'config.json');
/** A sum of the arrays alone: the header before them holds the network's id. */
const weightsOf = async (name: string): Promise<string> => {
  const bytes = await readFile(path(`${name}/weights.safetensors`));
  return sha256Of(bytes.subarray(8 + Number(bytes.readBigUInt64LE(0))));
};

const VAE = `title: A small one
data: ./images
inputShape: [28, 28, 1]
encoder:
  - { type: conv2d, filters: 4, kernelSize: 3, strides: 4, padding: same }
  - batch-normalization
  - flatten
  - { type: dense, name: features, units: 8, activation: relu }
  - { type: dense, name: z_mean, units: 2, inputs: [features] }
  - { type: dense, name: z_log_var, units: 2, inputs: [features] }
  - { type: sampling, inputs: [z_mean, z_log_var] }
decoder:
  - { type: dense, units: 16, activation: relu }
  - { type: dense, units: 784, activation: sigmoid }
  - { type: reshape, targetShape: [28, 28, 1] }
loss: { reconstruction: { type: bce, reduction: sum }, terms: [kl] }
recipe: { epochs: 3, batchSize: 50, learningRate: 0.003, seed: 7 }
`;

describe('latent train FILE', () => {
  it('trains the network of a YAML file on the data that it names, and learns', async () => {
    const { code, stdout, stderr } = await run('train', 'nets/vae.yaml', '--threads', '1', '--out', 'vae', '--json');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('the network names its data: ');
    const { network, recipe, dataset } = await configOf('vae');
    expect(network).toMatchObject({ id: 'vae', title: 'A small one', loss: { type: 'combined' } });
    expect(recipe).toMatchObject({ epochs: 3, batchSize: 50, seed: 7, schedule: { learningRate: 0.003 } });
    expect(dataset).toMatchObject({ argument: path('nets/images'), train: 200 });
    const lines = (await readFile(path('vae/history.jsonl'), 'utf8')).trim().split('\n');
    const losses = lines.map((line) => JSON.parse(line).loss);
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]);
    expect(JSON.parse(stdout)).toMatchObject({ epochs: 3, stopped: 'finished' });
    expect(await readFile(path('vae/README.md'), 'utf8')).toContain('npx latent train config.json --dataset');
  });

  it('trains the same network of JSON to the same bytes, and --dataset, options and a recipe file overrule it', async () => {
    const { spec } = parseNetworkFile(VAE, 'vae.yaml');
    const { inputShape, encoder, decoder, loss } = spec;
    const recipe = { epochs: 3, batchSize: 50, learningRate: 0.003, seed: 7 };
    await writeFile(path('vae.json'), JSON.stringify({ title: 'Of JSON', inputShape, encoder, decoder, loss, recipe }));
    const more = ['--dataset', 'nets/images', '--threads', '1'];
    expect((await run('train', 'vae.json', ...more, '--out', 'json')).code).toBe(0);
    expect(await weightsOf('json')).toBe(await weightsOf('vae'));

    await writeFile(path('short.yaml'), 'epochs: 9\nbatchSize: 40\nshuffle: false\nschedule: cosine-restarts\n');
    const words = ['train', 'vae.json', ...more, '--recipe', 'short.yaml', '--epochs', '1', '--out', 'short'];
    const { code, stderr } = await run(...words);
    expect(code, stderr).toBe(0);
    const config = await configOf('short');
    expect(config.recipe).toMatchObject({ epochs: 1, batchSize: 40, shuffle: false, seed: 7 });
    expect(config.recipe.schedule).toMatchObject({ type: 'cosine-restarts', learningRate: 0.003 });
  });

  it('trains the layers of a model file anew', async () => {
    expect((await run('export', 'vae', '--to', 'keras', '--out', 'out.keras')).code).toBe(0);
    const words = ['train', 'out.keras', '--dataset', 'nets/images', '--epochs', '1', '--out', 'anew'];
    const { code, stderr } = await run(...words);
    expect(code, stderr).toBe(0);
    const { network } = await configOf('anew');
    expect(network.kind === 'autoencoder' && network.encoder.map(({ type }) => type)).toContain('conv2d');
  });

  it('refuses a fault with file, line and column, before anything is written', async () => {
    await writeFile(path('bad.yaml'), VAE.replace('units: 16', 'units: none'));
    const { code, stderr } = await run('train', 'bad.yaml', '--out', 'bad');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('bad.yaml:13:27: field "decoder[0].units": expected a whole number'),
    ]);
    for (const [words, message] of [
      [['train', 'nowhere.yaml'], 'no-file: nowhere.yaml'],
      [['train', 'dens-1'], 'did you mean "dense-1"'],
      [['train', 'dense-1', '--recipe', 'nowhere.yaml'], 'expected the file of a recipe'],
      [['train', 'dense-1', '--recipe', 'bst'], 'did you mean "best"'],
    ] as const) {
      const refused = await run(...words);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

const CONDITIONAL = `data: ./images
inputShape: [784]
label: { classes: 10 }
encoder:
  - { type: concatenate, inputs: [input, label] }
  - { type: dense, units: 2 }
decoder:
  - { type: label-embedding, name: style, units: 4, inputs: [label] }
  - { type: concatenate, inputs: [input, style] }
  - { type: dense, units: 784, activation: sigmoid }
recipe: { epochs: 1, batchSize: 50 }
`;

it('weights to begin with have to be those of the same layers, which is said before the data are read', async () => {
  expect(await run('train', 'nets/vae.yaml', '--init', 'dense-1', '--out', 'unfit')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/init-mismatch: --init dense-1: expected weights of the layers of "vae"/),
  });
});

describe('a network that takes a label', () => {
  it('is trained with the labels of its images, and draws those of the class that is asked for', async () => {
    await writeFile(path('nets/told.yaml'), CONDITIONAL);
    expect((await run('train', 'nets/told.yaml', '--out', 'told')).code).toBe(0);
    const drawn = async (out: string, ...more: readonly string[]) => {
      const { code, stderr } = await run('decode', 'told', '--at', '0.1,0.2', '--out', out, ...more);
      return { code, stderr, png: (await readFile(path(out)).catch(() => null))?.toString('base64') };
    };
    const [usual, first, other] = [
      await drawn('usual.png'),
      await drawn('first.png', '--label', '0'),
      await drawn('other.png', '--label', '7'),
    ];
    expect(usual.stderr).toContain('note: told takes a label; images of class 0 are drawn');
    expect(first).toMatchObject({ code: 0, png: usual.png });
    expect(first.stderr).not.toContain('note');
    expect(other.png).not.toBe(usual.png);
    expect(await drawn('none.png', '--label', '10')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--label 10: expected a class from 0 to 9, got 10'),
    });
    const plain = await run('decode', 'vae', '--at', '0,0', '--label', '1', '--out', 'plain.png');
    expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining('which takes none; leave the option out') });
  });
});

describe('latent summary FILE', () => {
  it('lists the layers of a network that was never trained', async () => {
    const { code, stdout } = await run('summary', 'nets/vae.yaml', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'vae' });
    expect(stdout).toContain('batch_normalization');
    expect((await run('summary', 'vae/config.json', '--json')).stdout).toBe(stdout);
  });
});

describe('latent new', () => {
  it('writes a network of the zoo, a run and a model file as files that train', async () => {
    await mkdir(path('made'), { recursive: true });
    for (const from of ['vae-1', 'vae', 'out.keras', 'nets/vae.yaml']) {
      const file = `made/${from.replaceAll(/\W/g, '-')}-new.yaml`;
      const { code, stderr } = await run('new', file, '--from', from);
      expect(code, stderr).toBe(0);
      const text = await readFile(path(file), 'utf8');
      expect(text).toContain('# From the image to the code.\nencoder:\n  - { type: ');
      expect(parseNetworkFile(text, file).spec.id).toBe(file.slice(5, -5));
    }
    const { recipe, data } = parseNetworkFile(await readFile(path('made/vae-new.yaml'), 'utf8'), 'x');
    expect([recipe.epochs, recipe.seed, data]).toEqual([3, 7, '../nets/images']);
    const words = ['train', 'made/vae-new.yaml', '--threads', '1', '--out', 'from-new'];
    expect((await run(...words)).code).toBe(0);
    expect(await weightsOf('from-new')).toBe(await weightsOf('vae'));
  });

  it('leaves a file alone that is there, unless it is forced to', async () => {
    await writeFile(path('mine.yaml'), 'mine: 1\n');
    const { code, stderr } = await run('new', 'mine.yaml', '--from', 'dense-1');
    expect([code, stderr]).toEqual([2, expect.stringContaining('file-exists')]);
    expect(await readFile(path('mine.yaml'), 'utf8')).toBe('mine: 1\n');
    expect((await run('new', 'mine.yaml', '--from', 'dense-1', '--force')).code).toBe(0);
    expect(await readFile(path('mine.yaml'), 'utf8')).toContain('data: mnist');
    expect((await run('new', 'a.yaml', '--from', 'classifier')).stderr).toContain('no-code');
  });
});

describe('latent train RUN', () => {
  it('repeats a run to the same bytes and says so; one that was given more epochs too', async () => {
    expect((await run('train', '--resume', 'vae', '--epochs', '5')).code).toBe(0);
    const { code, stdout, stderr } = await run('train', 'vae', '--out', 'again', '--json');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('same bytes as vae');
    expect(stderr).not.toContain('not the same');
    expect(JSON.parse(stdout)).toMatchObject({ epochs: 5, repeat: { of: 'vae', same: true, differs: null } });
    expect(await weightsOf('again')).toBe(await weightsOf('vae'));
    expect((await configOf('again')).extended).toEqual((await configOf('vae')).extended);
  });

  it('begins with the weights that the run began with', async () => {
    const words = ['train', 'nets/vae.yaml', '--init', 'vae', '--epochs', '1', '--threads', '1', '--out', 'begun'];
    expect((await run(...words)).code).toBe(0);
    const { stderr } = await run('train', 'begun');
    expect(stderr).toContain('same bytes as begun');
    expect(await weightsOf('runs/vae-documented-seed7-again')).toBe(await weightsOf('begun'));
  });

  it('names the first array that differs', async () => {
    await cp(path('begun'), path('other'), { recursive: true });
    const config = await configOf('other');
    await writeFile(path('other/config.json'), formatRunConfig({ ...config, recipe: { ...config.recipe, seed: 8 } }));
    const { code, stderr } = await run('train', 'other', '--out', 'other-again');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('not the same bytes as other: the first array that differs is encoder/conv2d/kernel'),
    ]);
  });

  it('refuses options that ask for another run, other images, and its own folder', async () => {
    await writeIdxFolder(path('fewer'), await smallMnist(100, 50));
    for (const [words, message] of [
      [['--epochs', '4'], 'this run began with --epochs 5, not 4'],
      [['--seed', '3'], 'this run began with --seed 7, not 3'],
      [['--init', 'begun'], 'begins with the weights that it began with'],
      [['--dataset', 'fewer'], 'dataset-changed'],
    ] as const) {
      const { code, stderr } = await run('train', 'vae', '--out', 'refused', ...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect((await run('train', 'vae', '--out', 'vae')).stderr).toContain('run-exists');
  });
});

describe('latent sweep over files', () => {
  it('trains network files, named beside the sweep, and widths of their layers', async () => {
    await writeFile(
      path('nets/sweep.yaml'),
      'epochs: 1\nruns:\n  - networks: [vae.yaml]\n' +
        '  - { network: { from: vae.yaml, fields: { encoder.features.units: [4, 6] } } }\n',
    );
    const { code, stdout, stderr } = await run(
      'sweep',
      'nets/sweep.yaml',
      '--out',
      'swept',
      '--workers',
      '1',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const { jobs } = JSON.parse(stdout);
    expect(jobs.map(({ config }: { config: { network: { id: string } } }) => config.network.id)).toEqual([
      'vae',
      'vae-encoder-features-units-4',
      'vae-encoder-features-units-6',
    ]);
    expect(jobs.every(({ state }: { state: string }) => state === 'done')).toBe(true);
    await writeFile(path('nets/twin.yaml'), `id: vae\n${VAE}`);
    await writeFile(path('nets/twins.yaml'), 'networks: [vae.yaml, twin.yaml]\n');
    expect((await run('sweep', 'nets/twins.yaml', '--dry-run')).stderr).toContain('hold networks of one id, "vae"');
  });
});
