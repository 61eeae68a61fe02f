/**
 * Run folders on the page, in a real Chromium: dropped from the disk, chosen, as an archive; and what is wrong with them.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWeights, findNetwork, readModel, reconstruct } from 'latent-plane';
import { writeArchive } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { modelsFolder, zooFolder } from '../../../packages/cli/src/places.ts';
import { beginRun } from '../../../packages/cli/src/runs/lifecycle.ts';
import { contextOn, smallMnist, temporaryFolder, tinyConfig } from '../../../packages/cli/src/runs/testing.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { axeFindings, digitBytes, dropPaths, openPage, SCREENS, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { imageAt, SHOWN, shownLabels, trainedBundle } from './trained.ts';

let folder = '';
let run = '';
let browser: Browser;
let server: ExplorerServer;

const notes = (page: Page) => page.locator('section[aria-label="Opened file"]');
const whenOpened = (page: Page): Promise<void> => notes(page).waitFor();
const refusal = (page: Page): Promise<string> => page.locator('dialog [role=alert]').innerText();

/** The test images that the page shows, as the engine of the command line reconstructs them. */
const expectedError = async (path: string): Promise<number> => {
  const { network, weights } = await openModel(path);
  const images = Array.from({ length: SHOWN }, (_, i) => imageAt(i));
  const pixels = Uint8Array.from(images.flatMap((image) => Array.from(image, (value) => Math.round(255 * value))));
  const test = { count: SHOWN, height: 28, width: 28, channels: 1 as const, pixels, labels: shownLabels };
  const none = { ...test, count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) };
  const dataset = { name: 'mnist', licence: '', source: '', classNames: [...'0123456789'], train: none, test };
  const { errors } = await reconstruct({ network, weights, runtime: nodeRuntime }, dataset);
  return errors.reduce((sum, error) => sum + error, 0) / SHOWN;
};

