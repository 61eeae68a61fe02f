/**
 * Images of a person's own in the Train view: every container gives the pixels that it gives in Node, what is seen of them
 * before a training, and how they are read otherwise.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { encodeIdxImages, encodeIdxLabels } from 'latent-plane';
import { memoryFile, type PictureDefaults, readImages } from 'latent-plane/internal';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeCodecs } from '../../../packages/cli/src/data/codecs.ts';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { temporaryFolder } from '../../../packages/cli/src/runs/testing.ts';
import { matFile } from '../../../packages/core/src/images/readers/testing/mat-file.ts';
import { greyPng, ONE_COLOUR, rgbaPng } from '../../../packages/core/src/images/readers/testing/picture-files.ts';
import { type Files, npyFile, utf8 } from '../../../packages/core/src/images/readers/testing/sources.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { axeFindings, dropPaths, openPage, SCREENS, smallestTarget } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { images, trainingBundle } from './training.ts';

/** Data sets that are no part of the program, where they are at hand. */
const CASES = join(
  process.env.LATENT_PLANE_CASES ?? join(import.meta.dirname, '../../../../shared/data'),
  'public/images',
);

/** What dense-1, which the view begins with, has pictures brought to. */
const DIGITS: PictureDefaults = { size: { height: 28, width: 28 }, fit: 'pad', channels: 'grey' };

const set = images(40);
const few = (count: number, from = 0): Uint8Array => set.pixels.slice(from * 784, (from + count) * 784);
const labels = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i % 4);

const csv = (count: number, pixels: number): Uint8Array =>
  utf8(
    [
      ['label', ...Array.from({ length: pixels }, (_, i) => `pixel${i}`)].join(','),
      ...Array.from({ length: count }, (_, i) =>
        [i % 3, ...Array.from({ length: pixels }, (_, p) => (7 * p + 31 * i) % 256)].join(','),
      ),
    ].join('\n'),
  );

const cifarBatch = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * 3073 }, (_, i) => (i % 3073 === 0 ? Math.floor(i / 3073) % 10 : (i * 7) % 256));

const wave = (i: number, side: number): Uint8Array => greyPng(side, side, (x, y) => (x * 9 + y * 5 + 40 * i) % 256);
const folders = (names: readonly string[], side: number): Files =>
  Object.fromEntries(names.flatMap((name, c) => [0, 1, 2, 3].map((i) => [`${name}/${i}.png`, wave(4 * c + i, side)])));

/** One small file or folder for each container. */
const CONTAINERS: readonly { readonly name: string; readonly files: Files; readonly container: string }[] = [
  {
    name: 'an IDX pair, one of them packed',
    container: 'idx',
    files: {
      'some-images-idx3-ubyte': encodeIdxImages(set),
      'some-labels-idx1-ubyte': encodeIdxLabels(set.labels),
    },
  },
  {
    name: 'a folder of pictures of several sizes',
    container: 'pictures',
    files: {
      ...folders(['circles', 'lines'], 20),
      ...folders(['waves'], 60),
    },
  },
  {
    name: 'pictures of every format in a zip',
    container: 'pictures',
    files: {
      'pictures.zip': zipSync(
        Object.fromEntries(Object.entries(ONE_COLOUR).map(([name, bytes], i) => [`all/${i}-${name}`, bytes])),
      ),
    },
  },
  { name: 'a .npy array', container: 'npy', files: { 'x.npy': npyFile('|u1', [20, 28, 28], few(20)) } },
  {
    name: 'a .npz archive',
    container: 'npy',
    files: {
      'mnist.npz': zipSync({
        'x_train.npy': npyFile('|u1', [20, 28, 28], few(20)),
        'y_train.npy': npyFile('|u1', [20], labels(20)),
        'x_test.npy': npyFile('|u1', [5, 28, 28], few(5, 20)),
        'y_test.npy': npyFile('|u1', [5], labels(5)),
      }),
    },
  },
  { name: 'a table', container: 'csv', files: { 'digits.csv': csv(30, 784) } },
  {
    name: 'a .mat file',
    container: 'mat',
    files: {
      'faces.mat': matFile([
        { name: 'X', dims: [28, 28, 12], values: Float64Array.from(few(12)) },
        { name: 'y', dims: [12, 1], values: Float64Array.from(labels(12)) },
      ]),
    },
  },
  {
    name: 'the binary files of CIFAR',
    container: 'cifar',
    files: { 'data_batch_1.bin': cifarBatch(20), 'test_batch.bin': cifarBatch(10) },
  },
];

