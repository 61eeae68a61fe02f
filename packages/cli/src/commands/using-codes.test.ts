/** What people do with codes: grids, draws, odd images, directions, clusters, neighbours. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng, encode as encodePng } from 'fast-png';
import { decodeNpy, encodeNpy } from 'latent-plane';
import { RandomStream } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

const network = (id: string, encoder: string, loss: string): string => `
id: ${id}
inputShape: [28, 28, 1]
encoder:
  - flatten
  - { type: dense, name: hidden, units: 32, activation: relu }
${encoder}
decoder:
  - { type: dense, units: 32, activation: relu }
  - { type: dense, units: 784, activation: sigmoid }
  - { type: reshape, targetShape: [28, 28, 1] }
loss: ${loss}
recipe:
  epochs: 12
  batchSize: 50
  schedule: { type: constant, learningRate: 0.005 }
`;

const PLAIN = network('plain', '  - { type: dense, units: 6 }', 'mse');
const GAUSSIAN = network(
  'gaussian',
  `  - { type: dense, name: z_mean, units: 4, inputs: [hidden] }
  - { type: dense, name: z_log_var, units: 4, inputs: [hidden] }
  - { type: sampling, inputs: [z_mean, z_log_var] }`,
  '{ reconstruction: { type: mse, reduction: sum }, terms: [{ type: kl, weight: 1 }] }',
);

const done = async (...words: string[]) => {
  const finished = await latent(words);
  expect(finished.code, finished.stderr).toBe(0);
  return finished;
};

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  await writeIdxFolder(at('digits'), await smallMnist(600, 200));
  await writeFile(at('plain.yaml'), PLAIN);
  await writeFile(at('gaussian.yaml'), GAUSSIAN);
  for (const [name, data] of [
    ['plain', 'digits#without=7'],
    ['gaussian', 'digits'],
  ])
    await done('train', at(`${name}.yaml`), '--dataset', at(data), '--out', at(name), '--threads', '1');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('latent sample', () => {
  it('draws from the prior of a Gaussian code, the same bytes from the same seed', async () => {
    const { stderr } = await done('sample', at('gaussian'), '--count', '10', '--out', at('a.png'));
    expect(stderr).toContain('10 images, seed 1, drawn from the unit Gaussian, the prior of its code');
    await done('sample', at('gaussian'), '--count', '10', '--out', at('b.png'));
    await done('sample', at('gaussian'), '--count', '10', '--seed', '2', '--out', at('c.png'));
    const [a, b, c] = await Promise.all(['a.png', 'b.png', 'c.png'].map((name) => readFile(at(name))));
    expect(b.equals(a)).toBe(true);
    expect(c.equals(a)).toBe(false);
    // Four columns of 28 pixels and gaps of 2, seven times enlarged.
    expect(decodePng(a)).toMatchObject({ width: 7 * 118, height: 7 * 88, channels: 1 });
  });

  it('draws from a fit of the codes where the code is none, and says so', async () => {
    const { stderr } = await done('sample', at('plain'), '--count', '5', '--out', at('plain.npy'));
    expect(stderr).toMatch(/drawn from the Gaussian of the codes of the \d+ training images of digits/);
    const { dims, data } = decodeNpy(await readFile(at('plain.npy')));
    expect([dims, data instanceof Uint8Array]).toEqual([[5, 28, 28], true]);
    // A file of images like any other.
    expect((await done('data', at('plain.npy'))).stdout).toContain('28x28 pixels');
  });

  it('draws from a mixture, at a temperature, and reports as JSON', async () => {
    const words = ['sample', at('plain'), '--from', 'mixture', '--components', '3', '--temperature', '0.5'];
    const { stdout } = await done(
      ...words,
      '--count',
      '3',
      '--columns',
      '3',
      '--scale',
      '2',
      '--out',
      at('m.png'),
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ count: 3, seed: 1, temperature: 0.5, components: 3, dataset: 'digits' });
    expect(decodePng(await readFile(at('m.png')))).toMatchObject({ width: 2 * 88, height: 56 });
  });

  it('of an autoencoder from the prior says that nothing brought its codes there', async () => {
    const { stderr } = await done('sample', at('plain'), '--from', 'prior', '--count', '1', '--out', at('p.png'));
    expect(stderr).toContain('which nothing in its training brought its codes to');
  });
});

describe('latent reconstruct without images', () => {
  it('writes images above their reconstructions, and says which', async () => {
    const words = ['reconstruct', at('plain'), '--count', '5', '--columns', '3', '--scale', '1'];
    const { stdout, stderr } = await done(...words, '--out', at('grid.png'), '--json');
    const told = JSON.parse(stdout);
    expect(told.images).toHaveLength(5);
    expect(stderr).toContain('test images of digits (seed 1), each above its reconstruction, mean squared error 0.');
    const { width, height, data } = decodePng(await readFile(at('grid.png')));
    // Two pairs of rows: 28 + 2 + 28, 8 between them.
    expect([width, height]).toEqual([88, 124]);
    await done('reconstruct', at('plain'), '--count', '5', '--out', at('grid.npy'));
    const array = decodeNpy(await readFile(at('grid.npy')));
    expect(array.dims).toEqual([2, 5, 28, 28]);
    const tile = (left: number, top: number): number[] =>
      Array.from({ length: 784 }, (_, i) => Number(data[(top + Math.floor(i / 28)) * width + left + (i % 28)]));
    const image = (i: number): number[] => Array.from(array.data.subarray(i * 784, (i + 1) * 784), Number);
    expect(tile(30, 0)).toEqual(image(1));
    expect(tile(30, 30)).toEqual(image(5 + 1));
    expect(tile(30, 66)).toEqual(image(4));
    expect(tile(30, 96)).toEqual(image(5 + 4));
    const mse = image(1).reduce((sum, value, i) => sum + ((value - image(6)[i]) / 255) ** 2 / 784, 0);
    expect(told.images[1].mse).toBeCloseTo(mse, 3); // of bytes
  });

  it('takes another part and other data, and either images or a grid', async () => {
    const words = ['reconstruct', at('plain'), '--dataset', at('digits'), '--split', 'train', '--count', '2'];
    const { stderr } = await done(...words, '--out', at('train.png'));
    expect(stderr).toContain('2 of 600 training images of digits');
    const mixed = await latent(['reconstruct', at('plain'), at('digits'), '--count', '2', '--out', at('none')]);
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('--count: expected no images')]);
    for (const [images, out] of [
      [[], 'none'],
      [[at('digits')], 'none.png'],
    ] as const)
      expect((await latent(['reconstruct', at('plain'), ...images, '--out', at(out)])).stderr).toContain('file-type');
  });
});

describe('latent anomalies', () => {
  /** By place in the file. */
  const tableOf = async (name: string): Promise<Record<string, string>[]> => {
    const [head, ...lines] = (await readFile(at(name, 'errors.csv'), 'utf8')).trimEnd().split('\n');
    const columns = head.split(',');
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])));
  };

  it('ranks test images, with a threshold of the images that the network learned, and tells how the odd ones are found', async () => {
    const { stdout, stderr } = await done(
      ...[
        'anomalies',
        at('plain'),
        '--dataset',
        at('digits'),
        '--odd',
        '7',
        '--worst',
        '4',
        '--out',
        at('odd'),
        '--json',
      ],
    );
    const told = JSON.parse(stdout);
    expect(stderr).toContain('of 10 classes 9 (0, 1, 2, 3, 4, 5, 6, 8, 9)');
    expect((await readdir(at('odd'))).sort()).toEqual([
      ...['.latent-plane.json', 'errors.csv', 'index.html', 'roc.png', 'roc.svg', 'worst.png'],
    ]);
    const rows = await tableOf('odd');
    expect(rows).toHaveLength(200);
    expect(rows.map(({ rank }) => Number(rank))).toEqual(rows.map((_, i) => i + 1));
    const errors = rows.map(({ error }) => Number(error));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    const odd = rows.map((row) => row.odd === 'true');
    expect(odd).toEqual(rows.map(({ label }) => label === '7'));
    // Pairs of an odd image and another, of which the odd one has the higher error.
    const pairs = errors.flatMap((error, i) => errors.map((other, j) => [i, j, error > other] as const));
    const mixed = pairs.filter(([i, j]) => odd[i] && !odd[j]);
    expect(told.odd.rocAuc).toBeCloseTo(mixed.filter(([, , isHigher]) => isHigher).length / mixed.length, 9);
    expect(told.odd).toMatchObject({ of: 'class 7', odd: odd.filter(Boolean).length });
    const above = rows.filter((row) => row.above === 'true');
    expect(above.every(({ error }) => Number(error) > told.threshold)).toBe(true);
    expect(told).toMatchObject({ above: above.length, quantile: 0.99, score: 'error', images: 200 });
    expect(told.odd.atThreshold.found).toBe(above.length);
    expect(told.worst.map(({ error }: { error: number }) => error)).toEqual(errors.slice(0, 4));
    // An image's error is what reconstruct says of it.
    const page = await readFile(at('odd', 'index.html'), 'utf8');
    expect(page.match(/<img src="data:image\/png;base64,/g)).toHaveLength(4);
    expect(page).not.toMatch(/<script|src="(?!data:)|href=/);
    expect(page).toContain(`${rows[0].part}:${rows[0].index}`);
  });

  it('ranks by how far codes lie from those of the training images, or how seldom they are', async () => {
    for (const [score, ...more] of [['distance'], ['density', '--components', '2']]) {
      const words = ['anomalies', at('plain'), '--dataset', at('digits'), '--normal', '0,1', '--score', score, ...more];
      const { stdout } = await done(...words, '--worst', '2', '--out', at(score), '--json');
      const rows = await tableOf(score);
      const scores = rows.map((row) => Number(row[score]));
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(rows.filter((row) => row.odd === 'false').every(({ label }) => ['0', '1'].includes(label))).toBe(true);
      expect(JSON.parse(stdout).odd.of).toBe('all classes but 0, 1');
    }
  });

  it('tells images of one data set among those of another', async () => {
    const noise = new RandomStream(5, 'noise');
    const pixels = new Uint32Array(20 * 784);
    noise.fillUint32(pixels);
    await writeFile(
      at('noise.npy'),
      encodeNpy({ dims: [20, 28, 28], data: Uint8Array.from(pixels, (word) => word & 255) }),
    );
    const words = ['anomalies', at('plain'), '--against', `${at('noise.npy')}#test=0.5`, '--worst', '1'];
    const { stdout } = await done(...words, '--out', at('noise'), '--json');
    expect(JSON.parse(stdout).odd).toMatchObject({
      of: 'the images of noise.npy',
      odd: 10,
      rocAuc: 1,
      averagePrecision: 1,
    });
    expect((await tableOf('noise')).slice(0, 10).every(({ part }) => part === 'against')).toBe(true);
  });

  it('of a folder of pictures without labels names their files', async () => {
    await mkdir(at('photos'));
    for (let i = 0; i < 30; i++) {
      const value = (place: number): number => (i === 17 ? 255 * (place % 2) : i);
      const data = Uint8Array.from({ length: 784 }, (_, place) => value(place));
      await writeFile(at('photos', `${i}.png`), encodePng({ width: 28, height: 28, channels: 1, data }));
    }
    await done(
      'train',
      at('plain.yaml'),
      '--dataset',
      at('photos'),
      '--epochs',
      '2',
      '--out',
      at('run'),
      '--threads',
      '1',
    );
    const { stdout } = await done('anomalies', at('run'), '--split', 'all', '--worst', '1', '--out', at('photos-odd'));
    expect(stdout).toMatch(/RANK +IMAGE +CLASS +ERROR\n +1 +17\.png +- /);
    expect((await readdir(at('photos-odd'))).sort()).toEqual([
      ...['.latent-plane.json', 'errors.csv', 'index.html', 'worst.png'],
    ]);
    const rows = await tableOf('photos-odd');
    expect(rows.map(({ name }) => name).sort()).toEqual(Array.from({ length: 30 }, (_, i) => `${i}.png`).sort());
    expect(rows[0]).toMatchObject({ rank: '1', name: '17.png', label: '', class: '' });
  });

  it('needs odd images and others, and one way to tell them', async () => {
    const words = ['anomalies', at('plain'), '--dataset', at('digits'), '--out', at('none')];
    const both = await latent([...words, '--odd', '7', '--normal', '1']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('one way to say which images are odd')]);
    expect((await latent([...words, '--odd', 'seven'])).stderr).toContain('unknown-class');
    expect((await latent([...words, '--normal', '0,1,2,3,4,5,6,7,8,9'])).stderr).toContain('one-kind');
  });
});

