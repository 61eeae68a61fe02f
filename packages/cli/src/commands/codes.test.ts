/** Traversals, ways between codes, images decoded of their codes, and codes on a plane in a table. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import {
  type AutoencoderSpec,
  type Dataset,
  decodeCodes,
  decodeNpy,
  dense,
  divergencePerDimension,
  encodeSets,
  toByte,
} from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOurCsv } from '../csv.ts';
import { createProgram } from '../main.ts';
import { describeDataset } from '../runs/data.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig, tinyNetwork, writeIdxFolder } from '../runs/testing.ts';
import { captureOutput } from '../testing/captured-output.ts';
import { openAutoencoder } from './model-arguments.ts';

let folder = '';
let dataset: Dataset;
const output = captureOutput();
const path = (name: string): string => join(folder, name);

const gaussian: AutoencoderSpec = {
  ...tinyNetwork,
  id: 'gaussian',
  encoder: [
    { ...dense(4, 'linear'), name: 'mean', inputs: ['input'] },
    { ...dense(4, 'linear'), name: 'spread', inputs: ['input'] },
    { type: 'sampling', parameterisation: 'log-variance', epsilonStd: 1, inputs: ['mean', 'spread'] },
  ],
};
const conditional: AutoencoderSpec = {
  ...tinyNetwork,
  id: 'conditional',
  label: { classes: 10 },
  encoder: [{ type: 'concatenate', inputs: ['input', 'label'] }, dense(2, 'linear')],
  decoder: [{ type: 'concatenate', inputs: ['input', 'label'] }, ...tinyNetwork.decoder],
};
const single: AutoencoderSpec = { ...tinyNetwork, id: 'single', encoder: [dense(4, 'tanh'), dense(1, 'linear')] };

beforeAll(async () => {
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(200, 20);
  const data = await writeIdxFolder(path('small-mnist'), dataset);
  for (const network of [tinyNetwork, gaussian, conditional, single]) {
    const config = { ...tinyConfig(dataset, { epochs: 1 }), network, dataset: describeDataset(data, dataset) };
    await beginRun(path(network.id), config, dataset, contextOn(dataset));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...words: string[]) => (await createProgram()).parseAsync(words, { from: 'user' });
const array = async (name: string) => {
  const { dims, data } = decodeNpy(await readFile(path(name)));
  return { dims, data: Float32Array.from(data) };
};
/** A model with the codes of all images. */
const encoded = async (id: string) => {
  const { running } = await openAutoencoder(path(id));
  const codes = await encodeSets(running, [dataset.train, dataset.test]);
  const codeOf = (i: number): Float32Array => codes.values.slice(i * codes.size, (i + 1) * codes.size);
  return { running, codes, codeOf };
};

