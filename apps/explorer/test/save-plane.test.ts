/**
 * The plane as PNG and SVG, in a real Chromium: what is shown, twice as fine, with axes and a title.
 */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { openPage, planeBox, SCREENS, settle, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { trainedBundle } from './trained.ts';

let browser: Browser;
let server: ExplorerServer;

/** Width and height out of a PNG's header. */
const pngSize = (bytes: Buffer): readonly [number, number] => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

const save = async (page: Page, kind: 'PNG' | 'SVG'): Promise<Buffer> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Plane as ${kind}` }).press('Enter'),
  ]);
  expect(download.suggestedFilename()).toBe(`dense-1-plane.${kind.toLowerCase()}`);
  return readFile(await download.path());
};

/** Colours of a picture of the page, as many as differ in a grid over its square. */
const coloursOf = (page: Page, bytes: Buffer, type: string): Promise<number> =>
  page.evaluate(
    async ([text, kind]) => {
      const blob = new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], { type: kind });
      const bitmap = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const seen = new Set<string>();
      for (let i = 1; i < 40; i++)
        for (let j = 1; j < 40; j++) {
          const [r, g, b] = context?.getImageData((i * bitmap.width) / 40, (j * bitmap.height) / 40, 1, 1).data ?? [];
          seen.add(`${r >> 3},${g >> 3},${b >> 3}`);
        }
      return seen.size;
    },
    [bytes.toString('base64'), type] as const,
  );

describe.skipIf(findBrowser() === null)('the plane as a picture', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: trainedBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is a PNG twice as fine as the screen, with what is shown', async () => {
    const { page, complaints } = await openPage(browser, server.url);
    await whenDrawn(page);
    const { side } = await planeBox(page);
    const whole = await save(page, 'PNG');
    const [width, height] = pngSize(whole);
    expect(width).toBeGreaterThan(2 * side);
    expect(height).toBeGreaterThan(2 * side);
    expect(width).toBeLessThan(2 * side + 300);
    expect(await coloursOf(page, whole, 'image/png')).toBeGreaterThan(40);
    // Without layers the plane is empty but for the cursor.
    await page.evaluate(() => {
      location.hash = 'layers=';
    });
    await page.waitForSelector('[data-classes]', { state: 'detached' });
    await settle(page);
    const empty = await save(page, 'PNG');
    expect(await coloursOf(page, empty, 'image/png')).toBeLessThan(8);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('is an SVG whose letters are letters: title, axes, names', async () => {
    const { page, complaints } = await openPage(browser, `${server.url}#at=0.3,0.8`);
    await whenDrawn(page);
    const svg = (await save(page, 'SVG')).toString('utf8');
    const told = await page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      return {
        name: root.nodeName,
        title: root.querySelector('title')?.textContent,
        texts: [...root.querySelectorAll('text')].map((element) => element.textContent ?? ''),
        images: [...root.querySelectorAll('image')].map((image) => image.getAttribute('href')?.slice(0, 22)),
      };
    }, svg);
    expect(told.name).toBe('svg');
    expect(told.title).toMatch(/^dense-1: /);
    expect(told.texts.join(' ')).toContain('Points: codes of 500 images of mnist.');
    // Ticks of both axes, and a name for every class that has a place.
    expect(told.texts.filter((text) => /^0\.\d$/.test(text)).length).toBeGreaterThan(8);
    expect(told.texts.filter((text) => /^\d$/.test(text)).length).toBeGreaterThan(6);
    expect(told.images).toStrictEqual(['data:image/png;base64,']);
    await expect
      .poll(() => page.locator('[aria-label="Save the plane"] [role=status]').textContent())
      .toBe('dense-1-plane.svg was saved');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it.each(SCREENS)(
    'is to be had on $name in the $colorScheme, at 44 pixels, within the page',
    async ({ name: _name, ...options }) => {
      const { page } = await openPage(browser, server.url, options);
      await whenDrawn(page);
      const button = page.getByRole('button', { name: 'Plane as PNG' });
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        options.viewport.width,
      );
      const [width] = pngSize(await save(page, 'PNG'));
      expect(width).toBeGreaterThan(1000);
      await page.context().close();
    },
  );
});
