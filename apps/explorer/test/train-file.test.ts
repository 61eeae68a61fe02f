/**
 * Networks as files in the Train view, in a real Chromium: opened, edited, saved, trained, whatever their code and colour.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import { formatNetworkFile, parseIdxImages, parseNetworkFile } from 'latent-plane';
import type { Browser, Download, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { temporaryFolder } from '../../../packages/cli/src/runs/testing.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { addressed, axeFindings, dropPaths, openPage, SCREENS } from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { trainingBundle } from './training.ts';

let browser: Browser;
let server: ExplorerServer;
let folder = '';

const example = (name: string): string => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
const textOf = (name: string): string => readFileSync(example(name), 'utf8');
const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
};

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const until = (page: Page, word: string): Promise<void> => page.locator(`[data-status=${word}]`).waitFor();
const fault = (page: Page): Locator => page.locator('.train > [role=alert]');
const opened = async (hash = '&images=96', options: Parameters<typeof openPage>[2] = {}) => {
  const watched = await openPage(browser, `${server.url}#page=train${hash}`, options);
  await button(watched.page, 'Start training').waitFor();
  return watched;
};
const give = async (page: Page, path: string): Promise<void> => {
  await page.locator('input[data-opens=network]').setInputFiles(path);
};
const download = async (page: Page, press: () => Promise<void>): Promise<Download> => {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  return file;
};
const textOfDownload = async (file: Download): Promise<string> => readFile(await file.path(), 'utf8');
/** Epochs and batch size of the form. */
const quick = async (page: Page, batch = '32', epochs = '2'): Promise<void> => {
  await page.getByLabel('Batch size').fill(batch);
  await page.getByLabel('Epochs', { exact: true }).fill(epochs);
};
/** What a picture of the page shows: its side lengths and its first differing colours. */
const pixelsOf = (page: Page, label: string): Promise<readonly number[]> =>
  page
    .getByLabel(label, { exact: true })
    .first()
    .locator('canvas')
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      return [...((canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [])];
    });

/** Red rings and blue bars on black. */
const picture = (i: number): Uint8Array => {
  const data = new Uint8Array(12 * 12 * 3);
  for (let y = 0; y < 12; y++)
    for (let x = 0; x < 12; x++) {
      const isRing = Math.abs(Math.hypot(x - 5.5, y - 5.5) - 3 - (i % 3)) < 1;
      const isBar = Math.abs(x - 2 - (i % 8)) < 2;
      data[3 * (12 * y + x)] = i % 2 === 0 && isRing ? 250 : 0;
      data[3 * (12 * y + x) + 2] = i % 2 === 1 && isBar ? 250 : 0;
    }
  return encode({ width: 12, height: 12, data, channels: 3, depth: 8 });
};
const COLOUR = `title: Pictures in colour
inputShape: [12, 12, 3]
encoder:
  - { type: conv2d, filters: 8, kernelSize: 3, strides: 2, padding: same, activation: relu }
decoder:
  - { type: conv2d-transpose, filters: 3, kernelSize: 3, strides: 2, padding: same, activation: sigmoid }
recipe: { epochs: 3, batchSize: 16, learningRate: 0.01 }
`;
const CONDITIONAL = `inputShape: [784]
label: { classes: 10 }
encoder:
  - { type: concatenate, inputs: [input, label] }
  - { type: dense, units: 2 }
decoder:
  - { type: concatenate, inputs: [input, label] }
  - { type: dense, units: 784, activation: sigmoid }
recipe: { epochs: 2, batchSize: 32 }
`;

