/**
 * The lasso in a real Chromium: a region by mouse, finger and keyboard; the images within it stand out, are sorted by
 * error and saved as a table.
 */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { markedOf, marksWithin } from '../src/lasso/select.ts';
import { toPixel, wholeWindow } from '../src/plane/view.ts';
import { addressed, openPage, planeBox, restingPicture, SCREENS, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { measureShown, SHOWN, shownCodes, shownLabels, trainedBundle } from './trained.ts';

const errors = await measureShown();
const bounds = {
  min: [0, 1].map((d) => Math.min(...shownCodes.filter((_, i) => i % 2 === d))),
  max: [0, 1].map((d) => Math.max(...shownCodes.filter((_, i) => i % 2 === d))),
};
/** Half of the plane, and all of it. */
const HALF = [0, 0, 1, 0, 1, 0.5, 0, 0.5];
const ALL = [-1, -1, 2, -1, 2, 2, -1, 2];
const within = (corners: readonly number[]): readonly number[] =>
  markedOf(
    marksWithin(
      shownCodes,
      Array.from({ length: corners.length / 2 }, (_, i) => ({ x: corners[2 * i], y: corners[2 * i + 1] })),
    ),
  );
const byError = (chosen: readonly number[]): number[] => [...chosen].sort((a, b) => errors[b] - errors[a]);
const eventually = <T>(read: () => T) => expect.poll(read);

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('a lasso', () => {
  beforeAll(async () => {
    await ensureBuilt();
    // Points by the canvas, whose pixels can be read.
    browser = await launchBrowser({ args: ['--disable-3d-apis'] });
    server = await serveExplorer({ root: DIST, bundle: trainedBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '#tool=lasso', options: Parameters<typeof openPage>[2] = {}, url = server.url) => {
    const watched = await openPage(browser, url + hash, options);
    await whenDrawn(watched.page);
    await watched.page.locator('.lasso').waitFor();
    return watched;
  };
  const measured = (page: Page): Promise<void> => page.locator('[data-measured]').waitFor();
  const close = (page: Page): Promise<void> => page.context().close();
  const at = async (page: Page, x: number, y: number): Promise<[number, number]> => {
    const { left, top, side } = await planeBox(page);
    return [left + x * side, top + y * side];
  };
  const selected = async (page: Page): Promise<number> =>
    Number(await page.locator('[data-selected]').getAttribute('data-selected'));
  const sheet = (page: Page): Promise<number[]> =>
    page.locator('[data-image]').evaluateAll((items) => items.map((item) => Number(item.getAttribute('data-image'))));
  /** What the region in the address holds. */
  const addressedImages = (page: Page): readonly number[] =>
    within(addressed(page).lasso.flatMap(({ x, y }) => [x, y]));
  const csv = async (page: Page): Promise<{ name: string; lines: string[] }> => {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const file = await coming;
    const text = await readFile(await file.path(), 'utf8');
    return { name: file.suggestedFilename(), lines: text.trim().split('\n') };
  };
  /** Of the pixel in the middle of a point, 0..255. */
  const opacityAt = (page: Page, i: number): Promise<number> =>
    page.locator('[data-points]').evaluate(
      (canvas, [left, top]) => {
        if (!(canvas instanceof HTMLCanvasElement)) return -1;
        const [x, y] = [Math.floor(left * canvas.width), Math.floor(top * canvas.height)];
        return canvas.getContext('2d')?.getImageData(x, y, 1, 1).data[3] ?? -1;
      },
      (() => {
        const { left, top } = toPixel(wholeWindow(bounds), 1, { x: shownCodes[2 * i], y: shownCodes[2 * i + 1] });
        return [left, top];
      })(),
    );

  it('by mouse selects the images that it goes round, and dims the others without hiding them', async () => {
    const { page, complaints } = await opened();
    const far = within([0.6, 0, 1, 0, 1, 0.6, 0.6, 0.6])[0];
    const before = await opacityAt(page, far);
    await page.mouse.move(...(await at(page, 0.1, 0.1)));
    await page.mouse.down();
    for (const [x, y] of [
      [0.5, 0.1],
      [0.5, 0.5],
      [0.1, 0.5],
    ])
      await page.mouse.move(...(await at(page, x, y)), { steps: 6 });
    await page.mouse.up();
    await eventually(() => addressed(page).lasso.length).toBeGreaterThan(10);
    const chosen = addressedImages(page);
    expect(chosen.length).toBeGreaterThan(20);
    await eventually(() => selected(page)).toBe(chosen.length);
    await page.getByText(`${chosen.length} images selected.`).waitFor({ state: 'attached' });
    expect(before).toBeGreaterThan(150);
    await eventually(() => opacityAt(page, far)).toBeLessThan(before / 2);
    expect(await opacityAt(page, far)).toBeGreaterThan(5);
    expect(await opacityAt(page, chosen[0])).toBe(before);
    const counts = await page.getByRole('list', { name: 'Selected of each class' }).locator('span').allTextContents();
    expect(counts.map(Number)).toStrictEqual(
      Array.from({ length: 10 }, (_, label) => chosen.filter((i) => shownLabels[i] === label).length),
    );
    // A click is none: it puts the cursor.
    await page.mouse.click(...(await at(page, 0.7, 0.7)));
    await eventually(() => addressed(page).at).not.toBe(null);
    expect(await selected(page)).toBe(chosen.length);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('by finger selects too, without scrolling the page', async () => {
    const { page } = await opened('#tool=lasso', SCREENS[0]);
    const session = await page.context().newCDPSession(page);
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...place: [number, number] | []) => {
      const [x, y] = place.length > 0 ? await at(page, place[0] ?? 0, place[1] ?? 0) : [0, 0];
      await session.send('Input.dispatchTouchEvent', { type, touchPoints: place.length > 0 ? [{ x, y }] : [] });
    };
    await touch('touchStart', 0.2, 0.2);
    for (const [x, y] of [
      [0.8, 0.2],
      [0.8, 0.8],
      [0.2, 0.8],
    ] as const)
      await touch('touchMove', x, y);
    await touch('touchEnd');
    await eventually(() => addressed(page).lasso.length).toBeGreaterThan(2);
    expect(await selected(page)).toBe(addressedImages(page).length);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await close(page);
  });

  it('by keyboard alone is set corner by corner, taken back and cleared', async () => {
    const { page } = await opened('#tool=lasso&at=0.3,0.3');
    await page.getByRole('application', { name: 'Latent plane' }).focus();
    const go = async (key: string, times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await page.keyboard.press(`Shift+${key}`);
      await page.keyboard.press('Enter');
    };
    await page.keyboard.press('Enter');
    await go('ArrowRight', 6);
    await page.getByText('Corner 2 set; 1 more make a region.').waitFor({ state: 'attached' });
    await go('ArrowUp', 6);
    await eventually(() => addressed(page).lasso.length).toBe(3);
    await go('ArrowLeft', 6);
    await eventually(() => addressed(page).lasso.length).toBe(4);
    const chosen = addressedImages(page);
    expect(chosen.length).toBeGreaterThan(10);
    expect(await selected(page)).toBe(chosen.length);
    await page.keyboard.press('Backspace');
    await eventually(() => addressed(page).lasso.length).toBe(3);
    await page.keyboard.press('Escape');
    await eventually(() => addressed(page).lasso).toStrictEqual([]);
    await page.getByText('Selection cleared.').waitFor({ state: 'attached' });
    await close(page);
  });

  it('has its images sorted by the error that the engine finds, and saves them as a table', async () => {
    const { page } = await opened(`#tool=lasso&lasso=${HALF}`);
    await measured(page);
    const chosen = within(HALF);
    const order = byError(chosen);
    expect(await selected(page)).toBe(chosen.length);
    expect(await sheet(page)).toStrictEqual(order.slice(0, 24));
    const mean = chosen.reduce((sum, i) => sum + errors[i], 0) / chosen.length;
    expect(await page.locator('.sum b').last().textContent()).toBe(mean.toFixed(4));
    const { name, lines } = await csv(page);
    expect(name).toBe('dense-1-selection.csv');
    expect(lines[0]).toBe('index,split,label,z1,z2,error');
    expect(lines.length - 1).toBe(chosen.length);
    lines.slice(1).forEach((line, place) => {
      const [index, split, label, x, y, error] = line.split(',');
      const i = order[place];
      expect([Number(index), split, Number(label)]).toStrictEqual([i, 'test', shownLabels[i]]);
      expect([Math.fround(Number(x)), Math.fround(Number(y))]).toStrictEqual([
        shownCodes[2 * i],
        shownCodes[2 * i + 1],
      ]);
      // The page adds in double precision, the engine's kernels in single.
      expect(Math.abs(Number(error) - errors[i])).toBeLessThan(1e-6);
    });
    await page.getByRole('button', { name: /^Sorted by error/ }).click();
    await eventually(() => sheet(page)).toStrictEqual(order.reverse().slice(0, 24));
    await close(page);
  });

  it('shows some images at first and more on demand, and one of them on the plane', async () => {
    const { page } = await opened(`#tool=lasso&lasso=${ALL}`);
    await measured(page);
    expect(await selected(page)).toBe(SHOWN);
    expect(await sheet(page)).toHaveLength(24);
    await page.getByRole('button', { name: 'Show 48 more of 476' }).click();
    await eventually(() => sheet(page)).toHaveLength(72);
    const [first] = await sheet(page);
    await page.locator('[data-image] button').first().click();
    await eventually(() => addressed(page).at?.x).toBeCloseTo(shownCodes[2 * first], 6);
    await close(page);
  });

  it('takes the errors from the bundle where it has them, exactly, and only when they are asked for', async () => {
    const given = await serveExplorer({ root: DIST, bundle: trainedBundle(errors), port: 0 });
    const { page } = await openPage(browser, `${given.url}#lasso=${HALF}`);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await whenDrawn(page);
    expect(asked.filter((url) => url.endsWith('errors.npy'))).toStrictEqual([]);
    await page.getByRole('button', { name: 'Lasso' }).click();
    await measured(page);
    expect(asked.filter((url) => url.endsWith('errors.npy'))).toHaveLength(1);
    const { lines } = await csv(page);
    expect(lines.slice(1).map((line) => Math.fround(Number(line.split(',')[5])))).toStrictEqual(
      byError(within(HALF)).map((i) => errors[i]),
    );
    await close(page);
    await given.close();
  });

  it('in a link is the same elsewhere, pixel for pixel', async () => {
    const link = `#tool=lasso&lasso=${HALF}&at=0.5,0.5`;
    const pictures: Buffer[] = [];
    for (let i = 0; i < 2; i++) {
      const { page } = await opened(link);
      await measured(page);
      await page.locator('[data-image]').first().waitFor();
      pictures.push(await restingPicture(page.locator('.surface')));
      await close(page);
    }
    expect(pictures[0].equals(pictures[1])).toBe(true);
  });
});
