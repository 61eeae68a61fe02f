/**
 * Drawing a digit in a real Chromium, with the trained dense-1 and real test images: by mouse, finger and keys.
 */
import { explorerBundle } from 'latent-plane/internal';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { rasterDrawing } from '../src/draw/raster.ts';
import { type Drawing, GRID } from '../src/draw/strokes.ts';
import { addressed, cursorCode, openPage, SCREENS, settle, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { traceDigit } from './trace.ts';
import { codeOf, imageAt, trained, trainedBundle } from './trained.ts';

/** Of the test images. */
const SIZE = { width: 28, height: 28 };

const apart = (a: readonly number[], b: readonly number[]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('a digit traced from a test image', () => {
  const COUNT = 200;
  const codes = Array.from({ length: COUNT }, (_, i) => codeOf(imageAt(i)));
  const extent = (d: 0 | 1): number =>
    Math.max(...codes.map((code) => code[d])) - Math.min(...codes.map((code) => code[d]));
  const diagonal = Math.hypot(extent(0), extent(1));

  it("lands within 4 % of the plane's diagonal of that image's code for half of 200 images, within 10 % for four fifths", () => {
    const distances = codes
      .map((code, i) => apart(code, codeOf(rasterDrawing(traceDigit(imageAt(i)), GRID, SIZE))) / diagonal)
      .sort((a, b) => a - b);
    expect(distances[COUNT / 2]).toBeLessThan(0.04);
    expect(distances[0.8 * COUNT]).toBeLessThan(0.1);
  });

  it('is as heavy as its image to a tenth, on average', () => {
    let [drawn, real] = [0, 0];
    for (let i = 0; i < COUNT; i++) {
      drawn += rasterDrawing(traceDigit(imageAt(i)), GRID, SIZE).reduce((sum, value) => sum + value, 0);
      real += imageAt(i).reduce((sum, value) => sum + value, 0);
    }
    expect(Math.abs(drawn / real - 1)).toBeLessThan(0.1);
  });
});

const bundle = trainedBundle();
const withoutEncoder = new Map([...trained.weights].filter(([name]) => name.startsWith('decoder/')));

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the drawing pad', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle, port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const [{ name: _phone, ...phone }] = SCREENS;
  const opened = async (hash = '', options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, server.url + hash, options);
    await whenDrawn(watched.page);
    return watched;
  };
  const close = (page: Page): Promise<void> => page.context().close();
  const pad = (page: Page) => page.getByRole('application', { name: 'Drawing pad' });
  const padBox = async (page: Page) => {
    await pad(page).scrollIntoViewIfNeeded();
    const box = await pad(page).boundingBox();
    if (!box) throw new Error('the pad has no box');
    return box;
  };
  const drawnCode = async (page: Page): Promise<number[]> => {
    await page.waitForSelector('[data-code]');
    await settle(page);
    return ((await page.locator('[data-code]').getAttribute('data-code')) ?? '').split(',').map(Number);
  };
  const drawByMouse = async (page: Page, drawing: Drawing): Promise<void> => {
    const { x, y, width } = await padBox(page);
    for (const [first, ...others] of drawing) {
      await page.mouse.move(x + (first.x / GRID) * width, y + (first.y / GRID) * width);
      await page.mouse.down();
      for (const point of others) await page.mouse.move(x + (point.x / GRID) * width, y + (point.y / GRID) * width);
      await page.mouse.up();
    }
  };

  it("puts a mouse's digit where the encoder sends it, near the code of the image it was traced from, and shows its reconstruction and error", async () => {
    const { page, complaints } = await opened();
    const encoderCame = page.waitForResponse((response) => response.url().endsWith('/encoder.safetensors'));
    await page.getByRole('button', { name: 'Draw' }).click();
    await encoderCame;
    await drawByMouse(page, traceDigit(imageAt(0)));
    const code = await drawnCode(page);
    const { min, max } = JSON.parse(new TextDecoder().decode(bundle.get('data/dense-1/model.json'))).bounds;
    expect(apart(code, codeOf(imageAt(0))) / Math.hypot(max[0] - min[0], max[1] - min[1])).toBeLessThan(0.1);
    await expect.poll(() => cursorCode(page).then(({ x, y }) => [x, y])).toStrictEqual(code);
    // The link holds the very strokes.
    await expect.poll(() => apart(codeOf(rasterDrawing(addressed(page).drawing, GRID, SIZE)), code)).toBeLessThan(1e-6);
    await expect.poll(() => page.locator('.error').textContent()).toMatch(/Error 0\.\d{4}/);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('shows the drawing of a link again, at the same code', async () => {
    const { page } = await opened();
    await page.getByRole('button', { name: 'Draw' }).click();
    await drawByMouse(page, traceDigit(imageAt(2)));
    const code = await drawnCode(page);
    await expect.poll(() => addressed(page).at?.x).toBeCloseTo(code[0], 6);
    const { page: other } = await opened(new URL(page.url()).hash);
    await expect.poll(() => drawnCode(other)).toStrictEqual(code);
    await close(page);
    await close(other);
  });

  it('encodes while the stroke is still being drawn', async () => {
    const { page } = await opened('#tool=draw');
    const { x, y, width } = await padBox(page);
    await page.mouse.move(x + 0.5 * width, y + 0.2 * width);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.5 * width, { steps: 4 });
    const half = await drawnCode(page);
    await page.mouse.move(x + 0.2 * width, y + 0.8 * width, { steps: 4 });
    await expect.poll(() => drawnCode(page)).not.toStrictEqual(half);
    await close(page);
  });

  it('draws under a finger without scrolling the page, and takes a stroke back', async () => {
    const { page } = await opened('#tool=draw', phone);
    const { x, y, width } = await padBox(page);
    const before = await page.evaluate(() => scrollY);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    await touch('touchStart', [{ x: x + 0.5 * width, y: y + 0.2 * width }]);
    for (const share of [0.4, 0.6, 0.8]) await touch('touchMove', [{ x: x + 0.5 * width, y: y + share * width }]);
    await touch('touchEnd', []);
    await drawnCode(page);
    expect(await page.evaluate(() => scrollY)).toBe(before);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForSelector('[data-code]', { state: 'detached' });
    await close(page);
  });

  it('draws by keys: arrows lead the pen, Space sets it down', async () => {
    const { page } = await opened();
    await page.getByRole('button', { name: 'Draw' }).focus();
    await page.keyboard.press('Enter');
    await pad(page).focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 14; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect.poll(() => addressed(page).drawing.length).toBe(1);
    const stroke = await drawnCode(page);
    expect(stroke.every(Number.isFinite)).toBe(true);
    await page.keyboard.press('ArrowRight');
    expect(await drawnCode(page)).toStrictEqual(stroke);
    await page.keyboard.press('Backspace');
    await page.waitForSelector('[data-code]', { state: 'detached' });
    await close(page);
  });

  it('does not offer to draw where there is no encoder', async () => {
    const decoderOnly = explorerBundle({
      dataset: { name: 'mnist', classNames: ['0'], train: 0, test: 2 },
      labels: Uint8Array.of(0, 0),
      networks: [{ spec: trained.spec, weights: withoutEncoder, codes: Float32Array.of(0, 0, 1, 1) }],
    });
    const other = await serveExplorer({ root: DIST, bundle: decoderOnly, port: 0 });
    const { page } = await openPage(browser, `${other.url}#tool=draw`);
    await whenDrawn(page);
    expect(await page.getByRole('button', { name: 'Draw' }).count()).toBe(0);
    await close(page);
    await other.close();
  });
});