/** As NumPy's `quantile` has it. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
};

describe('latent traverse', () => {
  it('goes over the quantiles of each number, most divergence first', async () => {
    await run(
      'traverse',
      path('gaussian'),
      '--steps',
      '3',
      '--range',
      '10,90',
      '--json',
      '--out',
      path('t.npy'),
      '--codes',
      path('tc.npy'),
    );
    const told = JSON.parse(output.said);
    const { running, codes } = await encoded('gaussian');
    const kl = (await divergencePerDimension(running, dataset.train)) ?? [];
    const order = [0, 1, 2, 3].sort((a, b) => kl[b] - kl[a]);
    expect(told).toMatchObject({ base: 'mean', order: 'kl', leftOut: [] });
    expect(told.dimensions.map(({ dimension }: { dimension: number }) => dimension - 1)).toEqual(order);
    const { dims, data } = await array('tc.npy');
    expect(dims).toEqual([4, 3, 4]);
    const column = (d: number): number[] => Array.from({ length: codes.count }, (_, i) => codes.values[4 * i + d]);
    order.forEach((d, row) => {
      [0.1, 0.5, 0.9].forEach((share, step) => {
        const code = data.subarray((3 * row + step) * 4, (3 * row + step + 1) * 4);
        code.forEach((value, other) => {
          const own = column(other);
          const mean = own.reduce((sum, each) => sum + each, 0) / own.length;
          expect(value).toBeCloseTo(other === d ? quantile(own, share) : mean, 4);
        });
      });
    });
    const images = await array('t.npy');
    expect(images.dims).toEqual([4, 3, 28, 28, 1]);
    expect(images.data).toEqual(await decodeCodes(running, data));
  });

  it('begins with the code of an image, with the rows that were asked for', async () => {
    await run(
      'traverse',
      path('gaussian'),
      '--image',
      'test:2',
      '--dimensions',
      '3,1',
      '--steps',
      '2',
      '--json',
      '--out',
      path('d.svg'),
      '--codes',
      path('dc.npy'),
    );
    expect(JSON.parse(output.said)).toMatchObject({
      base: { image: 'test:2' },
      dimensions: [{ dimension: 3 }, { dimension: 1 }],
    });
    const { codeOf } = await encoded('gaussian');
    const { data } = await array('dc.npy');
    for (const d of [0, 1, 3]) expect(data[d]).toBeCloseTo(codeOf(202)[d], 5);
    const svg = await readFile(path('d.svg'), 'utf8');
    for (const words of ['>z3<', '>z1<', 'KL ', '>5 %<', '>95 %<', 'code of image']) expect(svg).toContain(words);
  });

  it('says what has no row', async () => {
    await run('traverse', path('gaussian'), '--most', '1', '--out', path('m.png'));
    expect(output.complained).toMatch(
      /note: 3 of 4 dimensions have no row, of KL up to \d+\.\d+; --most N or --dimensions shows more/,
    );
    expect(decodePng(await readFile(path('m.png'))).width).toBeGreaterThan(9 * 2 * 56);
  });

  it('of a code that is no Gaussian goes by the variance', async () => {
    await run('traverse', path('tiny'), '--json', '--steps', '2', '--out', path('v.npy'));
    const { order, dimensions } = JSON.parse(output.said);
    expect(order).toBe('variance');
    expect(dimensions[0].std).toBeGreaterThan(dimensions[1].std);
    expect(dimensions[0].kl).toBeNull();
    await expect(run('traverse', path('tiny'), '--order', 'kl', '--out', path('never.png'))).rejects.toThrow(
      /invalid-option: --order kl: expected a model whose code is a Gaussian.*--order variance/,
    );
    await expect(run('traverse', path('tiny'), '--dimensions', '3', '--out', path('never.png'))).rejects.toThrow(
      /--dimensions: expected numbers from 1 to 2/,
    );
    expect(await readdir(folder)).not.toContain('never.png');
  });
});

describe('latent interpolate', () => {
  it('goes from image to image over a code, and meets all of them', async () => {
    await run(
      'interpolate',
      path('tiny'),
      '--from',
      '3',
      '--via',
      '0.5,-0.5',
      '--to',
      'test:1',
      '--steps',
      '5',
      '--json',
      '--out',
      path('way.npy'),
      '--codes',
      path('wayc.npy'),
    );
    const { running, codeOf } = await encoded('tiny');
    const { dims, data } = await array('wayc.npy');
    expect(dims).toEqual([9, 2]);
    const [a, b] = [codeOf(3), codeOf(201)];
    const expected = Array.from({ length: 9 }, (_, i) =>
      [0, 1].map((d) => {
        const middle = d === 0 ? 0.5 : -0.5;
        return i <= 4 ? a[d] + ((middle - a[d]) * i) / 4 : middle + ((b[d] - middle) * (i - 4)) / 4;
      }),
    ).flat();
    data.forEach((value, i) => void expect(value).toBeCloseTo(expected[i], 5));
    expect((await array('way.npy')).data).toEqual(await decodeCodes(running, data));
    expect(JSON.parse(output.said)).toMatchObject({
      images: 9,
      stops: [{ image: '3' }, { image: null, code: [0.5, -0.5] }, { image: 'test:1' }],
    });
  });

  it('shows the images themselves at the ends of the picture', async () => {
    await run('interpolate', path('tiny'), '--from', '3', '--to', '4', '--steps', '3', '--out', path('way.svg'));
    const svg = await readFile(path('way.svg'), 'utf8');
    expect(svg.match(/>input</g)).toHaveLength(2);
    const png = /data:image\/png;base64,([^"]+)"/.exec(svg)?.[1] ?? '';
    const { width, data } = decodePng(Buffer.from(png, 'base64'));
    // Enlarged four times, one pixel between.
    expect(width).toBe((5 * 28 + 4) * 4);
    for (const [image, column] of [
      [3, 0],
      [4, 4],
    ])
      for (let y = 0; y < 28; y++)
        for (let x = 0; x < 28; x++)
          expect(data[4 * y * width + 4 * (29 * column + x)]).toBe(dataset.train.pixels[784 * image + 28 * y + x]);
  });

  it('moves, a frame for each image, and may be written over by us alone', async () => {
    const words = [
      'interpolate',
      path('tiny'),
      '--from',
      '0,0',
      '--to',
      '1,1',
      '--steps',
      '4',
      '--out',
      path('way.gif'),
    ];
    await run(...words);
    const bytes = await readFile(path('way.gif'));
    expect(bytes.subarray(0, 6).toString()).toBe('GIF89a');
    expect(bytes.readUInt16LE(6)).toBe(280);
    // A block of control before each frame.
    expect(bytes.toString('latin1').split('!\xf9\x04')).toHaveLength(1 + 4);
    await run(...words);
  });

  it('along the sphere keeps the length that both ends have', async () => {
    await run(
      'interpolate',
      path('tiny'),
      '--from',
      '2,0',
      '--to',
      '0,2',
      '--along',
      'sphere',
      '--steps',
      '4',
      '--out',
      path('s.npy'),
      '--codes',
      path('sc.npy'),
    );
    const { data } = await array('sc.npy');
    for (let i = 0; i < 4; i++) {
      expect(data[2 * i]).toBeCloseTo(2 * Math.cos((i * Math.PI) / 6), 5);
      expect(data[2 * i + 1]).toBeCloseTo(2 * Math.sin((i * Math.PI) / 6), 5);
    }
  });

  it('takes a whole number for an image, and with a point for a code of one number', async () => {
    await run(
      'interpolate',
      path('single'),
      '--from',
      '2.0',
      '--to',
      '2',
      '--steps',
      '2',
      '--out',
      path('o.npy'),
      '--codes',
      path('oc.npy'),
    );
    const { codeOf } = await encoded('single');
    expect(Array.from((await array('oc.npy')).data)).toEqual([2, expect.closeTo(codeOf(2)[0], 5)]);
  });

  it.each([
    [['--from', 'x', '--to', '1'], /invalid-option: --from: expected an image as in 12 or test:8, or a code/],
    [['--from', '1', '--to', '1,2,3'], /code-size: --to 1,2,3: expected 2 numbers/],
    [['--from', '1', '--to', '220'], /no-such-image: image 220/],
  ])('refuses %j', async (words, message) => {
    await expect(run('interpolate', path('tiny'), ...words, '--out', path('never.png'))).rejects.toThrow(message);
  });
});

describe('latent decode --image', () => {
  it('draws codes and images in the order in which they are named, the images themselves above', async () => {
    await run(
      'decode',
      path('tiny'),
      '--image',
      '3',
      '--at',
      '0.5,1',
      '--image',
      'test:1',
      '--with-input',
      '--scale',
      '1',
      '--out',
      path('k.png'),
    );
    const { running, codeOf } = await encoded('tiny');
    const { width, height, data } = decodePng(await readFile(path('k.png')));
    expect([width, height]).toEqual([3 * 28, 2 * 28]);
    const drawn = await decodeCodes(running, Float32Array.of(...codeOf(3), 0.5, 1, ...codeOf(201)));
    for (let i = 0; i < 3; i++)
      for (const p of [0, 300, 406, 500, 783]) {
        const [x, y] = [28 * i + (p % 28), Math.floor(p / 28)];
        expect(data[(28 + y) * width + x]).toBe(toByte(drawn[784 * i + p]));
        const input = [dataset.train.pixels[784 * 3 + p], 255, dataset.test.pixels[784 + p]][i];
        expect(data[y * width + x]).toBe(input);
      }
  });

  it('draws an image of its own class, where the model takes one', async () => {
    await run('decode', path('conditional'), '--image', '3', '--scale', '1', '--out', path('own.png'));
    expect(output.complained).not.toContain('takes a label');
    const { running, codeOf } = await encoded('conditional');
    const drawn = await decodeCodes({ ...running, label: dataset.train.labels[3] }, codeOf(3));
    expect(Uint8Array.from(decodePng(await readFile(path('own.png'))).data)).toEqual(Uint8Array.from(drawn, toByte));
  });

  it.each([
    [[], /arguments: nothing to draw is named; give a code with --at or an image with --image/],
    [['--at', '0,0', '--with-input'], /--with-input is about images of a data set/],
    [['--at', '0,0', '--dataset', 'mnist'], /--dataset is about images of a data set/],
  ])('refuses %j', async (words, message) => {
    await expect(run('decode', path('tiny'), ...words, '--out', path('never.png'))).rejects.toThrow(message);
  });
});

describe('latent encode with a plane', () => {
  it('adds where it shows each code, and how far off it the code lies', async () => {
    await run('encode', path('gaussian'), '--axes', '2,4', '--split', 'test', '--out', path('p.csv'));
    const text = await readFile(path('p.csv'), 'utf8');
    expect(isOurCsv(text)).toBe(true);
    const [columns, ...rows] = text.trim().split('\n');
    expect(columns).toBe('index,label,z1,z2,z3,z4,x,y,distance');
    expect(rows).toHaveLength(20);
    const { codes } = await encoded('gaussian');
    const mean = [0, 2].map((d) => {
      let sum = 0;
      for (let i = 0; i < codes.count; i++) sum += codes.values[4 * i + d];
      return sum / codes.count;
    });
    for (const row of rows) {
      const [, , z1, z2, z3, z4, x, y, distance] = row.split(',').map(Number);
      expect([x, y]).toEqual([z2, z4]);
      expect(distance).toBeCloseTo(Math.hypot(z1 - mean[0], z3 - mean[1]), 4);
    }
    await run('encode', path('gaussian'), '--through', '0,1,2', '--out', path('p.npy'));
    const { dims, data } = await array('p.npy');
    expect(dims).toEqual([220, 7]);
    // The first of the three is the origin; all three lie on their plane.
    expect([data[4], data[5]]).toEqual([expect.closeTo(0, 5), expect.closeTo(0, 5)]);
    for (let i = 0; i < 3; i++) expect(data[7 * i + 6]).toBeLessThan(1e-4);
  });
});
