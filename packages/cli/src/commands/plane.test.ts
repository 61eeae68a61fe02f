/** Planes through codes of any size, drawn by `plane` and `evolve`. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import {
  type AutoencoderSpec,
  axesPlane,
  type Dataset,
  decodeNpy,
  dense,
  encodeSets,
  flatten,
  meshCodes,
  mosaic,
  planeThrough,
  pointsOfCodes,
  reshape,
} from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
/** Of them the one whose code has the shape of an image. */
const IMAGE_SHAPED = 8;

const networkOf = (size: number): AutoencoderSpec => ({
  ...tinyNetwork,
  id: `code-of-${size}`,
  encoder: [dense(4, 'tanh'), dense(size, 'linear'), ...(size === IMAGE_SHAPED ? [reshape([2, 2, 2])] : [])],
  decoder: [...(size === IMAGE_SHAPED ? [flatten()] : []), ...tinyNetwork.decoder],
});

beforeAll(async () => {
  folder = await temporaryFolder();
  process.env.LATENT_PLANE_CACHE = path('cache');
  dataset = await smallMnist(200, 20);
  const data = await writeIdxFolder(path('small-mnist'), dataset);
  for (const size of [1, 2, 3, IMAGE_SHAPED]) {
    const config = {
      ...tinyConfig(dataset, { checkpointEvery: 1, epochs: 2 }),
      network: networkOf(size),
      dataset: describeDataset(data, dataset),
    };
    await beginRun(path(`run-${size}`), config, dataset, contextOn(dataset));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (...words: string[]) => (await createProgram()).parseAsync(words, { from: 'user' });
const QUICK = ['--classifier', 'none', '--size', '4', '--json'];

interface Told {
  readonly plane: { readonly kind: string; readonly names: readonly string[]; readonly variance: readonly number[] };
  readonly bounds: { readonly min: readonly number[]; readonly max: readonly number[] };
  readonly files: readonly string[];
}

const plane = async (size: number, ...words: string[]): Promise<Told> => {
  output.said = '';
  await run('plane', path(`run-${size}`), ...QUICK, ...words);
  return JSON.parse(output.said);
};

const codesOf = async (size: number) => {
  const { running } = await openAutoencoder(path(`run-${size}`));
  return { running, codes: await encodeSets(running, [dataset.train, dataset.test]) };
};

const array = async (file: string) => decodeNpy(await readFile(file));

describe('latent plane', () => {
  it('of codes of more than two numbers shows two components, and says so', async () => {
    const told = await plane(IMAGE_SHAPED, '--out', path('principal'));
    expect(told.plane).toMatchObject({ kind: 'principal', names: ['component 1', 'component 2'] });
    expect(told.plane).toHaveProperty('origin.length', IMAGE_SHAPED);
    expect(told.plane.variance[0]).toBeGreaterThan(told.plane.variance[1]);
    expect(output.complained).toContain(
      'codes of 8 numbers: shown is the plane of their first two principal components',
    );
    expect((await readdir(path('principal'))).sort()).toEqual(
      expect.arrayContaining(['density.png', 'density.svg', 'mesh-codes.npy', 'mesh.npy', 'mesh.png', 'scatter.svg']),
    );
    expect((await array(path('principal/mesh.npy'))).dims).toEqual([4, 4, 2]);
    expect((await array(path('principal/mesh-codes.npy'))).dims).toEqual([4, 4, IMAGE_SHAPED]);
    const svg = await readFile(path('principal/scatter.svg'), 'utf8');
    expect(svg).toMatch(/component 1 \(\d+ % of the variance\)/);
    expect(svg).toContain('a code lies, the paler its point');
  });

  it('--bounds spans what it says, along a line too, and not beside --percentiles', async () => {
    const both = await plane(2, '--bounds=-1,0.5', '--out', path('bounds.png'));
    expect(both.bounds).toEqual({ min: [-1, -1], max: [0.5, 0.5] });
    const each = await plane(3, '--axes', '1,2', '--bounds=-3,3,0,1', '--out', path('bounds-each'));
    expect(each.bounds).toEqual({ min: [-3, 0], max: [3, 1] });
    const { data } = await array(path('bounds-each/mesh.npy'));
    expect([Math.min(...data), Math.max(...data)]).toEqual([-3, 3]);
    expect((await plane(1, '--bounds=-2,2', '--out', path('bounds-line.png'))).bounds.min[0]).toBe(-2);
    await expect(plane(2, '--bounds=0,1', '--percentiles', '1,99')).rejects.toThrow(
      /choose different parts of a plane/,
    );
    for (const wrong of ['1,0', '1', '0,1,2', 'a,b', '0,1,1,0', '0,1e9', '0,'])
      await expect(plane(2, `--bounds=${wrong}`), wrong).rejects.toThrow(/invalid-option: --bounds/);
  });

  it('--axes decodes the mesh over two numbers, the others at their mean', async () => {
    const told = await plane(3, '--axes', '3,1', '--out', path('axes.png'));
    expect(output.complained).not.toContain('principal');
    expect(told.files).toEqual(['axes.png', 'axes.npy', 'axes-codes.npy'].map(path));
    const { running, codes } = await codesOf(3);
    const mean = [0, 1, 2].map((d) => {
      let sum = 0;
      for (let i = 0; i < codes.count; i++) sum += codes.values[3 * i + d];
      return sum / codes.count;
    });
    const { data } = await array(path('axes-codes.npy'));
    const points = meshCodes(told.bounds, 4);
    for (let i = 0; i < 16; i++)
      expect(Array.from(data.subarray(3 * i, 3 * i + 3), Number)).toEqual([
        points[2 * i + 1],
        expect.closeTo(mean[1], 5),
        points[2 * i],
      ]);
    const drawn = await mosaic(running, points, { columns: 4, plane: axesPlane(3, [2, 0], mean) });
    expect(decodePng(await readFile(path('axes.png'))).data).toEqual(drawn.pixels);
  });

  it('--through shows three images, whatever part of the codes is spanned', async () => {
    const told = await plane(
      IMAGE_SHAPED,
      '--through',
      '3,5,test:8',
      '--percentiles',
      '45,55',
      '--out',
      path('through'),
    );
    expect(told.plane).toMatchObject({
      kind: 'through',
      names: ['from image 3 to 5', 'upright, towards image test:8'],
    });
    const { codes } = await codesOf(IMAGE_SHAPED);
    const [a, b, c] = [3, 5, 208].map((i) => codes.values.subarray(8 * i, 8 * i + 8));
    const points = pointsOfCodes(planeThrough(a, b, c), {
      values: Float32Array.from([...a, ...b, ...c]),
      count: 3,
      size: 8,
    });
    for (let i = 0; i < 3; i++)
      for (const d of [0, 1]) {
        expect(points[2 * i + d]).toBeGreaterThan(told.bounds.min[d]);
        expect(points[2 * i + d]).toBeLessThan(told.bounds.max[d]);
      }
    const svg = await readFile(path('through/scatter.svg'), 'utf8');
    for (const name of ['>3<', '>5<', '>test:8<']) expect(svg).toContain(name);
    expect(svg).toContain('percentiles 45 and 55');
  });

  it('of codes of one number goes along their line', async () => {
    const told = await plane(1, '--size', '30', '--out', path('line'));
    expect(told.plane).toMatchObject({ kind: 'line', names: ['z1'], origin: [0], directions: [[1]] });
    expect(output.complained).toContain('codes of 1 number: they are shown along a line');
    const { dims, data } = await array(path('line/mesh.npy'));
    expect(dims).toEqual([30, 1]);
    const { codes } = await codesOf(1);
    expect([data[0], data[29]]).toEqual([Math.min(...codes.values), Math.max(...codes.values)]);
    // Two rows of fifteen.
    expect(decodePng(await readFile(path('line/mesh.png')))).toMatchObject({ width: 15 * 30 - 2, height: 2 * 30 - 2 });
    expect(await readFile(path('line/scatter.svg'), 'utf8')).toContain('lie on the line of codes');
    expect(await readdir(path('line'))).not.toContain('density.png');
  });

  it('of codes of one number has a class for each point', async () => {
    output.said = '';
    await run('plane', path('run-1'), '--size', '2', '--field-size', '9', '--json', '--out', path('classes'));
    expect(JSON.parse(output.said)).toMatchObject({ field: { size: 9, evaluated: 9 } });
    expect((await array(path('classes/class-field.npy'))).dims).toEqual([9]);
    expect(await readFile(path('classes/class-field.svg'), 'utf8')).toContain('9 points');
  }, 30_000);

  it('of codes of two numbers is what it was, whichever way their plane is named', async () => {
    await plane(2, '--out', path('two'));
    expect(output.complained).not.toContain('shown');
    expect(await readdir(path('two'))).not.toContain('mesh-codes.npy');
    expect(await readFile(path('two/scatter.svg'), 'utf8')).toContain('code, first number');
    await plane(2, '--axes', '1,2', '--out', path('two-axes'));
    for (const name of ['mesh.png', 'mesh.npy', 'scatter.png'])
      expect(await readFile(path(`two-axes/${name}`))).toEqual(await readFile(path(`two/${name}`)));
    const told = await plane(2, '--principal', '1,2', '--out', path('two-principal'));
    expect(told.plane.variance[0] + told.plane.variance[1]).toBeCloseTo(1, 6);
  });

  it.each([
    [3, ['--axes', '1,2', '--principal', '1,2'], 'arguments: --axes and --principal choose different planes'],
    [1, ['--axes', '1,2'], /code-plane: --axes: a code of .* is one number: .*; leave --axes out/],
    [1, ['--through', '1,2,3'], /code-plane: --through: .* is one number/],
    [3, ['--axes', '2,4'], /code-plane: --axes 2,4: expected numbers from 1 to 3, as many as .* has, got 4/],
    [3, ['--principal', '4,1'], /code-plane: --principal 4,1: expected numbers from 1 to 3/],
    [3, ['--through', '7,7,7'], /code-plane: --through: these codes lie on one line/],
    [3, ['--through', '1,2,220'], /no-such-image: image 220: expected a number from 0 to 219/],
    [3, ['--axes', '1'], /invalid-option: --axes: expected two different numbers from 1/],
    [3, ['--axes', '2,2'], /invalid-option: --axes: expected two different numbers from 1/],
    [3, ['--through', '1,2'], /invalid-option: --through: expected three images/],
    [3, ['--percentiles', '60,40'], /invalid-option: --percentiles: expected two numbers from 0 to 100/],
  ])('of a code of %i refuses %j, and writes nothing', async (size, words, message) => {
    await expect(plane(size, ...words, '--out', path('never'))).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain('never');
  });
});

describe('latent evolve', () => {
  it.each([
    [1, 'line'],
    [IMAGE_SHAPED, 'principal'],
  ])('of codes of %i numbers draws every epoch on the %s of the last one', async (size, kind) => {
    await run(
      'evolve',
      path(`run-${size}`),
      '--size',
      '4',
      '--classifier',
      'none',
      '--json',
      '--out',
      path(`epochs-${size}`),
    );
    expect(JSON.parse(output.said)).toMatchObject({ plane: { kind }, epochs: [1, 2] });
    for (const name of ['epoch-0001.png', 'epoch-0002.png'])
      expect(decodePng(await readFile(path(`epochs-${size}/${name}`))).width).toBe(608);
  });

  it('keeps the codes of its epochs with the run, and draws from them', async () => {
    await run('evolve', path(`run-${IMAGE_SHAPED}`), '--pack');
    await rm(path(`run-${IMAGE_SHAPED}/checkpoints`), { recursive: true });
    await run(
      'evolve',
      path(`run-${IMAGE_SHAPED}`),
      '--size',
      '4',
      '--axes',
      '1,8',
      '--json',
      '--classifier',
      'none',
      '--out',
      path('packed'),
    );
    expect(JSON.parse(output.said)).toMatchObject({ plane: { kind: 'axes', names: ['z1', 'z8'] }, epochs: [1, 2] });
  });
});
