import { join } from 'node:path';
import type { IdxDatasetEntry } from 'latent-plane';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoadDatasetOptions } from '../data/index.ts';
import { byName, fill, rawFiles, removeFolder, serve, temporaryFolder, tinyEntry } from '../data/testing.ts';
import { dataCommand } from './data.ts';

let root: string;
let entry: IdxDatasetEntry;
let options: LoadDatasetOptions;

beforeEach(async () => {
  root = await temporaryFolder();
  entry = await tinyEntry();
  options = { cacheFolder: join(root, 'cache'), registry: [entry], retryDelayMs: 1 };
});

afterEach(async () => {
  vi.restoreAllMocks();
  await removeFolder(root);
});

/** Runs the verb and gives back what it wrote. */
async function data(
  args: readonly string[],
  settings: LoadDatasetOptions = options,
): Promise<{ out: string; err: string }> {
  const written = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += text;
    return true;
  });
  await dataCommand(settings).parseAsync([...args], { from: 'user' });
  return written;
}

describe('latent data', () => {
  it('lists every data set that has a name within 80 columns', async () => {
    const { out, err } = await data([], { cacheFolder: join(root, 'cache') });
    expect(err).toBe('');
    expect(out).toMatch(/^mnist +60,000 \+ 10,000 +28x28 +CC BY-SA 3\.0 +package/m);
    expect(out).toMatch(/^fashion-mnist .*MIT +absent +-$/m);
    expect(out).toMatch(/^kmnist /m);
    expect(out).toMatch(/^cifar-10 +50,000 \+ 10,000 +32x32x3 +not stated +absent/m);
    expect(out).toMatch(/^emnist-byclass +697,932 \+ 116,323 +28x28 /m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('--json is one document on standard output', async () => {
    const { out, err } = await data(['--json']);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      cacheFolder: options.cacheFolder,
      datasets: [{ name: 'tiny', where: 'absent', verified: false, images: { train: 300, test: 50 }, height: 8 }],
    });
  });

  it('NAME that is not at hand is told so, and nothing is fetched', async () => {
    const server = await serve();
    const { out } = await data(['tiny'], { ...options, mirrors: [server.base] });
    expect(out).toContain('latent data tiny --fetch');
    expect(server.requests).toEqual([]);
    expect(JSON.parse((await data(['tiny', '--json'])).out)).toMatchObject({ where: 'absent' });
    await server.close();
  });

  it('NAME --fetch --json fetches; progress goes to standard error, the document to standard output', async () => {
    const server = await serve();
    const { out, err } = await data(['tiny', '--fetch', '--json'], { ...options, mirrors: [server.base] });
    await server.close();
    expect(err).toMatch(/^fetching tiny: .*100 % of 0\.0 MB/s);
    const facts = JSON.parse(out);
    expect(facts).toMatchObject({ name: 'tiny', where: 'cache', verified: true, images: { train: 300, test: 50 } });
    expect(facts.classCounts).toEqual({ train: Array(10).fill(30), test: Array(10).fill(5) });
    // Uniform pixels: mean 1/2, std 1/sqrt(12), to five standard errors of 19,200 pixels.
    expect(Math.abs(facts.pixelMean - 0.5)).toBeLessThan(0.011);
    expect(Math.abs(facts.pixelStd - 0.289)).toBeLessThan(0.006);
    expect((await data([])).out).toMatch(/^tiny .*cache +yes$/m);
  });

  it('FOLDER tells the facts of the files in it', async () => {
    const own = await fill(join(root, 'own'), byName(rawFiles()));
    const { out } = await data([own], { ...options, registry: [] });
    expect(out).toMatch(/^own: 300 training and 50 test images$/m);
    expect(out).toMatch(/^verified +no published checksum/m);
  });

  it('tells how many test images also stand among the training images', async () => {
    const raw = rawFiles();
    const own = await fill(join(root, 'own'), byName(raw));
    expect((await data([own], { ...options, registry: [] })).out).toMatch(/^overlap +no test image also stands/m);
    // Test images 3 and 4 become the first training image.
    const testImages = raw.testImages.slice();
    for (const image of [3, 4]) testImages.set(raw.trainImages.subarray(16, 16 + 64), 16 + 64 * image);
    await fill(own, byName({ ...raw, testImages }));
    const { out, err } = await data([own], { ...options, registry: [] });
    expect(out).toMatch(/^overlap +2 of 50 test images also stand among the training images$/m);
    expect(err).toContain('note: own: 2 of 50 test images also stand among the training images\n');
    expect(JSON.parse((await data([own, '--json'], { ...options, registry: [] })).out)).toMatchObject({
      testAmongTraining: 2,
      notes: expect.arrayContaining([expect.stringMatching(/^2 of 50 test images also stand/)]),
    });
  });

  it.each([[['--fetch']], [['some-folder', '--fetch']]])('%j is refused with an input error', async (args) => {
    await expect(data(args)).rejects.toMatchObject({ kind: 'input', code: 'data-fetch' });
  });
});
