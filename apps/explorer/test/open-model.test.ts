/**
 * Models that a person drops on the page or chooses from the disk: real files, and files that are none.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { exportKeras, exportOnnx, exportTfjs, findNetwork, readModel, resolveNetwork, toByte } from 'latent-plane';
import { evaluator, inferenceTensors, onlyParts, parseExplorerIndex, RandomStream } from 'latent-plane/internal';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { cursorCode, digitBytes, largestDifference, openPage, whenDrawn } from './browser.ts';
import { bundleWithImages, type Dropped, drop, FEW, model, refusal, whenOpened } from './dropped.ts';
import { DIST, ensureBuilt, testBundle } from './fixture.ts';

const shared = fileURLToPath(new URL('../../../../shared/data/seed-models/', import.meta.url));
/** Of other people, where they lie beside the project. */
const CASES = `${process.env.LATENT_PLANE_CASES ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))}/public/models`;
const fixtures = fileURLToPath(new URL('../../../packages/core/fixtures/keras/', import.meta.url));
let browser: Browser;
let server: ExplorerServer;

/** Test images of MNIST. */
const ALL = 10_000;
const filesOf = (files: ReadonlyMap<string, Uint8Array>): Dropped[] =>
  [...files].map(([name, bytes]) => ({ name, bytes }));

const masthead = (page: Page): Promise<string> => page.locator('header').innerText();
const progress = (page: Page) => page.locator('section[aria-label="Opening a file"]');

/** A .keras of the zoo's largest network, 22.8 MB. */
const largest = async (): Promise<Dropped> => {
  const network = resolveNetwork(findNetwork('convdense-3'));
  const weights = new Map(
    network.parameters.map(({ name, shape }) => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      new RandomStream(1, name).fillUniform(values, -0.05, 0.05);
      return [name, values];
    }),
  );
  return { name: 'convdense-3.keras', bytes: await exportKeras({ network, weights }) };
};

/** As the file chooser hands it over. */
const chosen = ({ name, bytes }: Dropped) => ({ name, mimeType: '', buffer: Buffer.from(bytes) });

