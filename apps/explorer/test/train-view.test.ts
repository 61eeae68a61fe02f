/**
 * The Train view in a real Chromium, on the real worker: put together, started, seen, stopped, taken away.
 */
import { readFile } from 'node:fs/promises';
import { encode } from 'fast-png';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import { conv2d, dense, flatten, maxPooling2d, reshape, resolveNetwork } from 'latent-plane';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { trainable, withArchitecture } from '../src/train/architecture.ts';
import { packArchitecture, unpackArchitecture } from '../src/train/packed-network.ts';
import { addressed, axeFindings, digitBytes, openPage, planeBox, SCREENS } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { images, trainingBundle } from './training.ts';

const [dense1] = trainable;
let browser: Browser;
let server: ExplorerServer;

/** A small network of convolutions and dense layers. */
const hybrid = packArchitecture({
  inputShape: [28, 28, 1],
  encoder: [conv2d(4, [5, 5], 'relu'), maxPooling2d(), maxPooling2d(), flatten(), dense(16, 'relu'), dense(2, 'tanh')],
  decoder: [dense(32, 'relu'), dense(784, 'sigmoid'), reshape([28, 28, 1])],
  loss: { type: 'mse' },
});
/** A code that dies at once: relu, at a rate that drives every unit below zero. */
const dying = packArchitecture({
  ...dense1,
  encoder: [dense(16, 'relu'), dense(2, 'relu')],
  decoder: [dense(16, 'relu'), dense(784, 'sigmoid')],
});
/** Nothing holds these layers back: after one step at the highest rate their product is larger than any number. */
const wide = Array.from({ length: 8 }, () => dense(64, 'linear'));
const linear = packArchitecture({
  ...dense1,
  encoder: [...wide, dense(2, 'linear')],
  decoder: [...wide, dense(784, 'linear')],
});

