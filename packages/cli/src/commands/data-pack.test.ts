/** Packs, end to end: the built program on a few hundred images, of which memory is said to hold none. */
import { cp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../data/index.ts';
import { sha256Of } from '../files/sha256.ts';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';

let folder = '';
const path = (name: string): string => join(folder, name);
const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  latent(words, { cwd: folder, env });
/** More than a mebibyte of images are more than memory holds. */
const STORED = { LATENT_PLANE_MEMORY: '1' };
const TRAIN = ['train', 'dense-1', '--epochs', '2', '--batch-size', '100', '--threads', '1', '--seed', '3'];

const sumOf = async (name: string): Promise<string> => sha256Of(await readFile(path(name)));

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  await writeIdxFolder(path('digits'), await smallMnist(1500, 60));
  for (let i = 0; i < 30; i++) {
    // Light drawings on transparency, the first of them in colour.
    const data = Uint8Array.from({ length: 4 * 64 }, (_, at) =>
      at % 4 === 3 ? (at > 8 * i ? 255 : 0) : i === 0 ? 180 + (at % 4) : 200 + i,
    );
    const name = path(`pictures/${i % 3 === 0 ? 'round' : 'square'}/${i}.png`);
    await mkdir(join(name, '..'), { recursive: true });
    await writeFile(name, encodePng({ width: 8, height: 8, channels: 4, data }));
  }
  for (const source of ['digits', 'pictures']) {
    const { code, stderr } = await run(['data', 'pack', source, '--out', `${source}-pack`]);
    expect(code, stderr).toBe(0);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('latent data pack', () => {
  it.each(['digits', 'pictures'])('holds the images, labels, classes and split of a folder of %s', async (name) => {
    const [pack, source] = [await loadDataset(path(`${name}-pack`)), await loadDataset(path(name))];
    expect(pack.classNames).toEqual(source.classNames);
    for (const split of ['train', 'test'] as const) {
      expect({ ...pack[split], pixels: sha256Of(pack[split].pixels) }).toEqual({
        ...source[split],
        pixels: sha256Of(source[split].pixels),
      });
      expect(pack[split].count).toBeGreaterThan(0);
    }
  });

  it('says what was decided when the images were read, and keeps it', async () => {
    const { notes } = JSON.parse(await readFile(path('pictures-pack/pack.json'), 'utf8'));
    expect(notes.join('\n')).toContain('are transparent in places: laid on black');
  });

  it('is trained on from the disk to the same bytes as its source in memory', async () => {
    const memory = await run([...TRAIN, '--dataset', 'digits', '--out', 'memory']);
    expect(memory.code, memory.stderr).toBe(0);
    const stored = await run([...TRAIN, '--dataset', 'digits-pack', '--out', 'stored'], STORED);
    expect(stored.code, stored.stderr).toBe(0);
    expect(stored.stderr).toContain('a training reads them batch by batch');
    expect(await sumOf('stored/weights.safetensors')).toBe(await sumOf('memory/weights.safetensors'));
    const { dataset } = JSON.parse(await readFile(path('stored/config.json'), 'utf8'));
    const { dataset: before } = JSON.parse(await readFile(path('memory/config.json'), 'utf8'));
    expect(dataset).toMatchObject({ train: 1500, test: 60, sha256: before.sha256 });
    // Figures of some of the images are told, and not kept as those of all.
    const unscored = await sumOf('stored/metrics.json');
    expect((await run(['evaluate', 'stored'], STORED)).code).toBe(0);
    expect(await sumOf('stored/metrics.json')).toBe(unscored);
    expect((await run(['evaluate', 'stored'])).code).toBe(0);
    expect(await sumOf('stored/metrics.json')).not.toBe(unscored);
  });

  it('says how to train on it in a line that a shell takes, and that images of a part are numbered in it', async () => {
    const { stderr } = await run(['data', 'pack', 'digits', '--out', "my pack's"]);
    expect(stderr).toContain(`--dataset 'my pack'\\''s'`);
    await rm(path("my pack's"), { recursive: true });
    const told = await run(['data', 'digits-pack'], STORED);
    expect(told.stderr).toContain('evenly spread, and numbers these alone: 1,500 training and 60 test images');
  });

  it('is told as a whole', async () => {
    const { stdout } = await run(['data', 'digits-pack'], STORED);
    expect(stdout).toContain('1,500 training and 60 test images');
  });

  it('refuses options that belong to the source, and a wrong limit of memory', async () => {
    const option = await run(['data', 'digits-pack#size=8x8']);
    expect(option).toMatchObject({ code: 2 });
    expect(option.stderr).toContain('as they were packed');
    const memory = await run(['data', 'digits-pack'], { LATENT_PLANE_MEMORY: 'much' });
    expect(memory).toMatchObject({ code: 2 });
    expect(memory.stderr).toContain('LATENT_PLANE_MEMORY');
  });

  it.each<[string, (copy: string) => Promise<unknown>, RegExp]>([
    [
      'a pixel is another',
      async (copy) => {
        const file = await open(join(copy, 'train-00000.shard'), 'r+');
        await file.write(Uint8Array.of(77), 0, 1, 784 * 700 + 400);
        await file.close();
      },
      /train-00000\.shard: the pixels of its image 700 are not those that were packed/,
    ],
    [
      'a label was changed',
      async (copy) => {
        const file = await open(join(copy, 'train-00000.shard'), 'r+');
        const { size } = await file.stat();
        // Behind the labels stand four bytes for each of 1,500 images.
        const [label] = (await file.read(Buffer.alloc(1), 0, 1, size - 4 * 1500 - 1)).buffer;
        await file.write(Uint8Array.of((label + 1) % 10), 0, 1, size - 4 * 1500 - 1);
        await file.close();
      },
      /train-00000\.shard: its labels are not those that were packed/,
    ],
    [
      'a shard is cut short',
      async (copy) => {
        const file = await open(join(copy, 'train-00000.shard'), 'r+');
        await file.truncate(9000);
        await file.close();
      },
      /train-00000\.shard: 1500 images take \d+ bytes, the file has 9000/,
    ],
    ['a shard is missing', (copy) => rm(join(copy, 'test-00000.shard')), /its shard test-00000\.shard is not there/],
    ['its list is no JSON', (copy) => writeFile(join(copy, 'pack.json'), '{'), /pack\.json: it cannot be parsed/],
    [
      'its list counts more images than any file has',
      async (copy) => {
        const text = await readFile(join(copy, 'pack.json'), 'utf8');
        await writeFile(join(copy, 'pack.json'), text.replaceAll('"count": 1500', '"count": 1e15'));
      },
      /pack\.json: expected what was written when the images were packed/,
    ],
    [
      'its images are said to be of another form',
      async (copy) => {
        const text = await readFile(join(copy, 'pack.json'), 'utf8');
        const [, height, width] = /"height": (\d+),\s+"width": (\d+)/.exec(text) ?? [];
        await writeFile(
          join(copy, 'pack.json'),
          text
            .replace(`"height": ${height}`, `"height": ${2 * Number(height)}`)
            .replace(`"width": ${width}`, `"width": ${Number(width) / 2}`),
        );
      },
      /pack\.json: expected what was written when the images were packed/,
    ],
    [
      'its list is another document',
      (copy) => writeFile(join(copy, 'pack.json'), '{"format": "other"}'),
      /pack\.json: .*"format"/,
    ],
  ])('is refused where %s, with what to do', async (_, damage, message) => {
    const copy = path('damaged');
    await cp(path('digits-pack'), copy, { recursive: true });
    await damage(copy);
    const { code, stderr } = await run([...TRAIN, '--dataset', 'damaged', '--out', 'none'], STORED);
    await rm(copy, { recursive: true });
    expect(stderr).toMatch(message);
    expect(stderr).toContain('npx latent data pack SOURCE --out PACK');
    expect(code).toBe(2);
  });

  it('is not written into its own images', async () => {
    const { code, stderr } = await run(['data', 'pack', 'pictures', '--out', 'pictures/deep/pack']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/pack-within: --out pictures.*outside the images/)]);
    expect(await readdir(path('pictures'))).not.toContain('deep');
  });

  it('leaves a folder with other files alone, and replaces an earlier pack', async () => {
    await mkdir(path('mine'));
    await writeFile(path('mine/letter.txt'), 'mine');
    const { code, stderr } = await run(['data', 'pack', 'pictures', '--out', 'mine']);
    expect([code, await readdir(path('mine'))]).toEqual([2, ['letter.txt']]);
    expect(stderr).toContain('letter.txt');
    await run(['data', 'pack', 'pictures', '--out', 'again']);
    const second = await run(['data', 'pack', 'digits', '--out', 'again']);
    expect(second.code, second.stderr).toBe(0);
    expect((await loadDataset(path('again'))).train.count).toBe(1500);
    expect((await readdir(folder)).filter((name) => /again./.test(name))).toEqual([]);
  });
});
