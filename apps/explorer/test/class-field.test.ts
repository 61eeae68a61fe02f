/**
 * The class map of the zoo in a real Chromium: the shipped one as it is shown, and the one that the page computes.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classMap, decodeNpy, type PlaneBounds, type RunnableModel } from 'latent-plane';
import { parseExplorerIndex, parseExplorerModel } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { zooFolder } from '../../../packages/cli/src/places.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import type { FieldAnswer } from '../src/class-field/field.ts';
import { openPage, settle } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { zooBundle } from './zoo.ts';

const NETWORKS = [
  ['dense-1', 'Dense-1'],
  ['cnn-3', 'CNN-3'],
] as const;
const SIZE = 400;

const shippedLabels = async (file: string): Promise<Uint8Array> => {
  const path = join(zooFolder, 'latent_space_viz/colormaps', `${file}.npy`);
  const { data } = decodeNpy(await readFile(path), path);
  return Uint8Array.from(data);
};

/** Keeps what the page's workers answer, for the test to read. */
const listen = (): void => {
  const heard: unknown[] = [];
  Reflect.set(window, 'heard', heard);
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({ data }) => heard.push(data));
    }
  };
};

/** The fields that the page computed as fine as the shipped ones, oldest first. */
const computedFields = async (page: Page) => {
  const found = await page.evaluate(
    (size) =>
      (Reflect.get(window, 'heard') as FieldAnswer[]).flatMap((answer) =>
        answer.type === 'field' && answer.field.size === size
          ? [{ labels: answer.field.labels.join(''), bounds: answer.field.bounds }]
          : [],
      ),
    SIZE,
  );
  return found.map(({ labels, bounds }) => ({ labels: Uint8Array.from(labels, Number), bounds }));
};
const computedLabels = async (page: Page): Promise<Uint8Array> => (await computedFields(page)).at(-1)?.labels ?? fail();
const fail = (): never => {
  throw new Error('the page computed no field');
};
const differences = (a: Uint8Array, b: ArrayLike<number>): number =>
  a.reduce((sum, label, i) => sum + (label === b[i] ? 0 : 1), 0);

const runnable = async (id: string): Promise<RunnableModel> => {
  const { network, weights } = await openModel(id);
  return { network, weights, runtime: nodeRuntime };
};
/** As the page has them. */
const boundsOf = async (id: string): Promise<PlaneBounds> => {
  const at = new URL('data/index.json', shipped.url);
  const { networks } = parseExplorerIndex(await (await fetch(at)).json());
  const path = networks.find((network) => network.id === id)?.path ?? '';
  return parseExplorerModel(await (await fetch(new URL(path, at))).json()).bounds;
};

let browser: Browser;
let shipped: ExplorerServer;
let computed: ExplorerServer;