describe('latent attribute', () => {
  it('goes from an image to its sum with a difference of codes', async () => {
    const words = ['attribute', at('plain'), '--dataset', at('digits'), '--image', 'test:1', '--steps', '3'];
    const { stdout } = await done(
      ...words,
      '--minus',
      'train:2',
      '--plus',
      'class:1',
      '--out',
      at('way.npy'),
      '--json',
    );
    const { direction, steps } = JSON.parse(stdout);
    expect(steps).toEqual([0, 0.5, 1]);
    const codes = async (split: string): Promise<{ rows: number[][]; labels: string[] }> => {
      await done('encode', at('plain'), '--dataset', at('digits'), '--split', split, '--out', at(`${split}.csv`));
      const [, ...lines] = (await readFile(at(`${split}.csv`), 'utf8')).trimEnd().split('\n');
      const cells = lines.map((line) => line.split(','));
      return { rows: cells.map(([, , ...code]) => code.map(Number)), labels: cells.map(([, label]) => label) };
    };
    const { rows, labels } = await codes('train');
    const ones = rows.filter((_, i) => labels[i] === '1');
    const wanted = rows[2].map((value, d) => ones.reduce((sum, code) => sum + code[d] / ones.length, 0) - value);
    direction.forEach((value: number, d: number) => {
      expect(value).toBeCloseTo(wanted[d], 3);
    });
    const end = (await codes('test')).rows[1].map((value, d) => value + wanted[d]);
    await done('decode', at('plain'), `--at=${end.join(',')}`, '--scale', '1', '--out', at('end.png'));
    const drawn = decodePng(await readFile(at('end.png'))).data;
    const { dims, data } = decodeNpy(await readFile(at('way.npy')));
    expect(dims).toEqual([3, 28, 28]);
    expect(
      Math.max(...Array.from(drawn, (value, i) => Math.abs(Number(value) - Number(data[2 * 784 + i])))),
    ).toBeLessThan(2);
    await done(...words, '--plus', 'class:1', '--scale', '-0.5', '--out', at('way.png'));
  });

  it('needs to know where to', async () => {
    const words = ['attribute', at('plain'), '--dataset', at('digits'), '--image', '0', '--out', at('none.png')];
    expect((await latent(words)).stderr).toContain('what to go towards');
    expect((await latent([...words, '--plus', 'class:ten'])).stderr).toContain('class:ten: expected names of classes');
  });
});