/** A download has no name of its own. */
const zipNamed = async (path: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> => ({
  name: 'run.zip',
  mimeType: 'application/zip',
  buffer: await readFile(path),
});
const constant = encodeURIComponent('{"schedule":{"type":"constant"}}');

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const status = (page: Page, word: string): Locator => page.locator(`[data-status=${word}]`);
const until = async (page: Page, word: string): Promise<void> => {
  await status(page, word).waitFor();
};
const curve = (page: Page): Locator => page.locator('.curve svg[role=img]');
/** The losses that the curve tells: of the first epoch, of the last. */
const losses = async (page: Page): Promise<readonly [number, number]> => {
  const words = (await curve(page).getAttribute('aria-label')) ?? '';
  const found = /from ([\d.e-]+) after epoch \d+ to ([\d.e-]+) after epoch/.exec(words);
  if (!found) throw new Error(`the curve says: ${words}`);
  return [Number(found[1]), Number(found[2])];
};

describe.skipIf(findBrowser() === null)('the Train view', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await trainingBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '', options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, `${server.url}#page=train${hash}`, options);
    await button(watched.page, 'Start training').waitFor();
    return watched;
  };
  const started = async (hash: string, options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await opened(hash, options);
    await button(watched.page, 'Start training').click();
    return watched;
  };

  it('trains dense-1 by pointer to a loss, tells how, goes on beside another view, and gives its files away', async () => {
    const { page, complaints } = await started('&batch=32&epochs=6&rate=0.01');
    // It may have ended before anyone looks.
    await page.locator('[data-status=running], [data-status=finished]').first().waitFor();
    await page.locator('[data-field]').waitFor({ state: 'attached' });
    const link = (name: string): Locator => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
    await link('Explore').click();
    await page.locator('[data-training]').waitFor();
    await link('Train').click();
    await until(page, 'finished');
    await expect.poll(() => curve(page).getAttribute('data-epochs')).toBe('6');
    const [first, last] = await losses(page);
    expect(last).toBeLessThan(first);
    // The mean image alone has 0.067 on these digits.
    expect(last).toBeLessThan(0.07);
    expect(await page.locator('#engine-title ~ p').first().innerText()).toMatch(/wasm/i);
    const download = page.waitForEvent('download');
    await button(page, /^Run folder/).click();
    const file = await download;
    const entries = unzipSync(new Uint8Array(await readFile(await file.path())));
    const config = Object.keys(entries).find((name) => name.endsWith('config.json')) ?? '';
    expect(JSON.parse(strFromU8(entries[config]))).toMatchObject({
      network: { id: 'dense-1' },
      recipe: { batchSize: 32, epochs: 6 },
    });
    // The same bytes come back, as a run of the command line would.
    const had = await curve(page).getAttribute('aria-label');
    await page.reload();
    await page.locator('input[data-opens=run-zip]').setInputFiles(await file.path().then(zipNamed));
    await until(page, 'paused');
    await expect.poll(() => curve(page).getAttribute('aria-label')).toBe(had);
    await button(page, 'Open in Explore').click();
    await page.getByRole('region', { name: 'Opened file' }).waitFor();
    await page.locator('[data-points]').waitFor({ state: 'attached' });
    await expect.poll(() => addressed(page).page).toBe('explore');
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('trains a small network of convolutions, out of a link', async () => {
    const { page } = await started(`&net=${hybrid}&batch=16&epochs=12&rate=0.01&images=320`);
    await until(page, 'finished');
    const [first, last] = await losses(page);
    expect(last).toBeLessThan(first);
    expect(last).toBeLessThan(0.08);
    expect(await page.locator('code').last().innerText()).toBe('npx latent train --resume DIR');
    await page.context().close();
  });

  it('says what is wrong with a layer in the words of the command line, and does not start', async () => {
    const { page } = await opened();
    await button(page, 'Edit the layers').click();
    await page.getByLabel('dense_2 Units').first().fill('0');
    const layer = page.getByRole('region', { name: 'Encoder' }).getByRole('listitem', { name: 'dense_2' });
    const encoder = [...dense1.encoder.slice(0, 2), dense(0, 'sigmoid'), dense1.encoder[3]];
    let words = '';
    try {
      resolveNetwork(withArchitecture(dense1, { ...dense1, encoder }));
    } catch (error) {
      words = error instanceof Error ? error.message : '';
    }
    expect(words).toMatch(/^invalid-layer: .*expected a whole number from 1 to/);
    await expect.poll(() => layer.getByRole('alert').innerText()).toBe(words);
    await expect.poll(() => button(page, 'Start training').isDisabled()).toBe(true);
    expect(await page.locator('#start-reason').innerText()).toBe(`Cannot start yet. ${words}`);
    await page.getByLabel('dense_2 Units').first().fill('9');
    await expect.poll(() => button(page, 'Start training').isEnabled()).toBe(true);
    await expect.poll(() => layer.locator('.out').innerText()).toMatch(/9\s+297/);
    // A convolution cannot follow a vector.
    await layer.getByLabel('dense_2: type').selectOption('conv2d');
    await expect.poll(() => layerFault(page)).toMatch(/^shape-mismatch: .*expected \[batch, rows, columns, channels\]/);
    const linked = () => unpackArchitecture(addressed(page).train.layers ?? '', dense1)?.encoder[2]?.type;
    await expect.poll(linked).toBe('conv2d');
    await page.reload();
    await expect.poll(() => page.locator('#start-reason').innerText()).toMatch(/shape-mismatch/);
    await page.context().close();
  });
  const layerFault = async (page: Page): Promise<string> =>
    (await page.locator('li [role=alert]').allInnerTexts()).join();

  it('is used by keyboard alone: layers moved, training started, paused, stepped, begun anew after asking', async () => {
    const { page } = await opened('&batch=100&epochs=100000');
    await button(page, 'Edit the layers').focus();
    await page.keyboard.press('Enter');
    await button(page, 'Add a layer to the encoder').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('encoder-3-type');
    await button(page, 'Move dense_3 up').first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('encoder-2-up');
    await button(page, 'Remove dense_2').first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.shapes').innerText()).toMatch(/^784 → 128 → 32 → 8 → 2 →/);
    await button(page, 'Start training').focus();
    await page.keyboard.press('Enter');
    await until(page, 'running');
    await button(page, 'Pause').focus();
    await page.keyboard.press('Space');
    await until(page, 'paused');
    const place = page.locator('.place');
    const before = await place.innerText();
    await button(page, 'Step a batch').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => place.innerText()).not.toBe(before);
    await until(page, 'paused');
    await page.locator('.surface').focus();
    const code = await page.locator('.surface').getAttribute('data-at');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.surface').getAttribute('data-at')).not.toBe(code);
    await button(page, 'Reset, same seed').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    // The dialog gives the focus back once it is gone.
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Reset, same seed');
    await page.keyboard.press('Enter');
    await button(page, 'Begin again').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => place.innerText()).toMatch(/Before the first|Epoch 1 of 100,?000, batch 0/);
    await page.context().close();
  });

  it('follows a finger on a phone while it trains, and keeps what is seen when it looks closer', async () => {
    const { page } = await opened('&batch=50&epochs=100000', SCREENS[0]);
    await button(page, 'Start training').tap();
    await until(page, 'running');
    await page.locator('[data-field]').waitFor({ state: 'attached' });
    await page.locator('.surface').scrollIntoViewIfNeeded();
    const { left, top, side } = await planeBox(page);
    const place = () => page.locator('.surface').getAttribute('data-at');
    const home = await place();
    await page.touchscreen.tap(left + 0.25 * side, top + 0.25 * side);
    await expect.poll(place).not.toBe(home);
    const at = await place();
    await page.touchscreen.tap(left + 0.75 * side, top + 0.75 * side);
    await expect.poll(place).not.toBe(at);
    // The same place draws another picture as the weights change.
    const picture = await digitBytes(page);
    await expect.poll(async () => (await digitBytes(page)).join() !== picture.join()).toBe(true);
    const whole = await page.locator('.axis.x').innerText();
    await button(page, 'Zoom in').tap();
    await expect.poll(() => page.locator('.axis.x').innerText()).not.toBe(whole);
    const seen = await page.locator('.axis.x').innerText();
    const step = Number(await page.locator('[data-step]').getAttribute('data-step'));
    await expect
      .poll(async () => Number(await page.locator('[data-step]').getAttribute('data-step')))
      .toBeGreaterThan(step);
    expect(await page.locator('.axis.x').innerText()).toBe(seen);
    await button(page, 'Pause').tap();
    await until(page, 'paused');
    await page.context().close();
  });

  it.each(SCREENS)(
    'axe finds nothing serious on $name in the $colorScheme; it fits, with targets of 44 pixels',
    async ({ name: _, ...options }) => {
      const { page } = await opened('&batch=50&epochs=2&images=200', options);
      const sound = async (): Promise<void> => {
        expect(await axeFindings(page)).toStrictEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
          options.viewport.width,
        );
        const sizes = await page
          .locator('button:visible, select:visible, summary:visible, input[type=text]:visible')
          .evaluateAll((elements) =>
            elements.map((element) => {
              const { width, height } = element.getBoundingClientRect();
              return Math.min(width, height);
            }),
          );
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
      };
      await button(page, 'Edit the layers').click();
      await page.getByLabel('dense_1 Units').first().fill('0');
      await page.getByText('All of the recipe').click();
      await sound();
      await button(page, 'Back to dense-1').click();
      await button(page, 'Start training').click();
      await until(page, 'finished');
      await page.locator('[data-field]').waitFor({ state: 'attached' });
      await sound();
      await page.context().close();
    },
  );

  it('offers a run after a reload, and goes on with the loss that it had', async () => {
    const { page } = await started('&batch=50&epochs=100000');
    await until(page, 'running');
    await expect.poll(async () => Number(await curve(page).getAttribute('data-epochs'))).toBeGreaterThan(2);
    await button(page, 'Pause').click();
    await until(page, 'paused');
    await page.getByText(/Saved in this browser/).waitFor();
    const before = Number(await curve(page).getAttribute('data-epochs'));
    await button(page, 'Step an epoch').click();
    // The step is saved before it is said to be paused again.
    await expect.poll(async () => Number(await curve(page).getAttribute('data-epochs'))).toBe(before + 1);
    await until(page, 'paused');
    const had = await curve(page).getAttribute('aria-label');
    const epochs = before + 1;
    await page.reload();
    await page.getByRole('button', { name: /^Go on with dense-1/ }).click();
    await until(page, 'paused');
    await expect.poll(async () => Number(await curve(page).getAttribute('data-epochs'))).toBe(epochs);
    expect(await curve(page).getAttribute('aria-label')).toBe(had);
    await button(page, 'Resume').click();
    await until(page, 'running');
    await expect.poll(async () => Number(await curve(page).getAttribute('data-epochs'))).toBeGreaterThan(epochs);
    await page.context().close();
  });

  it('stops where the loss becomes no number, says where, and goes back to the last good state', async () => {
    const { page } = await started(`&net=${linear}&more=${constant}&batch=50&epochs=50&rate=10`);
    await until(page, 'diverged');
    const words = await page.locator('.diverged').innerText();
    expect(words).toMatch(/no number in epoch \d+, batch \d+/);
    await button(page, 'Back to the last good state').click();
    await until(page, 'paused');
    await button(page, /^Train something else|Hide the choice/)
      .first()
      .waitFor();
    await page.context().close();
  });

  it('sees a code die, and says so while it trains', async () => {
    const { page } = await started(`&net=${dying}&batch=50&epochs=60&rate=0.3`);
    const finding = page.getByRole('region', { name: /^Findings/ }).getByText(/^Error/);
    await finding.first().waitFor();
    expect(await page.getByRole('region', { name: /^Findings/ }).innerText()).toMatch(
      /(dead-dimension|constant-code|near-zero-code|constant-output)[\s\S]*What to try:/,
    );
    await page.context().close();
  });

  it('trains on pictures of a zip, its folders the names of the classes', async () => {
    const files: Record<string, Uint8Array> = {};
    const { pixels, labels } = images(80);
    for (let i = 0; i < 80; i++) {
      const data = pixels.subarray(i * 784, (i + 1) * 784);
      files[`mine/${labels[i] % 2 === 0 ? 'even' : 'odd'}/${i}.png`] = encode({
        width: 28,
        height: 28,
        data,
        channels: 1,
        depth: 8,
      });
    }
    const { page } = await opened('&batch=20&epochs=3');
    await page.getByLabel('Images of your own').check();
    await page
      .locator('[data-opens=images]')
      .setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync(files)) });
    await page.getByText('mine.zip').waitFor();
    await page.locator('[data-sheet=pictures]').waitFor();
    await button(page, 'Start training').click();
    await until(page, 'finished');
    expect(await page.getByRole('region', { name: 'Classes' }).innerText()).toMatch(/even[\s\S]*odd/);
    await page.context().close();
  });
});