describe.skipIf(findBrowser() === null)('the class map', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    shipped = await serveExplorer({ root: DIST, bundle: await zooBundle(NETWORKS.map(([id]) => id)), port: 0 });
    computed = await serveExplorer({
      root: DIST,
      bundle: await zooBundle(
        NETWORKS.map(([id]) => id),
        { withField: false },
      ),
      port: 0,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await shipped?.close();
    await computed?.close();
  });

  const close = (page: Page): Promise<void> => page.context().close();

  it.each(NETWORKS)(
    'of %s, decoded and classified in the page at the shipped size, is the shipped one',
    async (id, file) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(listen);
      await page.goto(`${computed.url}#model=${id}`);
      // Something to see comes first.
      await page.waitForSelector('[data-classes="50x50"], [data-classes="400x400"]');
      await page.waitForSelector('[data-classes="400x400"]', { timeout: 240_000 });
      const [ours, theirs] = [await computedLabels(page), await shippedLabels(file)];
      expect(ours).toHaveLength(SIZE * SIZE);
      const differing = differences(ours, theirs);
      // Two engines' sums differ in their last digits: a point on a border may fall to either side.
      console.info(`${id}: ${differing} of ${SIZE * SIZE} labels differ`);
      expect(differing).toBeLessThanOrEqual(3);
      await context.close();
    },
    300_000,
  );

  it('shows the shipped one without loading an engine, and writes its classes upon it', async () => {
    const { page, complaints } = await openPage(browser, `${shipped.url}#model=dense-1`);
    await page.waitForSelector('[data-classes="400x400"][data-faded]');
    await settle(page);
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(loaded.filter((name) => name.endsWith('.wasm'))).toStrictEqual([]);
    const labels = await shippedLabels('Dense-1');
    await page.locator('[data-field-name]').nth(3).waitFor();
    const written = await page.locator('[data-field-name]').evaluateAll((names) => {
      const plane = document.querySelector('.surface')?.getBoundingClientRect();
      return names.map((name) => {
        const { left, top, width, height } = name.getBoundingClientRect();
        return {
          name: name.getAttribute('data-field-name'),
          x: (left + width / 2 - (plane?.left ?? 0)) / (plane?.width ?? 1),
          y: (top + height / 2 - (plane?.top ?? 0)) / (plane?.height ?? 1),
        };
      });
    });
    expect(written.length).toBeGreaterThan(3);
    // The plane has a margin of 4 % around its codes.
    const cell = (share: number): number => Math.round((share * 1.08 - 0.04) * (SIZE - 1));
    for (const { name, x, y } of written) expect(String(labels[cell(y) * SIZE + cell(x)])).toBe(name);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('is coloured where the data are and hatched where there are none', async () => {
    const { page } = await openPage(browser, `${shipped.url}#model=dense-1&layers=classes`);
    await page.waitForSelector('[data-classes][data-faded]');
    await settle(page);
    const coverage = (x: number, y: number): Promise<number> =>
      page.evaluate(
        ([across, down]) => {
          const canvas = document.querySelector<HTMLCanvasElement>('[data-classes]');
          const side = canvas?.width ?? 0;
          const data = canvas?.getContext('2d')?.getImageData(across * side - 20, down * side - 20, 40, 40).data ?? [];
          return Array.from(data).filter((value, i) => i % 4 === 3 && value > 30).length / 1600;
        },
        [x, y],
      );
    // Zeros lie densely; the upper right corner is empty.
    expect(await coverage(0.3, 0.2)).toBeGreaterThan(0.99);
    const hatched = await coverage(0.9, 0.08);
    expect(hatched).toBeGreaterThan(0.15);
    expect(hatched).toBeLessThan(0.7);
    await close(page);
  });

  it('is computed anew where it is seen from near, as the library computes it, and kept for when it is seen again', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(listen);
    const from = `${shipped.url}#model=dense-1&layers=classes,names`;
    await page.goto(from);
    await page.waitForSelector('[data-classes="400x400"][data-faded]');
    expect(await page.locator('[data-detail]').count()).toBe(0);
    const { min, max } = await boundsOf('dense-1');
    // The middle, where several classes meet.
    const middle = [0, 1].map((d) => min[d] + 0.45 * (max[d] - min[d]));
    const near = `${from}&view=${middle.join()},12`;
    await page.goto(near);
    await page.waitForSelector('[data-detail="400x400"]', { timeout: 120_000 });
    const [seen] = await computedFields(page);
    for (const d of [0, 1])
      expect((max[d] - min[d]) / (seen.bounds.max[d] - seen.bounds.min[d])).toBeCloseTo(12 / 1.08, 3);
    const [model, reader] = await Promise.all(['dense-1', 'classifier'].map(runnable));
    const { labels } = await classMap(model, reader, seen.bounds, SIZE, { stride: 16, confidenceStep: 0.2 });
    expect(new Set(labels).size).toBeGreaterThan(1);
    expect(differences(seen.labels, labels)).toBeLessThanOrEqual(3);
    // The names are those of what is seen.
    expect(await page.locator('[data-field-name]').count()).toBeGreaterThan(0);

    await page.goto(from);
    await page.waitForSelector('[data-detail]', { state: 'detached' });
    await page.goto(near);
    await page.waitForSelector('[data-detail="400x400"]', { timeout: 120_000 });
    expect(await computedFields(page)).toHaveLength(1);
    await context.close();
  }, 300_000);

  it('stays as it is where a nearer one cannot be computed, and says why', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/*.wasm', (route) => route.abort());
    await page.goto(`${shipped.url}#model=dense-1`);
    await page.waitForSelector('[data-classes="400x400"][data-faded]');
    await page.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 3 });
    await expect.poll(() => page.getByText('Borders stay coarse from near').count(), { timeout: 60_000 }).toBe(1);
    expect(await page.locator('[data-classes="400x400"]').count()).toBe(1);
    await context.close();
  }, 120_000);

  it('comes and goes with its button, which the address keeps', async () => {
    const { page } = await openPage(browser, `${shipped.url}#model=cnn-3`);
    await page.waitForSelector('[data-classes][data-faded]');
    const classes = page.getByRole('button', { name: 'Classes', exact: true });
    expect(await classes.getAttribute('aria-pressed')).toBe('true');
    await classes.focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-classes]', { state: 'detached' });
    await expect.poll(() => page.evaluate(() => location.hash)).toBe('#model=cnn-3&layers=points,names');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-classes][data-faded]');
    await expect.poll(() => page.evaluate(() => location.hash)).toBe('#model=cnn-3');
    await close(page);
  });

  it('says why where it cannot be shown, and the rest goes on', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/class-field.bin', (route) => route.fulfill({ status: 404 }));
    await page.goto(`${shipped.url}#model=dense-1`);
    await expect
      .poll(() => page.getByRole('alert').textContent())
      .toContain('The classes cannot be shown: load-failed: data/dense-1/class-field.bin: the server answered 404');
    await page.waitForSelector('[data-points]', { state: 'attached' });
    await context.close();
  });
});
