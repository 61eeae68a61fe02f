/**
 * The Compare view in a real Chromium: the table, the planes that are linked, by keyboard and pointer.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { markedOf, marksWithin } from '../src/lasso/select.ts';
import { addressed, expectedBytes, largestDifference, openPage, restingPicture } from './browser.ts';
import { blobCodes, DIST, ensureBuilt, picturedBundle, TRAIN } from './fixture.ts';

const IDS = ['dense-1', 'second', 'third', 'fourth', 'fifth'];
const SCREENS = [
  { name: 'a phone', viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  { name: 'a desktop', viewport: { width: 1440, height: 900 } },
];
const CASES = SCREENS.flatMap((screen) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ ...screen, colorScheme })),
);
const eventually = <T>(read: () => T) => expect.poll(read);

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the Compare view', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: picturedBundle(...IDS), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '#page=compare', options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, server.url + hash, options);
    const { page } = watched;
    await page.getByRole('img', { name: 'The real image' }).waitFor();
    await page.locator('article img').waitFor();
    await page.locator('.linked [data-points]').nth(1).waitFor({ state: 'attached' });
    return watched;
  };
  const rows = (page: Page): Promise<string[]> => page.locator('tbody a').allInnerTexts();
  const marks = (page: Page): Promise<(string | null)[]> =>
    page.locator('.linked').evaluateAll((planes) => planes.map((plane) => plane.getAttribute('data-marked')));
  const drawn = (page: Page, name: string): Promise<number[]> =>
    page.getByRole('img', { name }).evaluate((picture) => {
      const canvas = picture.querySelector('canvas');
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return Array.from(data).filter((_, i) => i % 4 === 0);
    });

  it('tells the scores of all networks and the baselines in one table, without a complaint', async () => {
    const { page, complaints } = await opened();
    expect(await rows(page)).toStrictEqual(IDS);
    const table = await page.getByRole('region', { name: 'Scores of all networks' }).innerText();
    expect(table).toMatch(/dense-1\s+0\.0400\s+0\.0410\s+0\.0360\s+0\.0380\s+0\.0365\s+0\.800/);
    expect(table).toMatch(/1 min 15 s\s+overfit/);
    expect(table).toMatch(/Baseline: mean image\s+0\.0673/);
    expect(await page.locator('article img').getAttribute('alt')).toMatch(/^fifth reaches 0\.0325/);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('leaves nothing of its networks behind when it is left', async () => {
    const { page } = await opened();
    const session = await page.context().newCDPSession(page);
    let heard: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => heard.push(chunk));
    /** Arrays of numbers that are held: weights, codes, and what a decoder works in. */
    const arrays = async (): Promise<number> => {
      heard = [];
      await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
      const { snapshot, nodes, strings } = JSON.parse(heard.join(''));
      const fields: string[] = snapshot.meta.node_fields;
      const name = strings.indexOf('system / JSArrayBufferData');
      const at = fields.indexOf('name');
      return (nodes as number[]).filter((value, i) => i % fields.length === at && value === name).length;
    };
    const visit = async (): Promise<void> => {
      await page.getByRole('link', { name: 'Compare' }).click();
      await page.locator('.linked [data-points]').nth(1).waitFor({ state: 'attached' });
      await page.getByRole('link', { name: 'Model' }).click();
      await page.locator('.linked').first().waitFor({ state: 'detached' });
    };
    await visit();
    const once = await arrays();
    expect(once).toBeGreaterThan(10);
    for (let i = 0; i < 3; i++) await visit();
    // A network has ten parameters and more; two of them were shown three times.
    await expect.poll(arrays, { timeout: 30_000 }).toBeLessThan(once + 10);
    await page.context().close();
  });

  it('sorts by keyboard, and a link shows the same order', async () => {
    const { page } = await opened();
    const heading = page.getByRole('columnheader', { name: /^All/ });
    await heading.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await eventually(() => heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await rows(page)).toStrictEqual([...IDS].reverse());
    await page.keyboard.press('Enter');
    await eventually(() => heading.getAttribute('aria-sort')).toBe('descending');
    await eventually(() => addressed(page).sort).toBe('-all');
    await page.keyboard.press('Enter');
    await eventually(() => heading.getAttribute('aria-sort')).toBe(null);
    const { page: linked } = await opened('#page=compare&sort=knn');
    expect(await rows(linked)).toStrictEqual(IDS);
    expect(await linked.getByRole('columnheader', { name: /^Neighbours/ }).getAttribute('aria-sort')).toBe('ascending');
    await page.context().close();
    await linked.context().close();
  });

  it('puts up to four networks side by side, and keeps one', async () => {
    const { page } = await opened();
    expect(await page.locator('.linked').count()).toBe(2);
    for (const id of ['third', 'fourth']) await page.getByLabel(`Show ${id} side by side`).press('Space');
    await eventually(() => addressed(page).compared).toStrictEqual(IDS.slice(0, 4));
    await eventually(() => page.locator('.linked').count()).toBe(4);
    expect(await page.getByLabel('Show fifth side by side').isDisabled()).toBe(true);
    for (const id of IDS.slice(0, 3)) await page.getByLabel(`Show ${id} side by side`).click();
    await eventually(() => page.locator('.linked').count()).toBe(1);
    expect(await page.getByLabel('Show fourth side by side').isDisabled()).toBe(true);
    await page.context().close();
  });

  it('marks the image under the mouse on every plane, and a click keeps it', async () => {
    const { page } = await opened();
    const before = await marks(page);
    const box = await page.locator('.linked').first().boundingBox();
    if (!box) throw new Error('the plane has no box');
    await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.4 * box.height);
    await eventually(async () => (await marks(page))[0]).not.toBe(before[0]);
    const [looked, other] = await marks(page);
    expect(other).toBe(looked);
    await page.mouse.move(2, 2);
    await eventually(() => marks(page)).toStrictEqual(before);
    await page.locator('.linked').nth(1).scrollIntoViewIfNeeded();
    await page
      .locator('.linked')
      .nth(1)
      .click({ position: { x: 0.3 * box.width, y: 0.3 * box.height } });
    await eventually(() => addressed(page).image).not.toBe(null);
    await page.mouse.move(2, 2);
    const kept = String((addressed(page).image ?? 0) - TRAIN);
    await eventually(() => marks(page)).toStrictEqual([kept, kept]);
    await page.context().close();
  });

  it('draws the same image with each network, as the library does', async () => {
    const { page } = await opened(`#page=compare&image=${TRAIN + 41}`);
    expect(await marks(page)).toStrictEqual(['41', '41']);
    const { codes } = blobCodes();
    const [x, y] = codes.subarray(2 * (TRAIN + 41));
    for (const id of IDS.slice(0, 2)) {
      await eventually(async () =>
        largestDifference(await drawn(page, `What ${id} makes of it`), expectedBytes(x, y)),
      ).toBeLessThanOrEqual(1);
    }
    await eventually(async () => Math.max(...(await drawn(page, 'The real image')))).toBe(255);
    expect(await page.getByLabel(/^Test image, 1 to 100/).inputValue()).toBe('42');
    await page.context().close();
  });

  it('steps from image to image by arrow keys, and by number', async () => {
    const { codes } = blobCodes();
    // One with others on all sides.
    const start =
      Array.from({ length: 100 }, (_, i) => i).find((i) => Math.abs(codes[2 * (TRAIN + i)] - 0.5) < 0.1) ?? 0;
    const { page } = await opened(`#page=compare&image=${TRAIN + start}`);
    await page.locator('.linked').first().focus();
    await page.keyboard.press('ArrowRight');
    await eventually(async () => (await marks(page))[0]).not.toBe(String(start));
    const [stepped, same] = await marks(page);
    expect(same).toBe(stepped);
    expect(codes[2 * (TRAIN + Number(stepped))]).toBeGreaterThan(codes[2 * (TRAIN + start)]);
    const number = page.getByLabel(/^Test image, 1 to 100/);
    await number.fill('7');
    await number.press('Enter');
    await eventually(() => marks(page)).toStrictEqual(['6', '6']);
    await page.getByRole('button', { name: 'Next image' }).press('Enter');
    await eventually(() => marks(page)).toStrictEqual(['7', '7']);
    await page.context().close();
  });

  describe('a lasso on one plane', () => {
    const selected = async (page: Page): Promise<number> =>
      Number(await page.locator('[role=status][data-selected]').getAttribute('data-selected'));
    const { codes } = blobCodes();
    const shown = codes.subarray(2 * TRAIN, 2 * (TRAIN + 100));
    const within = (page: Page): number => markedOf(marksWithin(shown, addressed(page).lasso)).length;
    const picture = (page: Page, i: number): Promise<Buffer> => restingPicture(page.locator('.linked').nth(i));

    it('selects the same images on all, by mouse; a click still marks one', async () => {
      const { page, complaints } = await opened();
      const plane = page.locator('.linked').nth(1);
      await plane.scrollIntoViewIfNeeded();
      const before = await picture(page, 0);
      await page.getByRole('button', { name: 'Lasso' }).click();
      const box = await plane.boundingBox();
      if (!box) throw new Error('the plane has no box');
      const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
      await page.mouse.move(...at(0.1, 0.1));
      await page.mouse.down();
      for (const [x, y] of [
        [0.6, 0.1],
        [0.6, 0.6],
        [0.1, 0.6],
      ])
        await page.mouse.move(...at(x, y), { steps: 5 });
      await page.mouse.up();
      await eventually(() => addressed(page).lasso.length).toBeGreaterThan(3);
      expect(addressed(page).lassoOn).toBe('second');
      expect(await selected(page)).toBe(within(page));
      expect(within(page)).toBeGreaterThan(10);
      expect(await page.locator('.linked[data-selected]').count()).toBe(2);
      expect(addressed(page).image).toBe(null);
      await page.mouse.click(...at(0.7, 0.7));
      await eventually(() => addressed(page).image).not.toBe(null);
      await page.mouse.move(2, 2);
      // The region is drawn where it lies alone; the others are dimmed on both.
      expect(await page.locator('.linked polygon.region').count()).toBe(1);
      const link = new URL(page.url()).hash;
      expect((await picture(page, 0)).equals(before)).toBe(false);
      const { page: other } = await opened(link);
      await eventually(() => other.locator('.linked[data-selected]').count()).toBe(2);
      expect(await selected(other)).toBe(await selected(page));
      await page.getByRole('button', { name: 'Clear' }).click();
      await eventually(() => addressed(page).lasso).toStrictEqual([]);
      expect(complaints).toStrictEqual([]);
      await page.context().close();
      await other.context().close();
    });

    it('is set by keyboard from image to image', async () => {
      const { page } = await opened();
      await page.getByRole('button', { name: 'Lasso' }).press('Enter');
      await page.locator('.linked').first().focus();
      for (const keys of [['ArrowRight'], ['ArrowUp', 'ArrowUp', 'ArrowUp'], ['ArrowLeft', 'ArrowLeft', 'ArrowLeft']]) {
        await page.keyboard.press('Enter');
        for (const key of [...keys, ...keys]) await page.keyboard.press(key);
      }
      await page.keyboard.press('Enter');
      await eventually(() => addressed(page).lasso.length).toBe(4);
      expect(addressed(page).lassoOn).toBe('dense-1');
      expect(await selected(page)).toBe(within(page));
      await page.keyboard.press('Escape');
      await eventually(() => addressed(page).lasso).toStrictEqual([]);
      await page.context().close();
    });

    it('is drawn by a finger, which scrolls the page again when the lasso is put away', async () => {
      const { page } = await opened('#page=compare', SCREENS[0]);
      const plane = page.locator('.linked').first();
      await page.getByRole('button', { name: 'Lasso' }).tap();
      await plane.scrollIntoViewIfNeeded();
      const session = await page.context().newCDPSession(page);
      const stroke = async (): Promise<void> => {
        const box = await plane.boundingBox();
        if (!box) throw new Error('the plane has no box');
        const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
          session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
        const at = (x: number, y: number) => [{ x: box.x + x * box.width, y: box.y + y * box.height }];
        await touch('touchStart', at(0.2, 0.9));
        for (const [x, y] of [
          [0.8, 0.9],
          [0.8, 0.4],
          [0.2, 0.1],
        ])
          await touch('touchMove', at(x, y));
        await touch('touchEnd', []);
      };
      const scroll = await page.evaluate(() => scrollY);
      await stroke();
      await eventually(() => addressed(page).lasso.length).toBeGreaterThan(2);
      expect(await selected(page)).toBe(within(page));
      expect(await page.evaluate(() => scrollY)).toBe(scroll);
      await page.getByRole('button', { name: 'Lasso' }).click();
      await eventually(() => addressed(page).lasso).toStrictEqual([]);
      await plane.evaluate((element) => {
        if (getComputedStyle(element).touchAction !== 'auto') throw new Error('a finger cannot scroll');
      });
      await page.context().close();
    });
  });

  it('has no link where there is nothing to compare with', async () => {
    const { page } = await openPage(browser, server.url);
    const links = page.getByRole('navigation', { name: 'Views' }).getByRole('link');
    await eventually(() => links.allInnerTexts()).toStrictEqual(['Explore', 'Compare', 'Model', 'Train']);
    await page.context().close();
    const single = await serveExplorer({ root: DIST, bundle: picturedBundle('dense-1'), port: 0 });
    const { page: alone } = await openPage(browser, single.url);
    await alone.waitForSelector('[data-points]', { state: 'attached' });
    expect(await alone.getByRole('navigation', { name: 'Views' }).getByRole('link').allInnerTexts()).toStrictEqual([
      'Explore',
      'Model',
      'Train',
    ]);
    await alone.context().close();
    await single.close();
  });

  it.each(CASES)('axe finds nothing serious on $name in the $colorScheme; it fits', async ({ name: _, ...options }) => {
    const { page } = await opened(
      '#page=compare&compare=dense-1,second,third,fourth&lasso=0,0,1,0,1,0.5,0,0.5',
      options,
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`),
    ).toStrictEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(options.viewport.width);
    const sizes = await page
      .locator('button:visible, select:visible, a:visible, label:has(input):visible, input[type=number]')
      .evaluateAll((elements) =>
        elements.map((element) => {
          const { width, height } = element.getBoundingClientRect();
          return Math.min(width, height);
        }),
      );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    await page.context().close();
  });
});