let browser: Browser;
let server: ExplorerServer;
let folder = '';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const sheet = (page: Page): Locator => page.getByRole('region', { name: 'Contact sheet' });

interface Seen {
  readonly container: string;
  readonly count: number;
  readonly train: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
  readonly sum: number;
}

const seenOn = async (page: Page): Promise<Seen> => {
  const data = await sheet(page).evaluate((element) => ({ ...(element as HTMLElement).dataset }));
  const number = (name: string): number => Number(data[name]);
  return {
    container: data.sheet ?? '',
    count: number('count'),
    train: number('train'),
    height: number('height'),
    width: number('width'),
    channels: number('channels'),
    classes: number('classes'),
    sum: number('sum'),
  };
};

/** What Node reads of the same bytes. */
const expectedOf = async (files: Files): Promise<Seen> => {
  const source = { name: 'given', files: Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes)) };
  const read = await readImages(source, {}, { codecs: nodeCodecs, pictureDefaults: DIGITS });
  const { train, test, classNames, container } = read;
  const { height, width, channels } = train;
  const sum = [...train.pixels].reduce((a, b) => a + b, 0) + [...test.pixels].reduce((a, b) => a + b, 0);
  const count = train.count + test.count;
  return { container, count, train: train.count, height, width, channels, classes: classNames.length, sum };
};

const write = async (name: string, files: Files): Promise<readonly string[]> => {
  const paths = Object.entries(files).map(([path, bytes]) => [join(folder, name, path), bytes] as const);
  for (const [path, bytes] of paths) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  return paths.map(([path]) => path);
};

/** Gives files as a person would: a folder where there are folders, else what a file chooser gives. */
const give = async (page: Page, name: string, files: Files): Promise<void> => {
  const paths = await write(name, files);
  if (Object.keys(files).some((path) => path.includes('/'))) return dropPaths(page, [join(folder, name)]);
  await page.getByLabel('Images of your own').check();
  await page.locator('[data-opens=images]').setInputFiles([...paths]);
};

const opened = async (options: Parameters<typeof openPage>[2] = {}) => {
  const watched = await openPage(browser, `${server.url}#page=train&batch=8&epochs=1`, options);
  await button(watched.page, 'Start training').waitFor();
  return watched;
};
/** The images that were read last are of a container. */
const whenRead = (page: Page): Promise<void> => page.locator('.own[aria-busy=false] [data-sheet]').waitFor();

