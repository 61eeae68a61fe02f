/**
 * Decoded digits in the page beside the engine's that `latent decode` runs on, in a real Chromium: what the page draws
 * under its cursor, as numbers, before they become grey levels.
 */
import { decodeCodes, toByte } from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { cursorCode, digitBytes, openPage } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { zooBundle } from './zoo.ts';

/** Dense, variational, and two with convolutions, the second with a decoder of its own. */
const NETWORKS = ['dense-1', 'vae-1', 'cnn-3', 'convdense-5'];
/** Places over the plane, as shares of its side: thick of the data, borders, corners off it. */
const PLACES = [
  [0.2, 0.3],
  [0.35, 0.6],
  [0.5, 0.5],
  [0.62, 0.41],
  [0.8, 0.75],
  [0.05, 0.05],
  [0.95, 0.05],
] as const;
const TOLERANCE = 1e-5;

/** The page has its classifier read every picture that the cursor decodes: the test reads along. */
const readAlong = (): void => {
  const post = Worker.prototype.postMessage;
  Reflect.set(Worker.prototype, 'postMessage', function (this: Worker, ...given: [message: unknown]) {
    const [message] = given;
    if (typeof message === 'object' && message !== null && 'picture' in message)
      Reflect.set(window, 'decoded', message.picture);
    Reflect.apply(post, this, given);
  });
};

const decodedInPage = (page: Page): Promise<number[]> =>
  page.evaluate(() => Array.from((Reflect.get(window, 'decoded') as Float32Array | undefined) ?? []));

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the digit under the cursor', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await zooBundle(NETWORKS), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each(NETWORKS)("of %s is the engine's to 1e-5, and its grey levels are those of the command", async (id) => {
    const { network, weights } = await openModel(id);
    const { page } = await openPage(browser, 'about:blank');
    await page.addInitScript(readAlong);
    await page.goto(`${server.url}#model=${id}`);
    await page.waitForSelector('[data-classes][data-faded]');
    await expect.poll(async () => (await decodedInPage(page)).length).toBe(784);
    const box = await page.locator('.surface').boundingBox();
    if (!box) throw new Error('the plane has no box');
    let largest = 0;
    for (const [across, down] of PLACES) {
      const before = await decodedInPage(page);
      await page.mouse.click(box.x + across * box.width, box.y + down * box.height);
      await expect.poll(async () => String(await decodedInPage(page)) !== String(before)).toBe(true);
      const { x, y } = await cursorCode(page);
      const engines = await decodeCodes({ network, weights, runtime: nodeRuntime }, Float32Array.of(x, y));
      const distance = async (): Promise<number> => {
        const ours = await decodedInPage(page);
        return Math.max(...engines.map((value, i) => Math.abs(value - (ours[i] ?? Number.POSITIVE_INFINITY))));
      };
      await expect.poll(distance).toBeLessThanOrEqual(TOLERANCE);
      largest = Math.max(largest, await distance());
      // A value on the edge of two levels may round to either.
      const levels = await digitBytes(page);
      expect(Math.max(...levels.map((level, i) => Math.abs(level - toByte(engines[i]))))).toBeLessThanOrEqual(1);
    }
    console.info(`${id}: at most ${largest.toExponential(1)} apart at ${PLACES.length} places`);
    expect(largest).toBeLessThanOrEqual(TOLERANCE);
    await page.context().close();
  });
});
