/** What a model file leaves open: the page asks, offers what fits, and reads the file again with what was said. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { exportKeras, readModel } from 'latent-plane';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { openPage, whenDrawn } from './browser.ts';
import { bundleWithImages, drop, refusal, whenOpened } from './dropped.ts';
import { DIST, ensureBuilt } from './fixture.ts';

const variants = fileURLToPath(new URL('../../../packages/core/fixtures/keras-variants.zip', import.meta.url));

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('what a model file leaves open', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser();
    server = await serveExplorer({ root: DIST, bundle: await bundleWithImages(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async () => {
    const watched = await openPage(browser, server.url);
    await whenDrawn(watched.page);
    return watched;
  };

  it('is asked for, with all that can be named', async () => {
    const name = 'k3-heads-unnamed.keras';
    const bytes = unzipSync(new Uint8Array(await readFile(variants)))[name];
    const { page, complaints } = await opened();
    await drop(page, [{ name, bytes }]);
    expect(await refusal(page)).toMatch(/^several-outputs: /);
    expect(await page.locator('dialog h2').textContent()).toBe('Which output is the code?');
    const choice = page.getByLabel('Output that is the code');
    expect(await choice.locator('option').allTextContents()).toStrictEqual(['dense_a', 'dense_b']);
    await choice.selectOption('dense_b');
    await page.getByRole('button', { name: 'Open with it' }).click();
    // It was read: what is wrong with it now is that it takes smaller images.
    await expect.poll(() => refusal(page)).toMatch(/^shape-mismatch: .*takes images of \[8, 8, 1\]/);
    expect(await page.locator('dialog select').count()).toBe(0);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('is offered where other pixels fit far better, and can be said', async () => {
    const bytes = await exportKeras(await openModel('dense-1'));
    const turned = await readModel({ file: 'dense-1.keras', bytes }, { inputRange: { black: 1, white: 0 } });
    const { page, complaints } = await opened();
    await drop(page, [{ name: 'turned.keras', bytes: await exportKeras(turned) }]);
    await whenOpened(page);
    const notes = page.locator('section[aria-label="Opened file"]');
    await expect.poll(() => notes.textContent()).toMatch(/expect other pixels: [\s\S]*with black as 1 and white as 0/);
    const error = async (): Promise<number> => Number(await page.locator('header data').getAttribute('value'));
    const before = await error();
    await page.getByRole('button', { name: 'Read it so' }).click();
    await expect.poll(() => notes.textContent()).not.toContain('other pixels');
    expect(await error()).toBeLessThan(before / 4);
    // And back, by the form.
    await page.getByText('Read it differently').click();
    expect(await page.getByLabel('Pixels enter it as').inputValue()).toBe('1,0');
    await page.getByLabel('Pixels enter it as').selectOption('0,1');
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await expect.poll(() => notes.textContent()).toContain('other pixels');
    expect(await error()).toBe(before);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });
});
