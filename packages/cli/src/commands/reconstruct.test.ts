import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode as decodePng, encode as encodePng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, latent, temporaryFolder } from '../runs/testing.ts';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

/** Soft stripes, in grey or in colour. */
const picture = (width: number, height: number, channels: 1 | 3 = 1): Uint8Array =>
  encodePng({
    width,
    height,
    channels,
    data: Uint8Array.from({ length: width * height * channels }, (_, i) => 128 + 100 * Math.sin(i * 0.21)),
  });

const CONVOLUTIONAL = `
id: small-denoiser
inputShape: [16, 16, 1]
encoder:
  - { type: gaussian-noise, std: 0.1 }
  - { type: conv2d, filters: 4, kernelSize: 3, strides: 2, padding: same, activation: relu }
decoder:
  - { type: conv2d-transpose, filters: 4, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - { type: conv2d, filters: 1, kernelSize: 3, padding: same, activation: sigmoid }
loss: mse
recipe:
  epochs: 1
  batchSize: 8
  schedule: { type: constant, learningRate: 0.01 }
`;

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  await writeFile(at('small.yaml'), CONVOLUTIONAL);
  await mkdir(at('patches'));
  for (let i = 0; i < 40; i++) await writeFile(at('patches', `${i}.png`), picture(16, 16));
  await mkdir(at('scans', 'letters'), { recursive: true });
  await writeFile(at('scans', 'odd.png'), picture(37, 21));
  await writeFile(at('scans', 'letters', 'page.png'), picture(40, 60));
  await writeFile(at('scans', 'large.png'), picture(700, 24));
  await writeFile(at('scans', 'colour.png'), picture(20, 20, 3));
  const trained = await latent([
    ...['train', at('small.yaml'), '--dataset', at('patches'), '--out', at('run'), '--threads', '1'],
  ]);
  expect(trained.code, trained.stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a network of convolutions', () => {
  it('writes every picture at its own size and under its name, in grey as it learned', async () => {
    const { stdout, stderr, code } = await latent([
      ...['reconstruct', at('run'), at('scans'), '--out', at('made'), '--json'],
    ]);
    expect(code, stderr).toBe(0);
    const told = JSON.parse(stdout);
    const files = (await readdir(at('made'), { recursive: true })).filter((name) => name.endsWith('.png')).sort();
    expect(files).toEqual(['colour.png', 'large.png', 'letters/page.png', 'odd.png']);
    for (const { file, height, width, mse } of told.images) {
      const drawn = decodePng(await readFile(file));
      expect([drawn.height, drawn.width, drawn.channels]).toEqual([height, width, 1]);
      expect(mse).toBeGreaterThan(0);
    }
    const of = (image: string) => told.images.find((each: { image: string }) => each.image === image);
    expect(of('odd.png')).toMatchObject({ height: 21, width: 37, padding: [1, 1], tiles: [1, 1] });
    expect(of('letters/page.png')).toMatchObject({ height: 60, width: 40, padding: [0, 0] });
    expect(of('large.png')).toMatchObject({ tiles: [1, 2] });
    expect(stderr).toContain('1 of 4 are in colour and were taken in grey');
    expect(stderr).toContain('1 of 4 were extended by their edge');
    expect(stderr).toContain('1 of 4 went through the network in overlapping tiles');
  });

  it('takes one picture, and says its error', async () => {
    const { stdout, code } = await latent(['reconstruct', at('run'), at('scans', 'odd.png'), '--out', at('one')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/odd\.png +21 x 37 pixels +0\.\d{6}/);
    expect(stdout).toContain('1 picture, mean squared error against the input 0.');
  });

  it('writes over its own folder and over nothing of anybody else', async () => {
    const words = ['reconstruct', at('run'), at('scans', 'odd.png'), '--out', at('again')];
    expect((await latent(words)).code).toBe(0);
    expect((await latent(words)).code).toBe(0);
    await rm(at('again'), { recursive: true });
    await mkdir(at('again'));
    await writeFile(at('again', 'odd.png'), 'mine');
    const refused = await latent(words);
    expect([refused.code, await readFile(at('again', 'odd.png'), 'utf8')]).toEqual([2, 'mine']);
  });
});

describe('a network of dense layers', () => {
  it('takes its own size alone, and says how pictures are brought to it', async () => {
    const words = ['train', 'dense-1', '--dataset', at('patches'), '--epochs', '1', '--threads', '1'];
    const sized = ['preprocessing=stretch', 'preprocessing.size=[28,28]'].flatMap((set) => ['--set', set]);
    expect((await latent([...words, ...sized, '--out', at('dense')])).code).toBe(0);
    // As the recipe of its run says it.
    const made = await latent(['reconstruct', at('dense'), at('scans'), '--out', at('squares'), '--json']);
    expect(made.code, made.stderr).toBe(0);
    expect(JSON.parse(made.stdout).images[0]).toMatchObject({ height: 28, width: 28 });
    // Where nothing says it.
    const exported = ['export', at('dense'), '--to', 'keras', '--out', at('dense.keras')];
    expect((await latent(exported)).code).toBe(0);
    const refused = await latent(['reconstruct', at('dense.keras'), at('scans', 'odd.png'), '--out', at('none')]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('odd.png');
    expect(refused.stderr).toContain('got 21 x 37 pixels');
    expect(refused.stderr).toContain('odd.png#size=28x28,fit=pad');
  });
});

it('refuses pictures that are not there, and a classifier', async () => {
  const missing = await latent(['reconstruct', at('run'), at('scan'), '--out', at('none')]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('did you mean "scans"')]);
  expect((await latent(['reconstruct', 'classifier', at('scans'), '--out', at('none')])).stderr).toContain('no-code');
});
