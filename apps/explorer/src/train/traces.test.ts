import { zipSync } from 'fflate';
import { findNetwork, type Recipe } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { commandOf } from './command.ts';
import { datasetWords, meaningOf } from './dropped.ts';
import { createLossTrace } from './loss-trace.ts';
import { between, steadyBounds } from './moving-bounds.ts';
import { spreadOf } from './spread.ts';

describe('the trace of a loss', () => {
  it('stays short and keeps the mean, however long the run', () => {
    const trace = createLossTrace();
    for (let i = 1; i <= 100_000; i++) trace.add(i / 1000, i % 2);
    const points = trace.points();
    expect(points.length).toBeLessThan(400);
    expect(points.length).toBeGreaterThan(150);
    expect(points[points.length - 1].at).toBeGreaterThan(99);
    expect(points.every(({ loss }) => Math.abs(loss - 0.5) < 0.01)).toBe(true);
  });

  it('forgets what came after a state that the run went back to', () => {
    const trace = createLossTrace();
    for (const at of [1, 2, 3]) trace.add(at, at);
    trace.add(1.5, 9);
    expect(trace.points()).toStrictEqual([
      { at: 1, loss: 1 },
      { at: 1.5, loss: 9 },
    ]);
  });
});

describe('the bounds of a plane whose codes move', () => {
  const shown = { min: [0, 0], max: [10, 10] };
  it('stay the same object while the codes fit and fill them', () => {
    expect(steadyBounds(shown, { min: [1, 0.5], max: [9, 9.5] })).toBe(shown);
  });
  it('grow where a code would lie outside, in that direction alone, with room for the next', () => {
    expect(steadyBounds(shown, { min: [-1, 1], max: [9, 9] })).toStrictEqual({ min: [-2.2, 0], max: [9, 10] });
  });
  it('draw together around codes that fill little', () => {
    expect(steadyBounds(shown, { min: [4, 4], max: [5, 5] })).toStrictEqual({ min: [4, 4], max: [5, 5] });
  });
  it('lead from one to the other and end exactly there', () => {
    const to = { min: [-2, 0], max: [10, 20] };
    expect(between(shown, to, 0)).toStrictEqual(shown);
    expect(between(shown, to, 0.5)).toStrictEqual({ min: [-1, 0], max: [10, 15] });
    expect(between(shown, to, 1)).toBe(to);
  });
});

it('measures how far codes reach', () => {
  expect(spreadOf(Float32Array.of(0, 5, 2, 5))).toStrictEqual([1, 0]);
  expect(spreadOf(new Float32Array(0))).toStrictEqual([0, 0]);
});

describe('the command that trains the same', () => {
  const network = findNetwork('dense-1');
  if (network.kind !== 'autoencoder') throw new Error('an autoencoder');
  const { best, documented } = network.recipes;
  const changed = (recipe: Recipe, changes: Partial<Recipe>): Recipe => ({ ...recipe, ...changes });
  it.each([
    { what: 'a recipe of the zoo', recipe: best, words: '--dataset mnist --recipe best --seed 1' },
    {
      what: 'seed, rate, batch and epochs',
      recipe: changed(documented, {
        seed: 4,
        batchSize: 256,
        epochs: 2,
        schedule: { type: 'constant', learningRate: 0.02 },
      }),
      words: '--dataset mnist --recipe documented --seed 4 --epochs 2 --batch-size 256 --learning-rate 0.02',
    },
    {
      what: 'patience, with the weights of the best epoch',
      recipe: changed(best, { patience: 3, restoreBest: true, validationSplit: 0.1, shuffle: false }),
      words: '--dataset mnist --recipe best --seed 1 --validation-split 0.1 --patience 3 --no-shuffle',
    },
    {
      what: 'any other field, and one that is left out',
      recipe: changed(findNetwork('n8python').recipes.documented, { patience: undefined, initializer: 'zeros' }),
      id: 'n8python',
      words: '--dataset mnist --recipe documented --seed 1 --set patience=none --set initializer=zeros',
    },
    {
      what: 'augmentation',
      recipe: changed(best, { augmentation: [{ type: 'elastic', strength: 1, cell: 7 }] }),
      words: `--dataset mnist --recipe best --seed 1 --set 'augmentation=[{"type":"elastic","strength":1,"cell":7}]'`,
    },
  ])('has options for $what', ({ recipe, words, id = 'dense-1' }) => {
    const of = findNetwork(id);
    if (of.kind !== 'autoencoder') throw new Error('an autoencoder');
    expect(commandOf(of, recipe, 'mnist').command).toBe(`npx latent train ${id} ${words}`);
  });
  it('takes a network that has no name there out of its file, also one that is called as another', () => {
    const edited = { ...network, encoder: network.encoder.slice(1) };
    for (const id of ['custom', 'dense-1'])
      expect(commandOf({ ...edited, id }, best, 'mnist')).toMatchObject({
        command: `npx latent train ${id}.yaml --dataset mnist`,
        note: expect.stringMatching(/network file/),
      });
  });
  it.each([
    { what: 'a part of the images', images: 'mnist-1000' },
    { what: "pictures of one's own", images: 'mine' },
  ])('points to the run folder for $what', ({ images }) => {
    const { command, resume, note } = commandOf(network, best, images);
    expect(command).toBeNull();
    expect(resume).toBe('npx latent train --resume DIR');
    expect(note).toMatch(/run folder/);
  });
});