describe('latent clusters and latent nearest', () => {
  it('groups images by their codes and says how far the groups are classes', async () => {
    const words = ['clusters', at('gaussian'), '--count', '4', '--out', at('groups')];
    const { stdout } = await done(...words, '--json');
    const told = JSON.parse(stdout);
    const lines = (await readFile(at('groups', 'clusters.csv'), 'utf8')).trimEnd().split('\n').slice(1);
    const cells = lines.map((line) => line.split(','));
    expect(cells).toHaveLength(800);
    for (const { cluster, size, label, share } of told.clusters) {
      const own = cells.filter((row) => Number(row[4]) === cluster);
      expect(own).toHaveLength(size);
      expect(own.filter((row) => Number(row[2]) === label).length / size).toBeCloseTo(share, 12);
    }
    const sizes = told.clusters.map(({ size }: { size: number }) => size);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const right = told.clusters.reduce((sum: number, { size, share }: Record<string, number>) => sum + size * share, 0);
    expect(told.purity).toBeCloseTo(right / 800, 12);
    await done(...words);
    expect((await done(...words, '--json')).stdout.replace(/"seconds".*/, '')).toBe(stdout.replace(/"seconds".*/, ''));
  });

  it('finds the images of the nearest codes, not the image itself', async () => {
    const words = ['nearest', at('gaussian'), '--image', 'test:5', '--count', '3'];
    const { stdout } = await done(...words, '--out', at('near.png'), '--json');
    const { nearest, image } = JSON.parse(stdout);
    expect(image).toBe('test:5');
    expect(nearest).toHaveLength(3);
    const distances = nearest.map(({ distance }: { distance: number }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(nearest.map((each: { image: string }) => each.image)).not.toContain('test:5');
    await done('encode', at('gaussian'), '--out', at('all.csv'));
    const rows = (await readFile(at('all.csv'), 'utf8')).trimEnd().split('\n').slice(1);
    const codes = rows.map((line) => line.split(',').slice(2).map(Number));
    const to = (code: number[]): number => Math.hypot(...code.map((value, d) => value - codes[605][d]));
    const order = codes.map(to).sort((a, b) => a - b);
    expect(distances[0]).toBeCloseTo(order[1], 4);
    expect(distances[2]).toBeCloseTo(order[3], 4);
    expect((await done(...words, '--among', 'train')).stdout).toMatch(/1 +train:\d+/);
  });
});
