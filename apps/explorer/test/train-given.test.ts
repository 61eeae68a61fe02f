/**
 * What is given to the Train view: folders, zips and pictures dropped on it; what is wrong with some; and a browser that
 * keeps nothing.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { encodeIdxImages, encodeIdxLabels } from 'latent-plane';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { temporaryFolder } from '../../../packages/cli/src/runs/testing.ts';
import { tarOf } from '../../../packages/core/src/files/testing/tar-file.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { dropPaths, openPage } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { images, trainingBundle } from './training.ts';

let browser: Browser;
let server: ExplorerServer;
let folder = '';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const until = (page: Page, word: string): Promise<void> => page.locator(`[data-status=${word}]`).waitFor();
const notes = (page: Page): Promise<string[]> => page.locator('.notes li').allInnerTexts();
const opened = async (options: Parameters<typeof openPage>[2] = {}): Promise<Page> => {
  const { page } = await openPage(browser, `${server.url}#page=train&batch=16&epochs=2&images=100`, options);
  await button(page, 'Start training').waitFor();
  return page;
};
/** What the page says of something that it cannot take. */
const refusal = async (page: Page): Promise<string> => {
  const words = await page.locator('.train [role=alert] p').innerText();
  await page.locator('.train [role=alert]').getByRole('button', { name: 'Close' }).click();
  return words;
};
const write = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  return path;
};
/** The images that were given are read. */
const whenRead = (page: Page): Promise<void> => page.locator('.own[aria-busy=false] [data-sheet]').waitFor();
/** A digit in colours, of any size. */
const picture = (i: number, width: number, height: number): Uint8Array => {
  const { pixels } = images(i + 1);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data[3 * (y * width + x) + (i % 3)] =
        pixels[i * 784 + 28 * Math.floor((28 * y) / height) + Math.floor((28 * x) / width)];
  return encode({ width, height, data, channels: 3, depth: 8 });
};