describe.skipIf(findBrowser() === null)('images of a person’s own', () => {
  beforeAll(async () => {
    await ensureBuilt();
    folder = await temporaryFolder();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await trainingBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(CONTAINERS)('of $name have the pixels that Node gives them', async ({ name, files, container }) => {
    const { page, complaints } = await opened();
    await give(page, name, files);
    await whenRead(page);
    const seen = await seenOn(page);
    expect(seen.container).toBe(container);
    expect(seen).toEqual(await expectedOf(files));
    expect(await sheet(page).locator('canvas').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.skipIf(!existsSync(CASES)).each(['digits.csv', 'digits.mat', 'semeion.data', 'glyphs-jpeg.zip', 'formats.zip'])(
    'of %s have the pixels that Node gives them',
    async (name) => {
      const { page, complaints } = await opened();
      const files = { [name]: new Uint8Array(await readFile(join(CASES, name))) };
      await give(page, name, files);
      await whenRead(page);
      expect(await seenOn(page)).toEqual(await expectedOf(files));
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('are trained on, after a look at them', async () => {
    const { page } = await opened();
    await give(page, 'learn', folders(['circles', 'lines', 'waves'], 28));
    await whenRead(page);
    expect(await page.locator('.facts').innerText()).toBe(
      '12 images · 11 to train on, 1 to test with · 28 × 28, grey · 3 classes',
    );
    expect(await sheet(page).getByRole('img').count()).toBe(3);
    expect(await sheet(page).innerText()).toMatch(/circles 4[\s\S]*lines 4[\s\S]*waves 4/);
    await button(page, 'Start training').click();
    await page.locator('[data-status=finished]').waitFor();
    expect(await page.locator('#run-title').innerText()).toMatch(/11 images of learn$/);
    await page.context().close();
  });

  it('are read otherwise where a person says so, by an offer of a note or by a field', async () => {
    const { page } = await opened();
    const light = Object.fromEntries(
      [0, 1, 2, 3].map((i) => [`${i}.png`, greyPng(28, 28, (x) => (x === 9 + i ? 0 : 255))]),
    );
    await give(page, 'light', Object.fromEntries(Object.entries(light).map(([path, bytes]) => [`ink/${path}`, bytes])));
    await whenRead(page);
    const { sum } = await seenOn(page);
    await page.getByText('Light ground in 4 of 4 images, dark in 0: all are kept as they are').waitFor();
    await button(page, 'polarity: invert').click();
    await expect.poll(async () => (await seenOn(page)).sum).toBe(4 * 784 * 255 - sum);
    await page.getByText('Read differently').click();
    expect(await page.getByLabel('polarity').inputValue()).toBe('invert');
    await page.getByLabel('polarity').selectOption('');
    await page.getByLabel('channels').selectOption('colour');
    await expect.poll(async () => (await seenOn(page)).channels).toBe(3);
    expect((await seenOn(page)).sum).toBe(3 * sum);
    await page.getByLabel('size', { exact: true }).fill('ten');
    await page.getByLabel('size', { exact: true }).press('Enter');
    await page.getByText('Takes 64x48 or 64x48x3.').waitFor();
    await page.context().close();
  });

  it('stay where others cannot be read, whose fault is told and can be mended there', async () => {
    const { page } = await opened();
    await give(page, 'stays', { 'digits.csv': csv(30, 784) });
    await whenRead(page);
    const before = await seenOn(page);
    await give(page, 'refused', { 'odd.csv': csv(30, 54) });
    const alert = page.locator('.own [role=alert]');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(
      /odd.csv could not be read\.[\s\S]*Say the size \(size=64x48[\s\S]*The images below stay as they were[\s\S]*table-layout/,
    );
    expect(await seenOn(page)).toEqual(before);
    expect(await page.getByLabel('container').locator('option').allInnerTexts()).toContain('pictures');
    await page.getByLabel('size', { exact: true }).fill('6x9');
    await page.getByLabel('size', { exact: true }).press('Enter');
    await expect.poll(async () => (await seenOn(page)).width).toBe(9);
    expect(await alert.count()).toBe(0);
    await page.context().close();
  });

  it('of another size than the network takes are told so, and brought to it by one press', async () => {
    const { page } = await opened();
    await give(page, 'small', { 'digits.csv': csv(30, 64) });
    await whenRead(page);
    await page.getByRole('note').getByText('The images are 8 x 8 in grey; dense-1 takes 28 x 28 in grey.').waitFor();
    expect(await button(page, 'Start training').isDisabled()).toBe(true);
    await button(page, 'Stretch to 28 × 28').click();
    await button(page, 'Start training').click();
    await page.locator('[data-status=finished]').waitFor();
    await page.context().close();
  });

  it('that are transparent lie on the ground that keeps their contrast, which is said', async () => {
    const { page } = await opened();
    const drawn = rgbaPng([255, 255, 255], (i) => (i % 5 === 0 ? 255 : 0));
    await give(page, 'clear', Object.fromEntries([0, 1, 2].map((i) => [`a/${i}.png`, drawn])));
    await whenRead(page);
    await page.getByText(/^3 of 3 pictures are transparent in places: laid on black/).waitFor();
    expect((await seenOn(page)).sum).toBeGreaterThan(0);
    await page.context().close();
  });

  it.each(SCREENS)(
    'are shown on $name in the $colorScheme: axe finds nothing serious, nothing reaches past the side',
    async ({ name: _, ...options }) => {
      const { page } = await opened(options);
      await give(page, 'shown', { ...folders(['circles', 'lines', 'a class of a very long name'], 40) });
      await whenRead(page);
      await page.getByText('Read differently').click();
      expect(await axeFindings(page)).toStrictEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport.width,
      );
      expect(await smallestTarget(page)).toBeGreaterThanOrEqual(44);
      await page.context().close();
    },
  );
});