describe.skipIf(findBrowser() === null)('network files in the Train view', () => {
  beforeAll(async () => {
    await ensureBuilt();
    folder = await temporaryFolder();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await trainingBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes one that is dropped on another view, with its images, recipe and loss, trains it and saves it', async () => {
    const { page, complaints } = await openPage(browser, `${server.url}#images=64`);
    await page.locator('[data-points]').waitFor({ state: 'attached' });
    await dropPaths(page, [example('keras-vae.yaml')]);
    await button(page, 'Start training').waitFor();
    await expect.poll(() => addressed(page).page).toBe('train');
    await expect
      .poll(() => page.locator('.shapes').innerText())
      .toMatch(/^28x28x1 → 14x14x32 → 7x7x64 → 3136 → 16 → 2/);
    expect(await page.locator('p.count').innerText()).toMatch(
      /parameters · binary cross-entropy summed over pixels \+ 1 × KL/,
    );
    expect(await page.locator('.asked').innerText()).toMatch(/names the images mnist: the page’s own/);
    expect(await page.getByLabel('Epochs', { exact: true }).inputValue()).toBe('30');
    expect(await page.getByLabel('Batch size').inputValue()).toBe('128');
    const { spec, recipe } = parseNetworkFile(textOf('keras-vae.yaml'), 'keras-vae.yaml');
    const saved = await download(page, () => button(page, 'Save as a file').click());
    expect(saved.suggestedFilename()).toBe('keras-vae.yaml');
    expect(await textOfDownload(saved)).toBe(formatNetworkFile(spec, recipe, { data: 'mnist' }));
    // As it is after a link.
    await expect.poll(() => addressed(page).train.layers).not.toBeNull();
    await page.reload();
    await expect
      .poll(() => page.locator('.choice select').first().innerText())
      .toMatch(/keras-vae\.yaml: VAE of the Keras/);
    await quick(page, '16', '1');
    await button(page, 'Start training').click();
    await until(page, 'finished');
    await page.locator('[data-field]').waitFor({ state: 'attached' });
    expect(await page.locator('#run-title').innerText()).toMatch(/^keras-vae seed 1 · batch 16/);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
  });

  it('says where a file is at fault, with the line; what was put together stays', async () => {
    const { page } = await opened();
    const before = await page.locator('.shapes').innerText();
    await give(page, await write('broken.yaml', textOf('keras-vae.yaml').replace('filters: 64', 'filters: lots')));
    await expect
      .poll(() => fault(page).innerText())
      .toMatch(
        /broken\.yaml cannot be read\. Line 9, column 30: field "encoder\[1\]\.filters"\.\s+9 +- \{ type: conv2d, filters: lots/,
      );
    expect(await fault(page).innerText()).toMatch(/Expected a whole number from 1 to \d+, got "lots"\./);
    expect(await fault(page).locator('mark').innerText()).toBe('lots');
    expect(await page.locator('.shapes').innerText()).toBe(before);
    await button(page, 'Close').click();
    await give(page, await write('unjoined.json', '{"inputShape": [784],\n "encoder": [\n]'));
    await expect.poll(() => fault(page).innerText()).toMatch(/unjoined\.json cannot be read\. Line \d+, column \d+/);
    await give(page, await write('recipe.yaml', 'epochs: 7\nlearningRate: 0.5\n'));
    await expect.poll(() => page.getByLabel('Epochs', { exact: true }).inputValue()).toBe('7');
    expect(await fault(page).count()).toBe(0);
    await page.context().close();
  });

  it('edits a graph: names, inputs, a label, terms of the loss; saved, it reads back the same', async () => {
    const { page } = await opened();
    await give(page, example('pytorch-vae.yaml'));
    await expect.poll(() => page.locator('.shapes').innerText()).toMatch(/^784 → 400 → 20/);
    await button(page, 'Edit the layers').click();
    const encoder = page.getByRole('region', { name: 'Encoder' });
    const decoder = page.getByRole('region', { name: 'Decoder' });
    const alerts = () => page.locator('li [role=alert]').allInnerTexts();
    // Those that take a layer follow its name.
    await encoder.getByLabel('hidden Name').fill('stem');
    await encoder.getByLabel('hidden Name').press('Enter');
    await expect.poll(() => encoder.getByLabel('z_mean Inputs').inputValue()).toBe('stem');
    // A name that is not there, a circle, too few: told at the layer.
    await encoder.getByLabel('gaussian_code Inputs').fill('z_mean, z_var');
    await expect
      .poll(alerts)
      .toStrictEqual([expect.stringMatching(/there is no layer "z_var"; take one of input, stem, z_mean, z_log_var/)]);
    await expect.poll(() => button(page, 'Save as a file').isDisabled()).toBe(true);
    await encoder.getByLabel('z_mean Inputs').fill('gaussian_code');
    await expect.poll(alerts).toStrictEqual([expect.stringMatching(/"gaussian_code" does not come before it/)]);
    await encoder.getByLabel('z_mean Inputs').fill('stem');
    await encoder.getByLabel('gaussian_code Inputs').fill('z_mean, z_log_var');
    await expect.poll(alerts).toStrictEqual([]);
    // The label enters the decoder beside the code.
    await page.getByLabel('The label of an image enters too').check();
    await expect
      .poll(() => page.locator('.choice [role=alert]').innerText())
      .toMatch(/expected a layer that takes "label"/);
    await page.getByLabel('Show names and inputs of all layers').check();
    await button(page, 'Add a layer to the decoder').click();
    await decoder.getByLabel('dense_1: type').selectOption('concatenate');
    await expect.poll(alerts).toHaveLength(1);
    await button(page, 'Move concatenate up').click();
    await decoder.getByLabel('concatenate Inputs').fill('input, label');
    await expect.poll(alerts).toStrictEqual([]);
    // Another term, with a schedule.
    await page.getByLabel('Slope of the decoder', { exact: true }).check();
    await page.getByLabel('Slope of the decoder Schedule of the weight').selectOption('warm-up');
    await expect.poll(() => page.locator('p.count').innerText()).toMatch(/KL divergence.*\+ 0\.001 ×/);
    const saved = await download(page, () => button(page, 'Save as a file').click());
    const { spec } = parseNetworkFile(await textOfDownload(saved), 'saved.yaml');
    const { spec: was } = parseNetworkFile(textOf('pytorch-vae.yaml'), 'pytorch-vae.yaml');
    expect(spec.encoder).toEqual([
      { ...was.encoder[0], name: 'stem' },
      ...was.encoder.slice(1, 3).map((layer) => ({ ...layer, inputs: ['stem'] })),
      was.encoder[3],
    ]);
    expect(spec.decoder).toEqual([{ type: 'concatenate', inputs: ['input', 'label'] }, ...was.decoder]);
    expect(spec.label).toEqual({ classes: 10 });
    expect(spec.loss).toMatchObject({ terms: [{ type: 'kl' }, { schedule: { type: 'warm-up' } }] });
    // The file is the network that is on the page.
    const shapes = await page.locator('.shapes').innerText();
    await page.goto('about:blank');
    await page.goto(`${server.url}#page=train`);
    await give(page, await write('saved.yaml', await textOfDownload(saved)));
    await expect.poll(async () => `Edited. ${await page.locator('.shapes').innerText()}`).toBe(shapes);
    await page.context().close();
  });

  it('trains a code of 20 numbers: its plane, reconstructions, loss, findings, files', async () => {
    const { page } = await opened('&images=300');
    await give(page, example('pytorch-vae.yaml'));
    await expect
      .poll(() => page.locator('.choice .note').innerText())
      .toBe('A code of 20 numbers is shown on the plane of its first two principal components.');
    await quick(page, '32', '2');
    await button(page, 'Start training').click();
    await until(page, 'finished');
    const shown = page.getByRole('region', { name: 'Reconstructions' });
    expect(await shown.innerText()).toMatch(/The plane shows a part of each code/);
    expect(await shown.getByRole('img').count()).toBe(48);
    expect(await page.locator('.curve svg[role=img]').getAttribute('data-epochs')).toBe('2');
    await expect.poll(() => page.locator('#findings-title').innerText()).toMatch(/after epoch 2/);
    await page.locator('.surface[data-at] [data-points]').waitFor({ state: 'attached' });
    expect(await page.locator('.plane .bounds').innerText()).toMatch(
      /^Codes reach from \S+ to \S+ in component 1, from \S+ to \S+ in component 2\. Dots fade with their distance/,
    );
    expect(await page.locator('.cursor dt').allInnerTexts()).toEqual(['component 1', 'component 2']);
    expect(await page.locator('.curve dt').allInnerTexts()).toEqual(['Spread in component 1', 'Spread in component 2']);
    expect(await button(page, 'Open in Explore').count()).toBe(1);
    const run = await download(page, () => button(page, /^Run folder/).click());
    const entries = unzipSync(new Uint8Array(await readFile(await run.path())));
    const config = Object.keys(entries).find((name) => name.endsWith('config.json')) ?? '';
    expect(JSON.parse(strFromU8(entries[config]))).toMatchObject({
      network: { id: 'pytorch-vae' },
      recipe: { epochs: 2 },
    });
    const network = await download(page, () => button(page, /^Network file/).click());
    expect(parseNetworkFile(await textOfDownload(network), 'a.yaml').recipe).toMatchObject({
      epochs: 2,
      batchSize: 32,
    });
    for (const name of [/^Keras \.keras/, /^ONNX/])
      expect((await download(page, () => button(page, name).click())).suggestedFilename()).toMatch(/pytorch-vae/);
    // The run of a network that came out of a file goes on where it stood.
    const had = await page.locator('.curve svg[role=img]').getAttribute('aria-label');
    await page.reload();
    const again = { name: 'run.zip', mimeType: 'application/zip', buffer: await readFile(await run.path()) };
    await page.locator('input[data-opens=run-zip]').setInputFiles(again);
    await until(page, 'paused');
    await expect.poll(() => page.locator('.curve svg[role=img]').getAttribute('aria-label')).toBe(had);
    await page.context().close();
  });

  it('learns pictures in colour, and shows, keeps and packs them in colour', async () => {
    const { page } = await opened('');
    await give(page, await write('colour.yaml', COLOUR));
    const zip = zipSync(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`${i % 2 === 0 ? 'rings' : 'bars'}/${i}.png`, picture(i)]),
      ),
    );
    await dropPaths(page, [await write('mine.zip', zip)]);
    await page.getByText('mine.zip').waitFor();
    await page.getByText(/brought to 12 × 12 in colour, as the network takes them/).waitFor();
    await page.locator('.own[aria-busy=false] [data-channels="3"]').waitFor();
    await button(page, 'Start training').click();
    await until(page, 'finished');
    expect((await page.locator('.notes li').allInnerTexts()).join('\n')).toMatch(
      /Pictures are brought to 12 x 12.*\nPictures are taken in colour/,
    );
    expect(await page.getByRole('region', { name: 'Reconstructions' }).innerText()).toMatch(
      /The plane shows a part of each code/,
    );
    expect(await page.locator('.cursor dt').allInnerTexts()).toEqual(['component 1', 'component 2']);
    expect(await page.getByRole('region', { name: /^Findings/ }).innerText()).toMatch(
      /6 × 6 × 8 numbers is not examined here/,
    );
    const [red, green, blue] = [0, 1, 2].map((channel) => async (label: string) => {
      const all = await pixelsOf(page, label);
      return Math.max(...all.filter((_, i) => i % 4 === channel));
    });
    expect([await red('rings: input'), await green('rings: input'), await blue('rings: input')]).toEqual([250, 0, 0]);
    expect([await red('bars: input'), await blue('bars: input')]).toEqual([0, 250]);
    const drawn = await pixelsOf(page, 'rings: reconstruction');
    expect(drawn.some((value, i) => i % 4 === 0 && value !== drawn[i + 1])).toBe(true);
    const run = await download(page, () => button(page, /^Run folder/).click());
    const entries = unzipSync(new Uint8Array(await readFile(await run.path())));
    const images = Object.keys(entries).find((name) => name.endsWith('data/train-images-idx3-ubyte')) ?? '';
    expect(parseIdxImages(entries[images], images)).toMatchObject({ count: 36, height: 12, width: 12, channels: 3 });
    await page.reload();
    await button(page, /^Go on with colour/).click();
    await until(page, 'paused');
    expect(await blue('bars: input')).toBe(250);
    await page.context().close();
  });

  it('trains a code of one number', async () => {
    const { page } = await opened('&images=64');
    await give(page, await write('line.yaml', CONDITIONAL.replace('units: 2', 'units: 1')));
    await button(page, 'Start training').click();
    await until(page, 'finished');
    expect(await page.locator('.cursor dt').allInnerTexts()).toEqual(['z1']);
    expect(await page.locator('.plane .bounds').innerText()).toMatch(/Dots are stacked as high as the codes are dense/);
    expect(await page.locator('.curve dt').allInnerTexts()).toEqual(['Spread in z1']);
    // The line shows all of it.
    expect(await page.getByRole('region', { name: 'Reconstructions' }).count()).toBe(0);
    await expect.poll(() => page.locator('#findings-title').innerText()).toMatch(/after epoch 2/);
    await page.context().close();
  });

  it('trains a network that takes the label, and says so where the images have none', async () => {
    const { page } = await opened('&images=200');
    await give(page, await write('conditional.yaml', CONDITIONAL));
    await page.getByText('The label of an image, one of 10 classes, enters beside it.').waitFor();
    await button(page, 'Start training').click();
    await until(page, 'finished');
    await page.locator('[data-field]').waitFor({ state: 'attached' });
    const cursor = () => pixelsOf(page, 'What the decoder draws at the cursor');
    const zero = await cursor();
    await page.getByLabel('Drawn as').selectOption('7');
    await expect.poll(async () => (await cursor()).join() !== zero.join()).toBe(true);
    await button(page, 'Train something else').click();
    const paths: string[] = [];
    for (let i = 0; i < 10; i++) paths.push(await write(`loose-${i}.png`, picture(i)));
    await dropPaths(page, paths);
    await page.getByText('10 files').waitFor();
    await page.locator('.own[aria-busy=false] [data-sheet]').waitFor();
    await button(page, 'Start training').click();
    await expect
      .poll(() => fault(page).innerText())
      .toMatch(/^no-labels: .*images of "loose" have none; choose images with labels/);
    await page.context().close();
  });

  it.each(SCREENS)(
    'axe finds nothing serious on $name in the $colorScheme: a fault, a graph in the editor, reconstructions',
    async ({ name: _, ...options }) => {
      const { page } = await opened('&images=64', options);
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
      await give(page, await write('broken.yaml', textOf('pytorch-vae.yaml').replace('units: 400', 'units: 0')));
      await fault(page).waitFor();
      await sound();
      await give(page, example('pytorch-vae.yaml'));
      await button(page, 'Edit the layers').click();
      await page.getByLabel('Show names and inputs of all layers').check();
      await page.getByLabel('gaussian_code Inputs').fill('z_mean, z_var');
      await sound();
      await page.getByLabel('gaussian_code Inputs').fill('z_mean, z_log_var');
      await quick(page, '32', '1');
      await button(page, 'Start training').click();
      await until(page, 'finished');
      await page.locator('[data-reconstructions]').waitFor();
      await sound();
      await page.context().close();
    },
  );
});
