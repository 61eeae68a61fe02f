/**
 * The Model view in a real Chromium: what it tells, by keyboard and pointer, and what it gives away.
 */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { MNIST, readModel, resolveNetwork } from 'latent-plane';
import { encodeClassMap, identityOfEntry } from 'latent-plane/internal';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { addressed, openPage, whenDrawn } from './browser.ts';
import { about, DIST, ensureBuilt, scoresAt, spec, testBundle, untrainedWeights } from './fixture.ts';
import { shownField, trainedBundle } from './trained.ts';
import { wideBundle, wideNetwork } from './wide.ts';

const SCREENS = [
  { name: 'a phone', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  { name: 'a desktop', viewport: { width: 1440, height: 900 } },
];
const CASES = SCREENS.flatMap((screen) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ ...screen, colorScheme })),
);

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the Model view', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: testBundle('dense-1', 'second'), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '#page=model', options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, server.url + hash, options);
    await watched.page.locator('article img').waitFor();
    return watched;
  };
  const text = (page: Page, name: string): Promise<string> => page.getByRole('region', { name }).innerText();

  it('tells layers, findings with evidence and remedy, recipe, seed and command, without a complaint', async () => {
    const { page, complaints } = await opened();
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe(`dense-1: ${spec.title}`);
    expect(await text(page, 'Layers of the encoder')).toMatch(/dense_3\s+2\s+2\s+18\s+sigmoid/);
    const findings = await text(page, 'Findings');
    expect(findings).toContain('Warning overfit');
    expect(findings).toMatch(/test over train\s+1\.1/);
    expect(findings).toContain('What to try: Add dropout.');
    expect(await text(page, 'Recipe and seed')).toMatch(new RegExp(`Seed\\s+${spec.recipes.best?.seed}`));
    expect(await text(page, 'Make it again')).toContain(`${about.command} --out DIR`);
    const picture = page.locator('article img');
    await expect.poll(() => picture.getAttribute('alt')).toMatch(/the validation loss falls to .* by epoch 20/);
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
    await page.getByText('Show the card').click();
    expect(await page.locator('.card').innerText()).toContain('# dense-1: a card');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('says which plane through wider codes its class map shows, beside the picture and on its axes', async () => {
    const network = { ...wideNetwork('wide', 16), field: encodeClassMap(shownField) };
    const given = await serveExplorer({ root: DIST, bundle: wideBundle([network], scoresAt), port: 0 });
    const { page, complaints } = await openPage(browser, `${given.url}#page=model`);
    const plane = page.getByRole('region', { name: 'The plane', exact: true });
    await plane.locator('img').waitFor();
    expect(await plane.innerText()).toContain(
      'A plane through codes of 16 numbers: component 1 across, component 2 up, principal components of the codes.',
    );
    const coming = page.waitForEvent('download');
    await plane.getByRole('button', { name: 'SVG' }).click();
    const svg = await readFile(await (await coming).path(), 'utf8');
    expect(svg).toContain('component 1');
    expect(svg).not.toContain('first number');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
    await given.close();
  });

  it('shows the published error beside MNIST alone, which a name does not make of other images', async () => {
    // The bundle's images are called `mnist`, and are not.
    const { page } = await opened();
    expect(await text(page, 'Error')).not.toContain('Published');
    expect(await page.locator('article header').innerText()).toContain(`On record, of MNIST: ${spec.record}`);
    expect(await page.locator('header .published').count()).toBe(0);
    await page.context().close();
    const bundle = testBundle('dense-1');
    const path = 'data/dense-1/model.json';
    const model = JSON.parse(new TextDecoder().decode(bundle.get(path)));
    const of = { ...model, dataset: { ...model.dataset, identity: identityOfEntry(MNIST) } };
    bundle.set(path, new TextEncoder().encode(JSON.stringify(of)));
    const other = await serveExplorer({ root: DIST, bundle, port: 0 });
    const shown = (await openPage(browser, `${other.url}#page=model`)).page;
    await shown.locator('article img').waitFor();
    expect(await text(shown, 'Error')).toMatch(/Published, MSE per pixel\s+0\.04068/);
    expect(await shown.locator('article header').innerText()).toContain(`On record: ${spec.record}`);
    expect(await shown.locator('header .published').count()).toBe(1);
    await shown.context().close();
    await other.close();
  });

  it('is reached by keyboard, is in the address, and the way back keeps the place of the cursor', async () => {
    const { page } = await openPage(browser, `${server.url}#at=0.5,0.25`);
    await whenDrawn(page);
    const link = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Model' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator('article img').waitFor();
    expect(await link.getAttribute('aria-current')).toBe('page');
    await expect.poll(() => addressed(page)).toMatchObject({ page: 'model', at: { x: 0.5, y: 0.25 } });
    await page.goBack();
    await whenDrawn(page);
    await expect.poll(() => addressed(page)).toMatchObject({ page: 'explore', at: { x: 0.5, y: 0.25 } });
    await page.context().close();
  });

  it('shows the network that is chosen', async () => {
    const { page } = await opened();
    await page.getByLabel('Network').selectOption('second');
    await page.getByRole('heading', { name: /^second: / }).waitFor();
    await expect.poll(() => addressed(page)).toMatchObject({ page: 'model', model: 'second' });
    await page.context().close();
  });

  it.each([
    { button: /^Keras \.keras/, name: 'dense-1.keras' },
    { button: /^ONNX/, name: 'dense-1-onnx.zip' },
    { button: /^TensorFlow\.js/, name: 'dense-1-tfjs.zip' },
    { button: /^safetensors/, name: 'dense-1.safetensors' },
    { button: /^PyTorch code/, name: 'dense-1-pytorch-code.zip' },
    { button: /^Keras code/, name: 'dense-1-keras-code.zip' },
    { button: /^Model card/, name: 'dense-1-card.md' },
    { button: 'SVG of dense-1-training-curves', name: 'dense-1-training-curves.svg' },
    { button: 'PNG of dense-1-training-curves', name: 'dense-1-training-curves.png' },
  ])('gives $name away, and asks for the encoder only then', async ({ button, name }) => {
    const { page, complaints } = await opened();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).press('Enter');
    const file = await download;
    expect(file.suggestedFilename()).toBe(name);
    const bytes = new Uint8Array(await readFile(await file.path()));
    const starts = { keras: 'PK', zip: 'PK', safetensors: '', md: '# dense-1', svg: '<svg', png: '\u0089PNG' };
    const start = starts[name.split('.').pop() as keyof typeof starts];
    expect(String.fromCharCode(...bytes.subarray(0, start.length))).toBe(start);
    expect(asked.some((url) => url.endsWith('encoder.safetensors'))).toBe(/keras|zip|safetensors/.test(name));
    if (name.endsWith('.keras')) {
      const { weights } = await readModel({ file: name, bytes }, { network: spec });
      for (const { name: parameter } of resolveNetwork(spec).parameters) {
        expect(weights.get(parameter)).toStrictEqual(untrainedWeights().get(parameter));
      }
    }
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it.each(['SVG', 'PNG'])(
    'gives the plane away as %s where its classes are known, as the command line draws it',
    async (kind) => {
      const fielded = await serveExplorer({ root: DIST, bundle: trainedBundle(), port: 0 });
      const { page, complaints } = await openPage(browser, `${fielded.url}#page=model`);
      const picture = page.getByRole('region', { name: 'The plane' }).getByRole('img');
      expect(await picture.getAttribute('alt')).toMatch(
        /: (the plane shows one class only|\d+ of \d+ classes have a place)/,
      );
      expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: new RegExp(`^${kind} of .*-plane$`) }).press('Enter');
      const file = await download;
      const bytes = await readFile(await file.path());
      if (kind === 'SVG') expect(bytes.toString()).toMatch(/<image [^>]*href="data:image\/png;base64,/);
      else expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      expect(complaints).toStrictEqual([]);
      await page.context().close();
      await fielded.close();
    },
  );

  it.each(CASES)('axe finds nothing serious on $name in the $colorScheme; it fits', async ({ name: _, ...options }) => {
    const { page } = await opened('#page=model', options);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`),
    ).toStrictEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(options.viewport.width);
    const sizes = await page.locator('button:visible, select:visible, a:visible, summary').evaluateAll((elements) =>
      elements.map((element) => {
        const { width, height } = element.getBoundingClientRect();
        return Math.min(width, height);
      }),
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    await page.context().close();
  });
});