describe('what dropped files are meant for', () => {
  const given = (...names: readonly string[]) =>
    names.map((name) => ({ name, file: new File(['x'], name.split('/').pop() ?? '') }));
  it.each([
    { names: ['run/config.json', 'run/history.jsonl', 'run/charts/a.png'], type: 'run' },
    { names: ['mine/threes/a.png', 'mine/fives/b.JPG', 'mine/notes.txt'], type: 'dataset' },
    {
      names: ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz'],
      type: 'dataset',
    },
    ...['a.csv.gz', 'a.npz', 'b.mat', 'data_batch_1.bin', 'semeion.data', 'anything'].map((name) => ({
      names: [name],
      type: 'dataset',
    })),
    { names: ['a.keras'], type: 'model' },
    { names: ['net/model.json', 'net/group1-shard1of1.bin'], type: 'model' },
    { names: ['mine/about.json', 'mine/a/1.png'], type: 'dataset' },
    { names: ['nets/mine.yaml'], type: 'written' },
    { names: ['recipe.yml'], type: 'written' },
  ])('$names: a $type', async ({ names, type }) => {
    expect(await meaningOf(given(...names))).toMatchObject({ type });
  });
  it('tells a run, a model and images in a zip by the names in it', async () => {
    const zip = (...names: readonly string[]) => [
      {
        name: 'a.zip',
        file: new File([zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(1)])))], 'a.zip'),
      },
    ];
    expect(await meaningOf(zip('run/config.json', 'run/data/train-images-idx3-ubyte'))).toMatchObject({ type: 'run' });
    expect(await meaningOf(zip('net/model.json', 'net/weights.bin'))).toMatchObject({ type: 'model' });
    expect(await meaningOf(zip('mine/a/1.png'))).toMatchObject({ type: 'dataset' });
  });
  it('says of images what they are', async () => {
    const words = async (...names: readonly string[]): Promise<string> => {
      const meant = await meaningOf(given(...names));
      return meant.type === 'dataset' ? datasetWords(meant.dataset) : meant.type;
    };
    expect(await words('a.csv')).toBe('a.csv');
    expect(await words('mine/threes/1.png', 'mine/fives/1.png')).toBe('2 files in 2 folders');
  });
  it('tells a network from a model by what the JSON holds', async () => {
    const json = (text: string) => [{ name: 'a.json', file: new File([text], 'a.json') }];
    expect(await meaningOf(json('{"encoder": [], "decoder": []}'))).toMatchObject({ type: 'written', name: 'a.json' });
    expect(await meaningOf(json('{"modelTopology": {}}'))).toMatchObject({ type: 'model' });
  });
  it('refuses nothing at all, and says what is wanted', async () => {
    await expect(meaningOf([])).rejects.toThrow(/^no-images: expected/);
  });
  it('refuses a zip that is none', async () => {
    await expect(meaningOf(given('a.zip'))).rejects.toThrow(/^archive-damaged/);
  });
});
