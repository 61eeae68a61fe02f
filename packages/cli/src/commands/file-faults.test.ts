/** What is wrong, or without effect, in files of networks, recipes and sweeps, end to end: what a person is told of it. */
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, temporaryFolder } from '../runs/testing.ts';

/** A network of 8 x 8 images. */
const NETWORK = `data: ./tiny.csv
inputShape: [8, 8, 1]
encoder:
  - flatten
  - { type: dense, units: 2 }
decoder:
  - { type: dense, units: 64, activation: sigmoid }
  - { type: reshape, targetShape: [8, 8, 1] }
recipe: { epochs: 1, batchSize: 32 }
`;

/** 40 images of 8 x 8 pixels in two classes, as a table. */
const tinyTable = (): string =>
  Array.from({ length: 40 }, (_, image) =>
    [...Array.from({ length: 64 }, (_, pixel) => (pixel * 7 + image * 13) % 256), image % 2].join(','),
  ).join('\n');

let folder = '';
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  await writeFile(path('tiny.csv'), `${tinyTable()}\n`);
  await writeFile(path('net.yaml'), NETWORK);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const run = (...words: readonly string[]) => latent(words, { cwd: folder });
const isThere = (name: string): Promise<boolean> =>
  stat(path(name)).then(
    () => true,
    () => false,
  );
/** What is told of a command that is refused, and that it wrote nothing. */
const refused = async (...words: readonly string[]): Promise<string> => {
  const out = words.includes('train') ? ['--out', 'refused'] : [];
  const { code, stderr } = await run(...words, ...out);
  expect(code, stderr).toBe(2);
  expect(await isThere('refused')).toBe(false);
  return stderr;
};

describe('a recipe that a network has not', () => {
  it('is refused of a file, whose recipe is its own, wherever one is named', async () => {
    const told = 'no-recipe: net.yaml: expected a recipe that it has: "documented", its own, got "best"';
    expect(await refused('train', 'net.yaml', '--recipe', 'best')).toContain(told);
    expect(await refused('new', 'other.yaml', '--from', 'net.yaml', '--recipe', 'best')).toContain(told);
    expect(await refused('sweep', '--grid', 'networks=net.yaml', '--grid', 'recipes=best', '--dry-run')).toContain(
      told,
    );
    await writeFile(path('named.yaml'), 'name: best\nepochs: 1\n');
    expect(await refused('train', 'net.yaml', '--recipe', 'named.yaml')).toContain(told);
  });
});

describe('a field of a recipe without effect', () => {
  it('is told of, and the training goes on', async () => {
    const words = ['--set', 'dropoutEpochs=1', '--set', 'augmentationEpochs=1', '--set', 'neighbourEpochs=1'];
    const { code, stderr } = await run('train', 'net.yaml', ...words, '--out', 'idle');
    expect(code, stderr).toBe(0);
    for (const told of [
      'note: "dropoutEpochs" of the recipe has no effect: no layer that is trained drops values',
      'note: "augmentationEpochs" of the recipe has no effect: the recipe has no augmentation',
      'note: "neighbourEpochs" of the recipe has no effect: the loss has no term of pairs of neighbours',
    ])
      expect(stderr).toContain(told);
    const swept = await run('sweep', '--grid', 'networks=net.yaml', '--grid', 'dropoutEpochs=1,2', '--dry-run');
    expect(swept.stderr.split('\n').filter((line) => line.startsWith('note: '))).toEqual([
      'note: net: "dropoutEpochs" of the recipe has no effect: no layer that is trained drops values',
    ]);
  });
});
