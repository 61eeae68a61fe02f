/**
 * The epochs of a training in a real Chromium: points, field and digit move together, and leave as a GIF.
 */
import { readFile } from 'node:fs/promises';
import { toByte } from 'latent-plane';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { addressed, digitBytes, largestDifference, openPage, settle, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { decodeAt, evolution, trainedBundle } from './trained.ts';

const { frames } = evolution;
const [first] = frames;
const bundle = trainedBundle();
let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the epochs', () => {
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
  const epochShown = async (page: Page): Promise<number> => {
    await page.waitForSelector('[data-epoch]');
    await settle(page);
    return Number(await page.locator('[data-epoch]').getAttribute('data-epoch'));
  };

  it('come when they are asked for; keys scrub to the first one, whose decoder draws the digit', async () => {
    const { page, complaints } = await opened('#at=0.4,0.5');
    const came = page.waitForResponse((response) => response.url().endsWith('/evolution.safetensors'));
    await page.getByRole('button', { name: 'Epochs' }).click();
    await came;
    expect(await epochShown(page)).toBe(frames[frames.length - 1].epoch);
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    await expect.poll(() => epochShown(page)).toBe(first.epoch);
    const expected = Array.from(decodeAt(0.4, 0.5, new Map(first.decoder)), toByte);
    await expect.poll(async () => largestDifference(await digitBytes(page), expected)).toBeLessThanOrEqual(1);
    await expect.poll(() => addressed(page).epoch).toBe(first.epoch);
    // Closed, the trained network is back.
    await page.getByRole('button', { name: 'Epochs' }).click();
    const trained = Array.from(decodeAt(0.4, 0.5), toByte);
    await expect.poll(async () => largestDifference(await digitBytes(page), trained)).toBeLessThanOrEqual(1);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('play from the first to the last', async () => {
    const { page } = await opened(`#tool=epochs&epoch=${frames[frames.length - 3].epoch}`);
    await epochShown(page);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => epochShown(page)).toBe(frames[frames.length - 1].epoch);
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await close(page);
  });

  it('are saved as a GIF of as many frames', async () => {
    const { page } = await opened('#tool=epochs');
    await epochShown(page);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as GIF' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('dense-1-epochs.gif');
    const bytes = await readFile(await file.path());
    expect(bytes.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    // Each frame has a graphic control extension: 21 F9 04.
    expect(bytes.toString('latin1').split('\x21\xf9\x04').length - 1).toBe(frames.length);
    await close(page);
  });
});
