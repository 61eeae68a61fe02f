/**
 * Real images as little pictures on the plane, in a real Chromium.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { toPixel, windowOf } from '../src/plane/view.ts';
import { openPage, planeBox, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { imageAt, SHOWN, shownCodes, shownField, trainedBundle } from './trained.ts';

const bundle = trainedBundle();
const VIEW = { x: 0.3, y: 0.75, zoom: 6 };
const NEAR = `#view=${VIEW.x},${VIEW.y},${VIEW.zoom}`;
const seen = windowOf(shownField.bounds, VIEW);
const inView = Array.from({ length: SHOWN }, (_, i) => i).filter((i) => {
  const [x, y] = [shownCodes[2 * i], shownCodes[2 * i + 1]];
  return x >= seen.minX && x <= seen.minX + seen.width && y >= seen.minY && y <= seen.minY + seen.height;
});

let browser: Browser;
let server: ExplorerServer;

/** Grey levels of 28 x 28 pixels around the middle of a place, CSS pixels, of a canvas without device pixels. */
const greysAt = (page: Page, left: number, top: number, edge: number): Promise<number[]> =>
  page.evaluate(
    ([x, y, size]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-thumbnails]');
      const data = canvas?.getContext('2d')?.getImageData(x, y, size, size).data ?? [];
      return Array.from(data).filter((_, i) => i % 4 === 0);
    },
    [left, top, edge],
  );

describe.skipIf(findBrowser() === null)('pictures on the plane', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle, port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const close = (page: Page): Promise<void> => page.context().close();
  const said = (page: Page): Promise<string> => page.locator('.bounds').innerText();

  it('come when few images are in view, with their pixels, which are fetched then and not before', async () => {
    const { page, complaints } = await openPage(browser, server.url);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await whenDrawn(page);
    expect(asked.filter((url) => url.endsWith('images.npy'))).toStrictEqual([]);
    expect(await page.locator('[data-thumbnails]').count()).toBe(0);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, NEAR);
    await page.waitForSelector('[data-thumbnails]');
    expect(asked.filter((url) => url.endsWith('images.npy'))).toHaveLength(1);
    const count = Number(await page.locator('[data-thumbnails]').getAttribute('data-thumbnails'));
    await expect
      .poll(() => said(page))
      .toBe(`Shown as pictures: ${count} of the ${inView.length} test images in view.`);
    expect(count).toBeGreaterThan(5);

    // The first in view always has room; the others may have had to make way.
    const { side } = await planeBox(page);
    const edge = inView.length * 61 ** 2 <= side ** 2 / 3 ? 56 : 28;
    let matching = 0;
    for (const i of inView) {
      const { left, top } = toPixel(seen, side, { x: shownCodes[2 * i], y: shownCodes[2 * i + 1] });
      const [x, y] = [Math.round(left - edge / 2), Math.round(top - edge / 2)];
      if (x < 0 || y < 0 || x + edge > side || y + edge > side) continue;
      const greys = await greysAt(page, x, y, edge);
      const image = imageAt(i);
      const same = greys.every((grey, at) => {
        const [column, row] = [Math.floor(((at % edge) * 28) / edge), Math.floor((Math.floor(at / edge) * 28) / edge)];
        return grey === Math.round(255 * image[row * 28 + column]);
      });
      if (same) matching += 1;
      else expect(i).not.toBe(inView[0]);
    }
    // Those cut by the plane's edge were not looked at.
    expect(matching).toBeGreaterThan(0.5 * count);
    expect(matching).toBeLessThanOrEqual(count);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('go with the images, and when the whole plane is shown again', async () => {
    const { page } = await openPage(browser, server.url + NEAR);
    await page.waitForSelector('[data-thumbnails]');
    const images = page.getByRole('button', { name: 'Images', exact: true });
    await images.click();
    await page.waitForSelector('[data-thumbnails]', { state: 'detached' });
    await images.click();
    await page.waitForSelector('[data-thumbnails]');
    await page.getByRole('button', { name: 'Show the whole plane' }).click();
    await page.waitForSelector('[data-thumbnails]', { state: 'detached' });
    await expect.poll(() => said(page)).toContain('Codes reach from');
    await close(page);
  });

  it('need no WebGL', async () => {
    const plain = await launchBrowser({ args: ['--disable-3d-apis'] });
    const { page, complaints } = await openPage(plain, server.url + NEAR);
    await page.waitForSelector('[data-points=canvas]');
    await page.waitForSelector('[data-thumbnails]');
    expect(complaints).toStrictEqual([]);
    await plain.close();
  });

  it('that cannot be had are told of, and the points stay', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/images.npy', (route) => route.fulfill({ status: 404 }));
    await page.goto(server.url + NEAR);
    await expect.poll(() => said(page)).toContain('The pictures could not be had: load-failed: data/images.npy');
    expect(await page.locator('[data-points]').count()).toBe(1);
    await context.close();
  });
});