describe.skipIf(findBrowser() === null)('a model that is dropped on the page', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await bundleWithImages(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, server.url, options);
    await whenDrawn(watched.page);
    return watched;
  };

  it.skipIf(!existsSync(shared)).each([
    ['Dense-1.keras', 0.041495],
    ['CNN-3.keras', 0.064211],
  ])('%s, written by Keras, lies on its plane with its error', async (name, mse) => {
    const whole = await serveExplorer({ root: DIST, bundle: await bundleWithImages(ALL), port: 0 });
    const { page, complaints } = await openPage(browser, whole.url);
    await whenDrawn(page);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET' || request.postData() !== null || new URL(request.url()).search !== '')
        sent.push(request.url());
    });
    const bytes = new Uint8Array(await readFile(shared + name));
    await drop(page, [{ name, bytes }]);
    await whenOpened(page);
    await whenDrawn(page);
    const text = await masthead(page);
    expect(text).toContain(`MSE test ${mse.toFixed(4)}`);
    // As Keras reckons it; the record has six decimals.
    expect(Math.abs(Number(await page.locator('header data').getAttribute('value')) - mse)).toBeLessThan(1e-6);
    expect(await page.locator('header select option:checked').innerText()).toBe(`${name} (opened)`);
    expect(await page.locator('.controls').textContent()).toContain('10,000 images on the plane');
    const { network, weights } = await readModel({ file: name, bytes });
    const { outputs } = inferenceTensors(network, { target: 'decoder', weights });
    const { x, y } = await cursorCode(page);
    const dims = [1, ...(network.parts[1]?.inputShape ?? [2])];
    const [{ data }] = evaluator([outputs.reconstruction])({ x: { dims, data: Float32Array.of(x, y) } });
    await expect.poll(async () => largestDifference(await digitBytes(page), Array.from(data, toByte))).toBe(0);
    // Read here, and nothing sent anywhere.
    expect([sent, complaints]).toStrictEqual([[], []]);
    await page.context().close();
    await whole.close();
  });

  it('opens what we export: .keras, ONNX and TensorFlow.js, and closes it again', async () => {
    const { page, complaints } = await opened();
    const before = await digitBytes(page);
    const onnx = exportOnnx(model).get('autoencoder.onnx') ?? new Uint8Array();
    const cases: readonly (readonly [string, readonly Dropped[]])[] = [
      ['dense-1.keras', [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]],
      ['mine.onnx', [{ name: 'mine.onnx', bytes: onnx }]],
      ['model.json', filesOf(exportTfjs(model))],
    ];
    for (const [name, files] of cases) {
      await drop(page, files);
      await page.waitForFunction(
        (wanted) => document.querySelector('section[aria-label="Opened file"] b')?.textContent === wanted,
        name,
      );
      await whenDrawn(page);
      // The same weights as the bundle's own network, whose picture the cursor's place gives.
      const { x, y } = await cursorCode(page);
      const { outputs } = inferenceTensors(model.network, { target: 'decoder', weights: model.weights });
      const [{ data }] = evaluator([outputs.reconstruction])({ x: { dims: [1, 2], data: Float32Array.of(x, y) } });
      await expect.poll(async () => largestDifference(await digitBytes(page), Array.from(data, toByte))).toBe(0);
    }
    await page.getByRole('button', { name: 'Close it' }).click();
    await page.waitForSelector('section[aria-label="Opened file"]', { state: 'detached' });
    await expect.poll(() => digitBytes(page)).toStrictEqual(before);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('takes a file by the button, with the keyboard', async () => {
    const { page } = await opened({ viewport: { width: 360, height: 740 } });
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page
        .getByRole('button', { name: 'Open a model' })
        .focus()
        .then(() => page.keyboard.press('Enter')),
    ]);
    expect(chooser.isMultiple()).toBe(true);
    await chooser.setFiles([chosen({ name: 'my own.keras', bytes: await exportKeras(model) })]);
    await whenOpened(page);
    expect(await page.locator('section[aria-label="Opened file"]').innerText()).toContain('my own.keras');
    await page.context().close();
  });

  it('says what is wrong with a file, and leaves on show what was there', async () => {
    const { page, complaints } = await opened();
    const before = await digitBytes(page);
    const good = await exportKeras(model);
    const fixture = async (name: string): Promise<Dropped> => ({
      name,
      bytes: new Uint8Array(await readFile(fixtures + name)),
    });
    const classifier = resolveNetwork(findNetwork('classifier'));
    const zeros = new Map(
      classifier.parameters.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
    );
    const cases: readonly (readonly [readonly Dropped[], RegExp])[] = [
      [
        [{ name: 'notes.txt', bytes: new TextEncoder().encode('Not a model.') }],
        /^model-format: notes\.txt: .*\nSupported: /,
      ],
      [[{ name: 'short.keras', bytes: good.slice(0, 5000) }], /^archive-damaged: short\.keras/],
      [[await fixture('keras3-lambda.keras')], /^unsafe-layer: keras3-lambda\.keras: layer ".+" \(Lambda\)/],
      [[await fixture('keras3-custom.keras')], /^custom-layer: keras3-custom\.keras/],
      [[await fixture('keras3-conv.keras')], /^shape-mismatch: keras3-conv\.keras: takes images of \[12, 12, 1\]/],
      [
        [{ name: 'c.keras', bytes: await exportKeras({ network: classifier, weights: zeros }) }],
        /^no-code: c\.keras: .*classifier/,
      ],
      [
        [{ name: 'model.json', bytes: exportTfjs(model).get('model.json') ?? new Uint8Array() }],
        /^missing-entry: .*group1-shard1of1\.bin/,
      ],
      [
        [
          { name: 'a.keras', bytes: good },
          { name: 'b.keras', bytes: good },
        ],
        /^not-a-pair: expected an encoder alone and a decoder alone, .*"a\.keras" \(encoder and decoder\)/,
      ],
    ];
    for (const [files, message] of cases) {
      await drop(page, files);
      expect(await refusal(page)).toMatch(message);
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.waitForSelector('dialog', { state: 'detached' });
    }
    expect(await digitBytes(page)).toStrictEqual(before);
    expect(await page.locator('section[aria-label="Opened file"]').count()).toBe(0);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('opens an encoder and a decoder as one model, dropped together or one after the other', async () => {
    const [encoder, decoder] = await Promise.all(
      (['encoder', 'decoder'] as const).map(async (part) => ({
        name: `mine-${part}.keras`,
        bytes: await exportKeras({ network: onlyParts(model.network, [part]), weights: model.weights }),
      })),
    );
    for (const drops of [[[decoder, encoder]], [[encoder], [decoder]]]) {
      const { page, complaints } = await opened();
      const [first, second] = drops;
      const notes = page.locator('section[aria-label="Opened file"]');
      await drop(page, first);
      await notes.waitFor();
      if (second) {
        expect(await notes.textContent()).toMatch(/an encoder alone, .*Open the file of its decoder too/);
        await drop(page, second);
        await expect.poll(() => notes.textContent()).not.toContain('alone');
      }
      expect(await notes.textContent()).toContain('mine-');
      await whenDrawn(page);
      expect(complaints).toStrictEqual([]);
      await page.context().close();
    }
  });

  it('shows a decoder alone over its plane, and an encoder alone with the images that it places', async () => {
    const half = async (part: 'encoder' | 'decoder') => ({
      name: `${part}.keras`,
      bytes: await exportKeras({ network: onlyParts(model.network, [part]), weights: model.weights }),
    });
    const { page, complaints } = await opened();
    const tools = page.getByRole('group', { name: 'Tools' }).getByRole('button');
    await drop(page, [await half('decoder')]);
    await page.waitForSelector('section[aria-label="Opened file"]');
    await whenDrawn(page);
    expect(await page.locator('section[aria-label="Opened file"]').textContent()).toMatch(/decoder alone, so no image/);
    expect(await tools.allTextContents()).toStrictEqual(['Path']);
    expect(await page.locator('.proximity').textContent()).toContain('No image is on this plane');
    // What the whole network draws there.
    const { x, y } = await cursorCode(page);
    const { outputs } = inferenceTensors(model.network, { target: 'decoder', weights: model.weights });
    const [{ data }] = evaluator([outputs.reconstruction])({ x: { dims: [1, 2], data: Float32Array.of(x, y) } });
    await expect.poll(async () => largestDifference(await digitBytes(page), Array.from(data, toByte))).toBe(0);
    await page.getByRole('button', { name: 'Close it' }).click();

    await drop(page, [await half('encoder')]);
    await page.waitForSelector('section[aria-label="Opened file"]');
    expect(await page.getByRole('img', { name: 'The image whose code is nearest to the cursor' }).count()).toBe(1);
    expect(await tools.allTextContents()).toStrictEqual(['Nearest', 'Lasso', 'Anomalies']);
    const layers = page.getByRole('group', { name: 'Layers' }).getByRole('button');
    expect((await layers.allTextContents()).map((text) => text.trim())).toStrictEqual(['Images', 'Names', 'Density']);
    await tools.nth(2).click();
    await page.waitForSelector('[data-ranked="distance"]');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it.skipIf(!existsSync(CASES))('opens two files of other people', async () => {
    const files = await Promise.all(
      ['encoder', 'decoder'].map(async (part) => ({
        name: `code-of-3-${part}.h5`,
        bytes: new Uint8Array(await readFile(`${CASES}/code-of-3-${part}.h5`)),
      })),
    );
    const { page, complaints } = await opened();
    await drop(page, files);
    await page.waitForSelector('section[aria-label="Opened file"]');
    await whenDrawn(page);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('is not to be had without images, and the page says how else', async () => {
    const poor = await serveExplorer({ root: DIST, bundle: testBundle(), port: 0 });
    const { page } = await openPage(browser, poor.url);
    await whenDrawn(page);
    await drop(page, [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]);
    expect(await refusal(page)).toMatch(/^no-images: .*npx latent explore FILE/);
    await page.context().close();
    await poor.close();
  });

  it('calls training images by their name', async () => {
    const other = await serveExplorer({ root: DIST, bundle: await bundleWithImages(FEW, FEW), port: 0 });
    const { page } = await openPage(browser, other.url);
    await whenDrawn(page);
    await drop(page, [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]);
    await whenOpened(page);
    expect(await page.locator('section[aria-label="Opened file"]').innerText()).toContain('1,000 training images');
    expect(await masthead(page)).toContain('MSE train ');
    await page.context().close();
    await other.close();
  });

  it('opens though nothing of the page has come yet', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const bundle = await bundleWithImages();
    const late = await serveExplorer({ root: DIST, bundle: () => released.then(() => bundle), port: 0 });
    const { page, complaints } = await openPage(browser, late.url);
    await drop(page, [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]);
    await progress(page).waitFor();
    release();
    await whenOpened(page);
    await whenDrawn(page);
    expect(await page.locator('section[aria-label="Classes"] li').count()).toBe(10);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
    await late.close();
  });

  it('says where to let go, and opens a real folder that is dropped there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latent-plane-'));
    await mkdir(join(folder, 'my tfjs'));
    for (const [name, bytes] of exportTfjs(model)) await writeFile(join(folder, 'my tfjs', name), bytes);
    const { page, complaints } = await opened();
    // The browser's own drag, as by hand: a made-up event has no folders.
    const cdp = await page.context().newCDPSession(page);
    const drag = (type: 'dragEnter' | 'dragOver' | 'dragCancel' | 'drop') =>
      cdp.send('Input.dispatchDragEvent', {
        type,
        x: 300,
        y: 300,
        data: { items: [], files: [join(folder, 'my tfjs')], dragOperationsMask: 1 },
      });
    const overlay = page.getByText('Drop a model or a run folder here');
    await drag('dragEnter');
    await drag('dragOver');
    await overlay.waitFor();
    await page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })));
    await overlay.waitFor({ state: 'detached' });
    await drag('dragEnter');
    await drag('dragOver');
    await overlay.waitFor();
    await drag('dragCancel'); // of which Chromium says nothing
    await page.mouse.move(200, 200);
    await overlay.waitFor({ state: 'detached' });
    await drag('dragEnter');
    await drag('dragOver');
    await drag('drop');
    await whenOpened(page);
    expect(await overlay.count()).toBe(0);
    expect(await page.locator('section[aria-label="Opened file"] b').innerText()).toBe('my tfjs/model.json');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
    await rm(folder, { recursive: true });
  });

  it('can be cancelled on the way, and loses neither the plane nor the focus', async () => {
    const { page, complaints } = await opened();
    const before = await digitBytes(page);
    // What it needs next never comes: it is on the way however quickly the file is read.
    await page.context().route('**/data/**', () => undefined);
    await page.locator('input[type=file][accept]').setInputFiles([chosen(await largest())]);
    const cancel = progress(page).getByRole('button', { name: 'Cancel' });
    await cancel.focus();
    await page.keyboard.press('Enter');
    await progress(page).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Open a model');
    await expect.poll(() => page.workers().filter((worker) => worker.url().includes('open-worker'))).toStrictEqual([]);
    await page.waitForTimeout(300);
    expect(await page.locator('dialog, section[aria-label="Opened file"]').count()).toBe(0);
    expect(await digitBytes(page)).toStrictEqual(before);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('is told in words by a screen reader, each stage once', async () => {
    const { page } = await opened();
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      const region = document.querySelector('.page ~ [role=status]');
      if (region)
        new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        });
    });
    await drop(page, [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]);
    await whenOpened(page);
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { said: string[] }).said))
      .toStrictEqual([
        'dense-1.keras: Reading the file',
        'dense-1.keras: Loading images',
        'dense-1.keras: Placing images on its plane',
        'dense-1.keras is open',
      ]);
    await page.context().close();
  });

  it('gives up after a minute of silence, and says on whose part', async () => {
    const { page } = await opened();
    const { images } = parseExplorerIndex(await (await fetch(new URL('data/index.json', server.url))).json());
    await page.context().route(`**/data/${images?.path}`, () => undefined);
    await page.clock.install();
    await drop(page, [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]);
    await progress(page).getByText('Loading images').waitFor();
    await page.clock.fastForward(61_000);
    expect(await refusal(page)).toMatch(/^model-timeout: dense-1\.keras: nothing was heard for 60 s of the server/);
    expect(await progress(page).count()).toBe(0);
    await page.context().close();
  });

  it('opens the largest network of the zoo, and says how long it takes', async () => {
    const file = await largest();
    const { page } = await opened();
    const begin = performance.now();
    await page.locator('input[type=file][accept]').setInputFiles([chosen(file)]);
    await page.waitForSelector('section[aria-label="Opened file"]', { timeout: 200_000 });
    const seconds = (performance.now() - begin) / 1000;
    console.info(`convdense-3, ${file.bytes.length} bytes: on its plane after ${seconds.toFixed(1)} s`);
    await whenDrawn(page);
    expect(await page.locator('header select option:checked').innerText()).toBe('convdense-3.keras (opened)');
    await page.context().close();
  });

  const screens = [
    { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
    { viewport: { width: 1440, height: 900 } },
  ].flatMap((screen) => (['light', 'dark'] as const).map((colorScheme) => ({ ...screen, colorScheme })));

  it.each(screens)('axe finds nothing serious at $viewport.width pixels in the $colorScheme', async (options) => {
    const { page } = await opened(options);
    const serious = async (): Promise<string[]> =>
      (await new AxeBuilder({ page }).analyze()).violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    await drop(page, [{ name: 'short.keras', bytes: new Uint8Array([0x50, 0x4b]) }]);
    await refusal(page);
    expect(await serious()).toStrictEqual([]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await drop(page, [{ name: 'dense-1.keras', bytes: await exportKeras(model) }]);
    await whenOpened(page);
    await whenDrawn(page);
    expect(await serious()).toStrictEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(options.viewport.width);
    await page.context().close();
  });
});
