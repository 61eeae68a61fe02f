/**
 * Anomalies in a real Chromium: the odd images ranked by error or by code, a threshold, ordinary dots that fade, an image of the
 * list on the plane.
 */
import { codeDistances, fitGaussian, quantile } from 'latent-plane';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { toPixel, wholeWindow } from '../src/plane/view.ts';
import { addressed, openPage, SCREENS, settle } from './browser.ts';
import { completeBundle } from './complete-bundle.ts';
import { blobCodes, DIST, ensureBuilt, scoresAt, TRAIN, testBundle } from './fixture.ts';
import { measureShown, SHOWN, shownCodes, trainedBundle } from './trained.ts';
import { wideBundle, wideNetwork } from './wide.ts';

const errors = await measureShown();
const bounds = {
  min: [0, 1].map((d) => Math.min(...shownCodes.filter((_, i) => i % 2 === d))),
  max: [0, 1].map((d) => Math.max(...shownCodes.filter((_, i) => i % 2 === d))),
};
const ranked = (scores: ArrayLike<number>): number[] =>
  Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
const above = (scores: ArrayLike<number>, threshold: number): number =>
  Array.from(scores).filter((score) => score > threshold).length;
const eventually = <T>(read: () => T) => expect.poll(read);

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('anomalies', () => {
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

  const opened = async (hash: string, url = server.url, options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, url + hash, options);
    await watched.page.waitForSelector('[data-points]', { state: 'attached' });
    await settle(watched.page);
    return watched;
  };
  const by = (page: Page, score: string): Promise<void> => page.locator(`[data-ranked=${score}]`).waitFor();
  const count = async (page: Page): Promise<number> =>
    Number(await page.locator('[data-above]').getAttribute('data-above'));
  const sheet = (page: Page): Promise<number[]> =>
    page
      .locator('.anomalies [data-image]')
      .evaluateAll((items) => items.map((item) => Number(item.getAttribute('data-image'))));
  const opacityAt = (page: Page, i: number): Promise<number> => {
    const { left, top } = toPixel(wholeWindow(bounds), 1, { x: shownCodes[2 * i], y: shownCodes[2 * i + 1] });
    return page.locator('[data-points]').evaluate(
      (canvas, [x, y]) => {
        if (!(canvas instanceof HTMLCanvasElement)) return -1;
        const pixel = canvas
          .getContext('2d')
          ?.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1);
        return pixel?.data[3] ?? -1;
      },
      [left, top],
    );
  };

  it('are ranked by the error that the engine finds, above the quantile that is asked for', async () => {
    const { page, complaints } = await opened('#tool=anomalies');
    await by(page, 'error');
    expect(await sheet(page)).toStrictEqual(ranked(errors).slice(0, 24));
    expect(await count(page)).toBe(above(errors, quantile(errors, 0.95)));
    // These are all test images.
    await page.getByText('The page has no training images of this plane.').waitFor();
    const input = page.getByRole('spinbutton');
    await input.fill('50');
    await input.press('Enter');
    await eventually(() => count(page)).toBe(SHOWN / 2);
    await eventually(() => addressed(page).quantile).toBe(0.5);
    expect(await page.locator('.anomalies .sum').innerText()).toContain(quantile(errors, 0.5).toFixed(4));
    await input.fill('101');
    await input.press('Enter');
    await eventually(() => input.inputValue()).toBe('50');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('stand out on the plane while the others fade, until that is not wanted', async () => {
    const { page } = await opened('#layers=points&tool=anomalies');
    await by(page, 'error');
    const order = ranked(errors);
    const [odd, ordinary] = [order[0], order[SHOWN - 1]];
    await eventually(() => opacityAt(page, ordinary)).toBeLessThan(30);
    expect(await opacityAt(page, odd)).toBeGreaterThan(200);
    expect(await page.locator('.bounds').innerText()).toMatch(
      /Dots fade the more ordinary their image is: whole above/,
    );
    await page.getByRole('button', { name: 'Fade others' }).click();
    await eventually(() => opacityAt(page, ordinary)).toBeGreaterThan(200);
    await eventually(() => addressed(page).fadesOrdinary).toBe(false);
    await page.context().close();
  });

  it('of codes lie far from those of the training images, whose quantile is the threshold', async () => {
    const plain = await serveExplorer({ root: DIST, bundle: testBundle(), port: 0 });
    const { page } = await opened('#tool=anomalies', plain.url);
    // Neither errors nor images are in this bundle.
    await page.getByText('choose the distance or the density of the codes').waitFor();
    await page.getByRole('combobox', { name: 'Odd by' }).selectOption('distance');
    await by(page, 'distance');
    const { codes, labels } = blobCodes();
    const all = { values: codes, count: labels.length, size: 2 };
    const training = { values: codes.subarray(0, 2 * TRAIN), count: TRAIN, size: 2 };
    const distances = codeDistances(all, fitGaussian(training));
    expect(await sheet(page)).toStrictEqual(ranked(distances).slice(0, 24));
    expect(await count(page)).toBe(above(distances, quantile(distances.subarray(0, TRAIN), 0.95)));
    expect(await page.locator('.anomalies .sum').innerText()).toContain('quantile of the 6,000 training images');
    await page.getByRole('combobox', { name: 'Odd by' }).selectOption('density');
    await by(page, 'density');
    await eventually(() => addressed(page).score).toBe('density');
    await page.context().close();
    await plain.close();
  });

  it('are shown on the plane by a press or a key: the cursor stands there, of wide codes the plane moves through them', async () => {
    const { page } = await opened('#tool=anomalies');
    await by(page, 'error');
    const [first, second] = ranked(errors);
    await page.locator(`[data-image="${first}"] button`).click();
    await eventually(() => addressed(page).at?.x).toBeCloseTo(shownCodes[2 * first], 5);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(() => addressed(page).at?.x).toBeCloseTo(shownCodes[2 * second], 5);
    expect(await page.locator('[aria-current=true]').getAttribute('aria-label')).toMatch(
      new RegExp(`^Image ${second}, a \\d, error ${errors[second].toFixed(4)}; show it on the plane$`),
    );
    await page.context().close();

    const wide = await serveExplorer({ root: DIST, bundle: await completeBundle(), port: 0 });
    const moved = await opened('#model=wide&tool=anomalies&score=distance', wide.url, SCREENS[0]);
    await by(moved.page, 'distance');
    const [odd] = await sheet(moved.page);
    await moved.page.locator(`[data-image="${odd}"] button`).click();
    await eventually(() => addressed(moved.page).held).toBe(odd);
    // On a phone the plane comes into sight.
    const top = (await moved.page.locator('.surface').boundingBox())?.y ?? -1;
    expect(top).toBeGreaterThanOrEqual(0);
    await moved.page.context().close();
    await wide.close();
  });

  it('are none where all codes are one', async () => {
    const network = wideNetwork('any', 16);
    const codes = Float32Array.from({ length: network.codes.length }, (_, i) => network.codes[i % 16]);
    const given = await serveExplorer({ root: DIST, bundle: wideBundle([{ ...network, codes }], scoresAt), port: 0 });
    for (const score of ['distance', 'density']) {
      const { page, complaints } = await openPage(browser, `${given.url}#tool=anomalies&score=${score}`);
      await by(page, score);
      expect(await page.locator('.anomalies .sum').innerText()).toBe(`All ${SHOWN} images score alike: none is odd.`);
      expect(await count(page)).toBe(0);
      expect(complaints).toStrictEqual([]);
      await page.context().close();
    }
    await given.close();
  });

  it.each([1, 16])('are found among codes of %i too', async (size) => {
    const given = await serveExplorer({
      root: DIST,
      bundle: wideBundle([wideNetwork('any', size)], scoresAt),
      port: 0,
    });
    for (const score of ['error', 'distance', 'density']) {
      const { page, complaints } = await openPage(browser, `${given.url}#tool=anomalies&score=${score}`);
      await by(page, score);
      expect(await count(page)).toBe(25);
      expect(complaints).toStrictEqual([]);
      await page.context().close();
    }
    await given.close();
  });
});
