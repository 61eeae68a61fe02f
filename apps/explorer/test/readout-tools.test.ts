/**
 * What the page says of the cursor's place, in a real Chromium: the classifier's prediction, the nearest real images.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { openPage, planeBox, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { classify, decodeAt, SHOWN, shownCodes, trainedBundle } from './trained.ts';

const bundle = trainedBundle();
let browser: Browser;
let server: ExplorerServer;

const nearestTo = (x: number, y: number): number[] =>
  Array.from({ length: SHOWN }, (_, i) => ({ i, d: Math.hypot(shownCodes[2 * i] - x, shownCodes[2 * i + 1] - y) }))
    .sort((a, b) => a.d - b.d)
    .slice(0, 12)
    .map(({ i }) => i);

describe.skipIf(findBrowser() === null)('at the cursor', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle, port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '', options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, server.url + hash, options);
    await whenDrawn(watched.page);
    return watched;
  };
  const close = (page: Page): Promise<void> => page.context().close();
  const percents = (page: Page): Promise<string[]> => page.locator('[data-bars=classifier] .percent').allTextContents();
  const shown = (page: Page): Promise<number[]> =>
    page.locator('[data-image]').evaluateAll((items) => items.map((item) => Number(item.getAttribute('data-image'))));

  it('the classifier reads the decoded digit as it does in the library, wherever the mouse looks', async () => {
    const { page, complaints } = await opened('#at=0.3,0.8');
    const expected = (x: number, y: number) => Array.from(classify(decodeAt(x, y)), (p) => `${Math.round(100 * p)} %`);
    await expect.poll(() => percents(page)).toStrictEqual(expected(0.3, 0.8));
    const { left, top, side } = await planeBox(page);
    await page.mouse.move(left + 0.9 * side, top + 0.7 * side);
    await expect.poll(() => percents(page)).not.toStrictEqual(expected(0.3, 0.8));
    await page.mouse.move(5, 5);
    await expect.poll(() => percents(page)).toStrictEqual(expected(0.3, 0.8));
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('images are fetched when they are asked for, and the nearest twelve are shown, nearest first', async () => {
    const { page } = await opened('#at=0.3,0.8');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    expect(asked.filter((url) => url.endsWith('images.npy'))).toStrictEqual([]);
    await page.getByRole('button', { name: 'Nearest' }).click();
    await expect.poll(() => shown(page)).toStrictEqual(nearestTo(0.3, 0.8));
    expect(asked.filter((url) => url.endsWith('images.npy'))).toHaveLength(1);
    await page.getByRole('application', { name: 'Latent plane' }).focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => shown(page)).not.toStrictEqual(nearestTo(0.3, 0.8));
    await close(page);
  });
});