describe.skipIf(findBrowser() === null)('what is given to the Train view', () => {
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

  it('learns from a folder that is dropped, in colours and of any size, each folder within a class', async () => {
    const page = await opened();
    for (const [c, name] of ['circles', 'lines', 'waves'].entries())
      for (let i = 0; i < 5; i++) await write(`mine/${name}/${i}.png`, picture(5 * c + i, 20 + 9 * i, 45 - 6 * i));
    await dropPaths(page, [join(folder, 'mine')]);
    await page.getByText('15 files in 3 folders').waitFor();
    await whenRead(page);
    await button(page, 'Start training').click();
    await until(page, 'finished');
    expect(await page.locator('#run-title').innerText()).toMatch(/13 images of mine$/);
    expect(await notes(page)).toContain('The batch size is 13, because there are no more images; 16 was asked for');
    expect(await page.getByRole('region', { name: 'Classes' }).innerText()).toMatch(/circles[\s\S]*lines[\s\S]*waves/);
    await page.context().close();
  });

  it('learns from a zip that is dropped, and from pictures that are, then without classes', async () => {
    const page = await opened();
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`all/${i}.png`, picture(i, 28, 28)]));
    await dropPaths(page, [await write('twelve.zip', zipSync(files))]);
    await page.getByText('twelve.zip').waitFor();
    await whenRead(page);
    await button(page, 'Start training').click();
    await until(page, 'finished');
    expect(await page.locator('#run-title').innerText()).toMatch(/11 images of twelve$/);
    const paths: string[] = [];
    for (let i = 0; i < 10; i++) paths.push(await write(`loose-${i}.png`, picture(i, 28, 28)));
    await dropPaths(page, paths);
    await page.getByText('10 files').waitFor();
    await expect.poll(() => page.locator('.facts').innerText()).toMatch(/^10 images/);
    await button(page, 'Start training').click();
    await expect.poll(() => page.locator('#run-title').innerText()).toMatch(/9 images of loose$/);
    await until(page, 'finished');
    expect(await page.getByRole('region', { name: 'Classes' }).count()).toBe(0);
    await page.context().close();
  });

  it.each(['tar', 'tgz'])('learns from a .%s that is dropped, each folder within it a class', async (ending) => {
    const page = await opened();
    const pictures = Object.fromEntries(
      ['circles', 'lines'].flatMap((name, c) =>
        Array.from({ length: 6 }, (_, i) => [`all/${name}/${i}.png`, picture(6 * c + i, 28, 28)]),
      ),
    );
    const tar = tarOf(pictures);
    await dropPaths(page, [await write(`packed.${ending}`, ending === 'tar' ? tar : gzipSync(tar))]);
    await page.getByText(`packed.${ending}`).waitFor();
    await whenRead(page);
    expect(await page.locator('.facts').innerText()).toMatch(/^12 images[\s\S]*2 classes/);
    await button(page, 'Start training').click();
    await until(page, 'finished');
    expect(await page.locator('#run-title').innerText()).toMatch(/11 images of packed$/);
    await dropPaths(page, [await write(`cut.${ending}`, (ending === 'tar' ? tar : gzipSync(tar)).subarray(0, 700))]);
    await expect
      .poll(() => page.locator('.own [role=alert]').innerText())
      .toMatch(/cut\.\w+ could not be read.*cut short/s);
    await page.context().close();
  });

  it('says what is wrong with a zip without images, one picture, broken ones, and an IDX pair that does not fit', async () => {
    const page = await opened();
    await dropPaths(page, [await write('cut.zip', Uint8Array.of(80, 75, 3, 4))]);
    expect(await refusal(page)).toMatch(/^archive-damaged: cut.zip/);
    const alert = page.locator('.own [role=alert]');
    /** What is said of files that cannot be read, and that nothing is begun with them. */
    const refused = async (...paths: readonly string[]): Promise<string> => {
      await dropPaths(page, paths);
      await alert.waitFor();
      const words = await alert.innerText();
      expect(await button(page, 'Start training').isDisabled()).toBe(true);
      await button(page, 'Leave these files').click();
      return words;
    };
    expect(await refused(await write('empty.zip', zipSync({})))).toMatch(/Expected files of images.*got no file/);
    expect(await refused(await write('only.png', picture(0, 28, 28)))).toMatch(/at least two images.*got 1/);
    for (let i = 0; i < 3; i++) await write(`broken/${i}.png`, new Uint8Array(9));
    expect(await refused(join(folder, 'broken'))).toMatch(/broken could not be read.*got 0.png: it is no picture/);
    const set = images(20);
    const whole = await write('some-images-idx3-ubyte', encodeIdxImages(set));
    const few = await write('some-labels-idx1-ubyte', encodeIdxLabels(set.labels.slice(0, 10)));
    expect(await refused(whole, few)).toMatch(/holds 20 images, .*10 labels[\s\S]*idx-count-mismatch/);
    await writeFile(whole, encodeIdxImages(set).subarray(0, 5000));
    expect(await refused(whole)).toMatch(/some-images-idx3-ubyte.*cut short/);
    await page.context().close();
  });

  it('trains where the browser keeps nothing, and says so before and after', async () => {
    const { page } = await openPage(browser, server.url, { serviceWorkers: 'block' });
    // As a browser answers a page whose storage a person has blocked.
    const refusing = `Object.defineProperty(self, 'indexedDB', {
      get: () => { throw new DOMException('access is denied for this document', 'SecurityError'); } });
      navigator.locks.request = () => Promise.reject(new DOMException('access is denied', 'SecurityError'));\n`;
    await page.route(/train-worker[^/]*\.js$/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: refusing + (await answer.text()) });
    });
    await page.goto(`${server.url}#page=train&batch=16&epochs=2&images=100`);
    await page.getByText(/^Runs are not kept: not-kept: the browser's storage refuses/).waitFor();
    await button(page, 'Start training').click();
    await until(page, 'finished');
    await page.getByText(/^Not saved: not-kept: .*download the run to keep it/).waitFor();
    const download = page.waitForEvent('download');
    await button(page, /^Run folder/).click();
    expect((await download).suggestedFilename()).toBe('dense-1-best-seed1.zip');
    await page.context().close();
  });
});
