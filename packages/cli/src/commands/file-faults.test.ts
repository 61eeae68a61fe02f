/** What is wrong, or without effect, in files of networks, recipes and sweeps, end to end: what a person is told of it. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
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

describe('a fault of a recipe', () => {
  const NO_FIELD = 'the schedule "constant" has no "warmupEpochs", expected warmup-cosine or hold-cosine';

  it('is told with the option, or with file, line and column, before the data are read', async () => {
    await writeFile(path('warm.yaml'), 'epochs: 2\nschedule.warmupEpochs: 2\n');
    await writeFile(path('warm-net.yaml'), NETWORK.replace('batchSize: 32', 'schedule.warmupEpochs: 2'));
    await writeFile(path('typed.yaml'), 'schedule: { type: constant, learningRate: 1, warmupEpochs: 2 }\n');
    for (const [words, told] of [
      [['net.yaml', '--set', 'schedule.warmupEpochs=1'], `invalid-recipe: --set schedule.warmupEpochs: `],
      [['net.yaml', '--recipe', 'warm.yaml'], `invalid-recipe: warm.yaml:2:24: `],
      [['warm-net.yaml'], `invalid-recipe: warm-net.yaml:9:45: `],
    ] as const) {
      const stderr = await refused('train', ...words);
      expect(stderr).toContain(told);
      expect(stderr).toContain(NO_FIELD);
      expect(stderr).not.toContain('tiny.csv');
    }
    expect(await refused('train', 'net.yaml', '--recipe', 'typed.yaml')).toContain(
      'typed.yaml:1:46: field "schedule.warmupEpochs": expected no field of this name in "constant"',
    );
  });

  it('is told of a preprocessing that no image would fit the network after', async () => {
    await writeFile(path('colour.yaml'), 'preprocessing: { type: pad, channels: colour }\n');
    await writeFile(
      path('sized.yaml'),
      NETWORK.replace('batchSize: 32', 'batchSize: 32, preprocessing: { type: crop, size: [9, 8] }'),
    );
    const fit = 'expected images of [8, 8, 1], which the network takes, got';
    for (const [words, told] of [
      [['sized.yaml'], `sized.yaml:9:72: network "sized", field "preprocessing.size": ${fit} 9 x 8`],
      [['net.yaml', '--recipe', 'colour.yaml'], 'colour.yaml:1:39: network "net", field "preprocessing.channels"'],
      [['net.yaml', '--set', 'preprocessing.size=[4,4]'], '--set preprocessing.size: network "net", field'],
    ] as const)
      expect(await refused('train', ...words)).toContain(told);
  });

  it('is told of a sweep with the line of its file', async () => {
    await writeFile(path('sweep.yaml'), 'networks: net.yaml\nruns:\n  - name: A\n  - schedule.warmupEpochs: [1, 2]\n');
    await writeFile(path('like.yaml'), 'networks: net.yaml\nruns:\n  - name: A\n  - like: B\n');
    await writeFile(path('drawn.yaml'), 'networks: net.yaml\nlearningRate: { uniform: [0.1, 0.2] }\n');
    await writeFile(
      path('listed.yaml'),
      'networks: net.yaml\nschedule: [{ type: constant, learningRate: 1, warmupEpochs: 2 }]\n',
    );
    for (const [file, told] of [
      ['sweep.yaml', 'sweep.yaml:4:28: recipe, field "schedule.warmupEpochs"'],
      ['like.yaml', 'like.yaml:4:11: runs[1].like: expected the name of a row above, got "B"'],
      ['drawn.yaml', 'drawn.yaml:2:15: learningRate: a distribution needs `samples: N`'],
      ['listed.yaml', 'listed.yaml:2:61: schedule[0].warmupEpochs: expected no field of this name in "constant"'],
    ] as const)
      expect(await refused('sweep', file, '--dry-run')).toContain(told);
    const words = ['networks=net.yaml', 'schedule.warmupEpochs=2'].flatMap((word) => ['--grid', word]);
    expect(await refused('sweep', ...words, '--dry-run')).toContain('invalid-recipe: --grid: recipe');
  });
});

describe('images that are not there', () => {
  it('are told with the line that names them, and the name that is meant', async () => {
    for (const [name, data, guess] of [
      ['misspelt', 'minst', '; did you mean "mnist"?'],
      ['beside', './tinny.csv', '; did you mean "tiny.csv"?'],
      ['nowhere', 'elsewhere', ', which is neither\n'],
    ] as const) {
      await writeFile(path(`${name}.yaml`), NETWORK.replace('./tiny.csv', data));
      const stderr = await refused('train', `${name}.yaml`);
      expect(stderr).toContain(`dataset-unknown: ${name}.yaml:1:7: field "data": expected mnist, `);
      expect(stderr).toContain(guess);
      await writeFile(path('sweep-of.yaml'), `networks: ${name}.yaml\n`);
      expect(await refused('sweep', 'sweep-of.yaml', '--dry-run')).toContain(`${name}.yaml:1:7: field "data"`);
    }
    await writeFile(path('datasets.yaml'), 'networks: net.yaml\ndatasets: mnits\n');
    expect(await refused('sweep', 'datasets.yaml', '--dry-run')).toContain('datasets.yaml:2:11: field "datasets"');
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
    expect(swept.stderr.split('\n').filter((line) => line.includes('has no effect'))).toEqual([
      'note: net: "dropoutEpochs" of the recipe has no effect: no layer that is trained drops values',
    ]);
  });
});

describe('a loss that is none', () => {
  it.each([
    ['5', '7: field "loss": expected a loss such as { type: mse }, got 5'],
    ['[mse]', '7: field "loss": expected a loss such as { type: mse }, got ["mse"]'],
    ['huber', '7: field "loss": expected a loss, one of mse, bce, mae, '],
    [
      '{ terms: [kl] }',
      '7: field "loss.reconstruction": expected a reconstruction error such as { type: mse }, got nothing',
    ],
    [
      '{ reconstruction: msee }',
      '25: field "loss.reconstruction": expected a reconstruction error, one of mse, bce, mae (did you',
    ],
    [
      '{ reconstruction: mse, terms: [5] }',
      '38: field "loss.terms[0]": expected a term such as { type: kl, weight: 1 }',
    ],
    ['{ reconstruction: mse, terms: [kll] }', '(did you mean "kl"?), got "kll"'],
    ['{ reconstruction: mse, terms: [{}] }', 'field "loss.terms[0].type": expected one of kl, '],
  ])('is told with an example: %s', async (loss, told) => {
    await writeFile(path('lossy.yaml'), `${NETWORK}loss: ${loss}\n`);
    expect(await refused('summary', 'lossy.yaml')).toContain(told);
  });

  it('and a term that stands twice is told', async () => {
    const network = NETWORK.replace('units: 2 }', 'units: 4 }\n  - { type: sampling }');
    await writeFile(path('twice.yaml'), `${network}loss: { reconstruction: mse, terms: [kl, kl] }\n`);
    const { code, stderr } = await run('train', 'twice.yaml', '--out', 'twice');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('note: the loss has the term "kl" more than once, and their weights add up');
  });
});

describe('sizes of images', () => {
  it('are taken as 8x8, 8,8, 8 and [8,8], and shown where they are none', async () => {
    for (const size of ['8x8', '8,8', '8', '[8,8]'])
      expect(await refused('train', 'net.yaml', '--set', `preprocessing.size=${size}`, '--batch-size', '99')).toContain(
        'batch size 99 is larger than the training set',
      );
    expect(await refused('train', 'net.yaml', '--set', 'preprocessing.size=8x8x1')).toContain(
      'expected two whole numbers, rows and columns, such as [64, 64], got "8x8x1"',
    );
  });
});

describe('files and folders that are not what they stand for', () => {
  it('are refused with what would be right', async () => {
    await writeFile(path('net.txt'), NETWORK);
    await mkdir(path('folder.yaml'));
    await mkdir(path('folder'));
    const ends = 'which ends in .yaml, .yml or .json';
    for (const [words, told] of [
      [
        ['summary', 'net.txt'],
        `or the file of a network in words, ${ends}, got something else\nA network in words: call it net.yaml`,
      ],
      [['train', 'net.txt'], 'A network in words: call it net.yaml'],
      [['train', 'net.yaml', '--recipe', 'folder'], `"best", or a recipe's file, ${ends}, got "folder"`],
      [['train', 'net.yaml', '--recipe', 'folder.yaml'], 'not-a-file: folder.yaml: expected a file, got a folder'],
      [['sweep', 'folder', '--dry-run'], 'not-a-file: folder: expected a file, got a folder'],
      [['sweep', 'none.yaml', '--dry-run'], 'no-file: none.yaml: expected the YAML file of a sweep, got no such file'],
    ] as const)
      expect(await refused(...words)).toContain(told);
  });
});

describe('a code of many numbers', () => {
  it('is told shortly, and in full as JSON', async () => {
    await writeFile(path('wide.yaml'), NETWORK.replace('units: 2 }', 'units: 40 }'));
    expect((await run('train', 'wide.yaml', '--out', 'wide')).code).toBe(0);
    expect(await refused('decode', 'wide', '--at', '1,2', '--out', 'wide.png')).toContain(
      '--at 1,2: expected 40 numbers, as many as a code of "wide" has, got 2; for example --at 0,0,... (40 numbers)',
    );
    const { stdout } = await run('evaluate', 'wide');
    expect(stdout).toMatch(/\n {2}5 .*\n {2}\.\.\. 30 more, all with --json\n {2}36 /);
    const { code } = JSON.parse((await run('evaluate', 'wide', '--json')).stdout);
    expect(code.min).toHaveLength(40);
  });
});

describe('a network whose steps no machine could hold', () => {
  it('is refused before the data are read, by its widest layer', async () => {
    const wide =
      '  - { type: up-sampling2d, size: 64 }\n  - { type: conv2d, filters: 1, kernelSize: 64, padding: same }\n';
    await writeFile(path('huge.yaml'), NETWORK.replace('  - flatten', `${wide}  - flatten`));
    const told = 'step-too-large: network "huge", layer "encoder/conv2d": a step of 32 images needs';
    const stderr = await refused('train', 'huge.yaml');
    expect(stderr).toContain(told);
    expect(stderr).toContain('lower the batch size, or take fewer filters, a smaller kernel or a smaller factor there');
    expect(stderr).not.toContain('tiny.csv');
    expect(await refused('sweep', '--grid', 'networks=huge.yaml', '--dry-run')).toContain(told);
  });
});

describe('a table of labels', () => {
  it('is refused of what is no label, at the layer', async () => {
    const table = '  - { type: label-embedding, units: 3 }\n  - { type: dense, units: 2 }';
    await writeFile(path('table.yaml'), NETWORK.replace('  - { type: dense, units: 2 }', table));
    expect(await refused('summary', 'table.yaml')).toContain(
      'table.yaml:5:5: network "table", layer "encoder/label_embedding", field "inputs": expected "label", the label of an image, alone, got "flatten"; say inputs: [label], and of the network',
    );
  });
});
