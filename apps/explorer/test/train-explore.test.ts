/**
 * A network that was trained on a person's own images, in the other views: on these images, or on none, and never beside
 * what is known of other networks and images.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { MNIST } from 'latent-plane';
import { identityOfEntry } from 'latent-plane/internal';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { temporaryFolder } from '../../../packages/cli/src/runs/testing.ts';
import { greyPng } from '../../../packages/core/src/images/readers/testing/picture-files.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { dropPaths, openPage } from './browser.ts';
import { completeBundle } from './complete-bundle.ts';
import { DIST, ensureBuilt } from './fixture.ts';

let browser: Browser;
let server: ExplorerServer;
let folder = '';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const notes = (page: Page): Locator => page.getByRole('region', { name: 'Opened file' });
const view = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click();

/** The bundle with its images known as MNIST's, as a site's are; so its classifier and its record are of them. */
const knownBundle = async (): Promise<Map<string, Uint8Array>> => {
  const bundle = await completeBundle();
  const identity = identityOfEntry(MNIST);
  for (const [path, bytes] of bundle) {
    if (!/data\/(index|[^/]+\/model)\.json$/.test(path)) continue;
    const json = JSON.parse(strFromU8(bytes));
    const known = json.dataset
      ? { ...json, dataset: { ...json.dataset, identity } }
      : { ...json, classifier: { ...json.classifier, identity } };
    bundle.set(path, strToU8(JSON.stringify(known)));
  }
  return bundle;
};

const picture = (i: number): Uint8Array =>
  greyPng(28, 28, (x, y) => (Math.hypot(x - 14, y - 14) < 4 + (i % 8) ? 40 * (1 + (i % 5)) : 0));

/** Trains on twenty pictures of two classes. */
const trained = async (): Promise<Page> => {
  const { page } = await openPage(browser, `${server.url}#page=train&batch=8&epochs=2`);
  await button(page, 'Start training').waitFor();
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`${i % 2 === 0 ? 'small' : 'large'}/${i}.png`, picture(i)]),
  );
  const path = join(folder, 'rounds.zip');
  await writeFile(path, zipSync(files));
  await dropPaths(page, [path]);
  await page.locator('.own[aria-busy=false] [data-sheet]').waitFor();
  await button(page, 'Start training').click();
  await page.locator('[data-status=finished]').waitFor();
  return page;
};

const savedRun = async (page: Page): Promise<Uint8Array> => {
  const download = page.waitForEvent('download');
  await button(page, /^Run folder/).click();
  return new Uint8Array(await readFile(await (await download).path()));
};

/** What the Model page must not say of it. */
const expectNothingOfOthers = async (page: Page): Promise<void> => {
  await view(page, 'Model');
  const article = page.locator('article');
  await article.getByText('Trained on rounds.').waitFor();
  const words = await article.innerText();
  expect(words).not.toMatch(/On record|Published/);
  expect(words).toContain('Training curves');
  expect(await page.locator('header .published').count()).toBe(0);
};

describe.skipIf(findBrowser() === null)('a network trained on images of one’s own', () => {
  beforeAll(async () => {
    await ensureBuilt();
    folder = await temporaryFolder();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await knownBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is opened in Explore on these images, with a class map of their classes, and with its own facts alone', async () => {
    const page = await trained();
    await button(page, 'Open in Explore').click();
    await notes(page).waitFor();
    expect(await notes(page).innerText()).toContain('20 images of rounds lie on its plane.');
    await page.getByText('20 images on the plane').waitFor({ state: 'attached' });
    // A classifier is trained on the two classes in the page, and nothing says a digit.
    await page.locator('[data-classes="400x400"]').waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/The classes cannot be shown/);
    await button(page, 'Nearest').click();
    await page.locator('.nearest li').first().waitFor();
    expect(await page.locator('.nearest h2').innerText()).toBe('Nearest images');
    expect(await page.locator('.nearest').innerText()).toMatch(/small|large/);
    await expectNothingOfOthers(page);
    expect(await page.locator('article').innerText()).toMatch(/on rounds: 18 training,\s+2 test images/);
    await page.context().close();
  });

  it('is opened without any images where its own are not at hand, and says so', async () => {
    const page = await trained();
    const run = Object.entries(unzipSync(await savedRun(page)));
    const path = join(folder, 'bare.zip');
    await writeFile(path, zipSync(Object.fromEntries(run.filter(([name]) => !name.includes('/data/')))));
    await view(page, 'Explore');
    await dropPaths(page, [path]);
    await notes(page).waitFor();
    expect(await notes(page).innerText()).toMatch(/trained on rounds, which is not at hand here/);
    await page.getByText('0 images on the plane').waitFor({ state: 'attached' });
    await page.waitForSelector('[data-field]', { state: 'attached' });
    expect(await page.locator('[data-classes]').count()).toBe(0);
    await expectNothingOfOthers(page);
    expect(await page.locator('article').innerText()).toContain('the images of rounds are not at hand');
    await page.context().close();
  });
});