describe.skipIf(findBrowser() === null)('a run folder on the page', () => {
  beforeAll(async () => {
    await ensureBuilt();
    folder = await temporaryFolder();
    run = join(folder, 'my-run');
    const dataset = await smallMnist(200, 50);
    const config = { ...tinyConfig(dataset, { epochs: 3 }), network: findNetwork('dense-1') };
    await beginRun(run, config, dataset, contextOn(dataset));
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: trainedBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const opened = async (options: Parameters<typeof openPage>[2] = {}, hash = '') => {
    const watched = await openPage(browser, server.url + hash, options);
    await whenDrawn(watched.page);
    return watched;
  };
  const close = (page: Page): Promise<void> => page.context().close();

  it('that is dropped opens with its error, its losses, its recipe and the command that repeats it', async () => {
    const { page, complaints } = await opened();
    await dropPaths(page, [run]);
    await whenOpened(page);
    await whenDrawn(page);
    expect(await notes(page).innerText()).toContain('my-run was read in this page and sent nowhere');
    const shown = Number(await page.locator('header data').getAttribute('value'));
    expect(Math.abs(shown - (await expectedError(run)))).toBeLessThan(1e-6);
    await page.getByRole('link', { name: 'Model' }).click();
    const model = page.locator('main');
    await expect.poll(() => model.innerText()).toContain('npx latent train dense-1');
    await page.waitForSelector('main [role=img] svg, main img, main svg[class]');
    expect(await model.innerText()).toMatch(/Training curves|Losses|loss/i);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it("gives the classes on its plane by the page's own classifier", async () => {
    const { page } = await opened();
    await dropPaths(page, [run]);
    await whenOpened(page);
    await page.waitForSelector('[data-classes="400x400"]', { timeout: 180_000 });
    await close(page);
  });

  it('is chosen by the button, with the keyboard alone', async () => {
    const { page } = await opened();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page
        .getByRole('button', { name: 'Open a run folder' })
        .focus()
        .then(() => page.keyboard.press('Enter')),
    ]);
    await chooser.setFiles(run);
    await whenOpened(page);
    expect(await notes(page).innerText()).toContain('my-run');
    await close(page);
  });

  it('opens out of a zip archive, whether the folder or only its files are in it', async () => {
    const files = ['config.json', 'history.jsonl', 'metrics.json', 'README.md', 'weights.safetensors'];
    const { page, complaints } = await opened();
    for (const prefix of ['my-run/', '']) {
      const entries = await Promise.all(
        files.map(async (name) => [prefix + name, new Uint8Array(await readFile(join(run, name)))] as const),
      );
      const path = join(folder, `archived${prefix === '' ? '-flat' : ''}.zip`);
      await writeFile(path, await writeArchive(new Map(entries)));
      await dropPaths(page, [path]);
      await expect.poll(() => notes(page).innerText()).toContain(path.split('/').at(-1) ?? '');
    }
    const shown = Number(await page.locator('header data').getAttribute('value'));
    expect(Math.abs(shown - (await expectedError(run)))).toBeLessThan(1e-6);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('of the zoo opens with the model file that holds its weights, and says so where that is missing', async () => {
    const { page } = await opened();
    const dense = join(modelsFolder, 'dense-1');
    await dropPaths(page, [dense]);
    expect(await refusal(page)).toMatch(/^no-weights: dense-1: its weights lie in .*encod_decod_Dense-1\.keras/);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await dropPaths(page, [dense, join(zooFolder, 'autoencoders/encod_decod_Dense-1.keras')]);
    await whenOpened(page);
    const shown = Number(await page.locator('header data').getAttribute('value'));
    expect(Math.abs(shown - (await expectedError('dense-1')))).toBeLessThan(1e-6);
    await page.getByRole('link', { name: 'Model' }).click();
    // Its diagnosis came along.
    await expect.poll(() => page.locator('main').innerText()).toMatch(/Findings/);
    await close(page);
  });

  it('is written again as a file of another program, with the same weights', async () => {
    const { page } = await opened();
    await dropPaths(page, [run]);
    await whenOpened(page);
    await page.getByRole('link', { name: 'Model' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Keras \.keras/ }).click(),
    ]);
    const bytes = new Uint8Array(await readFile(await download.path()));
    const written = await readModel({ file: 'dense-1.keras', bytes });
    const { weights } = await openModel(run);
    for (const [name, values] of weights) {
      const others = written.weights.get(name);
      expect(others).toHaveLength(values.length);
      expect(values.every((value, i) => value === others?.[i])).toBe(true);
    }
    await close(page);
  });

  it('that is not whole says what is wrong, and leaves on show what was there', async () => {
    const { page, complaints } = await opened();
    const before = await digitBytes(page);
    const config = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    const { network, weights } = await openModel(run);
    /** A copy of the run with something done to it. */
    const broken = async (name: string, change: (path: string) => Promise<void>): Promise<string[]> => {
      const path = join(folder, name);
      await cp(run, path, { recursive: true });
      await change(path);
      return [path];
    };
    const archive = async (name: string, entries: Record<string, string>): Promise<string[]> => {
      const path = join(folder, name);
      const bytes = Object.entries(entries).map(([key, text]) => [key, new TextEncoder().encode(text)] as const);
      await writeFile(path, await writeArchive(new Map(bytes)));
      return [path];
    };
    const pair = join(folder, 'pair');
    await mkdir(pair);
    for (const name of ['one', 'two']) await cp(run, join(pair, name), { recursive: true });
    const cases: readonly (readonly [string[], RegExp])[] = [
      [
        await broken('no-weights', (path) => rm(join(path, 'weights.safetensors'))),
        /^no-weights: no-weights: expected weights\.safetensors, got none: .*train --resume no-weights/,
      ],
      [
        await broken('no-json', (path) => writeFile(join(path, 'config.json'), '{')),
        /^invalid-run: no-json\/config\.json: it cannot be parsed .*expected JSON/,
      ],
      [
        await broken('threads', (path) =>
          writeFile(join(path, 'config.json'), JSON.stringify({ ...config, threads: 'two' })),
        ),
        /^invalid-run: threads\/config\.json: field "threads": expected a number, got "two"/,
      ],
      [
        await broken('other-weights', (path) =>
          writeFile(
            join(path, 'weights.safetensors'),
            encodeWeights(network.parameters.slice(1), weights, { id: 'dense-1', epoch: 1 }),
          ),
        ),
        /^weights-mismatch: other-weights\/weights\.safetensors: network "dense-1": expected "encoder\/dense\/kernel"/,
      ],
      [
        await broken('history', (path) => writeFile(join(path, 'history.jsonl'), '{"epoch":1}\n')),
        /^invalid-run: history\/history\.jsonl/,
      ],
      [[pair], /^run-folder: expected one run folder at a time, got pair\/one\/, pair\/two\//],
      [
        await archive('notes.zip', { 'notes.txt': 'Nothing.', 'more.txt': 'x' }),
        /^model-format: expected a model among the 2 files/,
      ],
      [await archive('half.zip', { 'a/config.json': '{}', 'a/metrics.json': '{}' }), /^invalid-run: a\/config\.json: /],
    ];
    for (const [paths, message] of cases) {
      await dropPaths(page, paths);
      expect(await refusal(page)).toMatch(message);
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.waitForSelector('dialog', { state: 'detached' });
    }
    await writeFile(join(folder, 'cut.zip'), (await readFile(join(folder, 'half.zip'))).subarray(0, 60));
    await dropPaths(page, [join(folder, 'cut.zip')]);
    expect(await refusal(page)).toMatch(/^archive-damaged: cut\.zip/);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    expect(await digitBytes(page)).toStrictEqual(before);
    expect(await notes(page).count()).toBe(0);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it.each(SCREENS)('axe finds nothing on $name in the $colorScheme', async ({ name: _name, ...options }) => {
    const { page } = await opened(options);
    await dropPaths(page, [run]);
    await whenOpened(page);
    expect(await axeFindings(page)).toStrictEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(options.viewport.width);
    await close(page);
  });
});
