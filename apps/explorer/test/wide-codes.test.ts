/**
 * Codes that are not two numbers, in a real Chromium: planes through their space, the image that one is moved through,
 * traversals, paths and drawings in the whole space, a line, networks of different code sizes side by side.
 */
import {
  axesPlane,
  type CodePlane,
  type Codes,
  codeExtent,
  codesOfPlane,
  dimensionsBy,
  divergencePerDimension,
  exportKeras,
  pathCodes,
  planeAt,
  planeThrough,
  pointsOfCodes,
  principalPlane,
  resolveNetwork,
  shownPlane,
  toByte,
} from 'latent-plane';
import { meanCode } from 'latent-plane/internal';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runnable } from '../../../packages/cli/src/commands/model-arguments.ts';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { addressed, cursorCode, digitBytes, largestDifference, openPage, planeBox, settle } from './browser.ts';
import { DIST, ensureBuilt, scoresAt } from './fixture.ts';
import { imageAt, SHOWN } from './trained.ts';
import { wideBundle, wideNetwork } from './wide.ts';

const line = wideNetwork('line', 1);
const three = wideNetwork('three', 3);
const sixteen = wideNetwork('sixteen', 16);
const huge = wideNetwork('huge', 4096);
const gaussian = wideNetwork('gaussian', 6, true);
const codes: Codes = { values: sixteen.codes, count: SHOWN, size: 16 };
const mean = meanCode(codes);
const eventually = <T>(read: () => T) => expect.poll(read);
const bytesOf = (code: Float32Array, { decode } = sixteen): number[] => Array.from(decode(code), toByte);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const at = (plane: CodePlane, x: number, y: number): Float32Array => codesOfPlane(plane, Float32Array.of(x, y));
const pointOf = (plane: CodePlane, values: Float32Array): Float32Array =>
  pointsOfCodes(plane, { values, count: 1, size: values.length });

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('codes of more than two numbers', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({
      root: DIST,
      bundle: wideBundle([sixteen, three, line, huge, gaussian], scoresAt),
      port: 0,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash: string) => {
    const watched = await openPage(browser, `${server.url}#${hash}`);
    await watched.page.waitForSelector('[data-points]', { state: 'attached' });
    await settle(watched.page);
    return watched;
  };
  const draws = async (page: Page, code: Float32Array, network = sixteen): Promise<void> =>
    eventually(async () => largestDifference(await digitBytes(page), bytesOf(code, network))).toBeLessThanOrEqual(1);
  const coordinates = (page: Page) => page.locator('.readout dt').allInnerTexts();
  const press = async (page: Page, x: number, y: number): Promise<void> => {
    const { left, top, side } = await planeBox(page);
    await page.mouse.click(left + x * side, top + y * side);
  };

  it('lie on the plane of their first two principal components, and the picture is that of the code at the cursor', async () => {
    const { page, complaints } = await opened('model=sixteen&at=0.25,-0.5');
    expect(await coordinates(page)).toEqual(['component 1', 'component 2']);
    await draws(page, at(principalPlane(codes), 0.25, -0.5));
    expect(await page.locator('.bounds').innerText()).toMatch(
      /in component 1, .* in component 2\. Dots fade with their distance/,
    );
    expect(await page.getByText('The plane passes through the mean code.').count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('are shown on two dimensions, on other components and through three images, as the address says', async () => {
    const { page, complaints } = await opened('model=sixteen');
    await page.getByRole('combobox', { name: 'Plane' }).selectOption('axes');
    await eventually(() => addressed(page).plane).toEqual({ by: 'axes', axes: [0, 1] });
    await page.getByLabel('Up').selectOption({ label: 'z7' });
    await eventually(() => addressed(page).plane).toEqual({ by: 'axes', axes: [0, 6] });
    expect(await coordinates(page)).toEqual(['z1', 'z7']);
    const axes = axesPlane(16, [0, 6], mean);
    await eventually(async () => {
      const { x, y } = await cursorCode(page);
      return largestDifference(await digitBytes(page), bytesOf(at(axes, x, y)));
    }).toBeLessThanOrEqual(1);

    await page.goto('about:blank');
    await page.goto(`${server.url}#model=sixteen&principal=3,2&at=0.1,0.2`);
    await eventually(() => coordinates(page)).toEqual(['component 3', 'component 2']);
    await draws(page, at(principalPlane(codes, [2, 1]), 0.1, 0.2));

    await page.goto('about:blank');
    await page.goto(`${server.url}#model=sixteen&through=3,40,77&at=0.5,0.5`);
    const [a, b, c] = [3, 40, 77].map(sixteen.codeOf);
    await draws(page, at(planeThrough(a, b, c), 0.5, 0.5));

    await page.goto('about:blank');
    await page.goto(`${server.url}#model=sixteen&plane=1,99`);
    await eventually(() => page.locator('.plane-choice [role=alert]').innerText()).toMatch(
      /two different dimensions, from 1 to 16/,
    );
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('are those of the image that is pressed: the plane moves through it, and back to the mean', async () => {
    const { page } = await opened('model=sixteen&plane=1,7');
    const axes = axesPlane(16, [0, 6], mean);
    const points = pointsOfCodes(axes, codes);
    // An image that lies alone is what a press on its dot means.
    const [x, y] = [0, 1].map((d) => (i: number) => points[2 * i + d]);
    const lonely = Array.from({ length: SHOWN }, (_, i) => i).sort((i, j) => x(j) - x(i))[0];
    const [minX, maxX] = [Math.min(...Array.from({ length: SHOWN }, (_, i) => x(i))), x(lonely)];
    const ys = Array.from({ length: SHOWN }, (_, i) => y(i));
    const [minY, maxY] = [Math.min(...ys), Math.max(...ys)];
    const share = (value: number, min: number, max: number): number => 0.04 / 1.08 + (value - min) / (max - min) / 1.08;
    await press(page, share(x(lonely), minX, maxX), 1 - share(y(lonely), minY, maxY));
    await eventually(() => addressed(page).held).toBe(lonely);
    await draws(page, sixteen.codeOf(lonely));
    await eventually(() => page.locator('[data-held] p').innerText()).toMatch(
      new RegExp(`passes through image ${lonely} \\(\\d\\)\\. The other 14 numbers stay as it has them\\.`),
    );
    // Elsewhere on it the hidden numbers stay.
    await page.goto('about:blank');
    await page.goto(`${server.url}#model=sixteen&plane=1,7&held=${lonely}&at=0.2,0.1`);
    await draws(page, at(planeAt(axes, sixteen.codeOf(lonely)), 0.2, 0.1));
    await button(page, 'Back to the mean').click();
    await eventually(() => addressed(page).held).toBeNull();
    await eventually(() => page.getByText('The plane passes through the mean code.').count()).toBe(1);
    await page.getByLabel('Image', { exact: true }).fill('17');
    await page.getByLabel('Image', { exact: true }).press('Enter');
    await draws(page, sixteen.codeOf(17));
    await page.context().close();
  });

  it('are traversed: a press on a strip or a slider changes one number and leaves the others', async () => {
    const { page, complaints } = await opened('model=sixteen&tool=traverse&held=5');
    await page.locator('[data-strips="16"]').waitFor();
    const row = page.locator('[data-dimension="4"]');
    await row.getByRole('button').nth(6).click();
    await eventually(() => addressed(page).moved.map(([d]) => d)).toEqual([3]);
    const value = Number(await row.getByRole('slider').inputValue());
    const expected = sixteen.codeOf(5);
    const sorted = Array.from({ length: SHOWN }, (_, i) => sixteen.codes[i * 16 + 3]).sort((a, b) => a - b);
    expect(value).toBeGreaterThan(sorted[Math.floor(0.97 * SHOWN)]);
    expected[3] = value;
    await draws(page, expected);
    const slider = page.locator('[data-dimension="9"]').getByRole('slider');
    await slider.focus();
    await slider.press('Home');
    await eventually(() => addressed(page).moved.map(([d]) => d)).toEqual([3, 8]);
    expected[8] = Number(await slider.inputValue());
    await draws(page, expected);
    await button(page, 'Back to image 5').click();
    await draws(page, sixteen.codeOf(5));
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('are traversed by divergence from the prior where they are Gaussians, else by variance', async () => {
    const { page, complaints } = await opened('model=gaussian&tool=traverse');
    await page.locator('[data-order=kl]').waitFor();
    const pixels = new Uint8Array(SHOWN * 784);
    for (let i = 0; i < SHOWN; i++)
      pixels.set(
        Uint8Array.from(imageAt(i), (value) => Math.round(255 * value)),
        i * 784,
      );
    const running = await runnable({ network: resolveNetwork(gaussian.spec), weights: gaussian.weights });
    const set = { count: SHOWN, height: 28, width: 28, channels: 1 as const, pixels, labels: new Uint8Array(SHOWN) };
    const nats = (await divergencePerDimension(running, set)) ?? [];
    const rows = () =>
      page.locator('[data-dimension]').evaluateAll((items) => items.map((item) => item.textContent ?? ''));
    const byKl = dimensionsBy(nats);
    expect((await rows()).map((text) => text.trim().split(/\s/)[0])).toEqual(byKl.map((d) => `z${d + 1}`));
    (await rows()).forEach((text, row) => {
      const [, told] = /KL ([\d.]+)/.exec(text) ?? [];
      expect(Math.abs(Number(told) - nats[byKl[row]])).toBeLessThan(0.002);
    });
    await button(page, 'By variance').click();
    await page.locator('[data-order=variance]').waitFor();
    const byVariance = dimensionsBy(codeExtent({ values: gaussian.codes, count: SHOWN, size: 6 }).std);
    expect(byVariance).not.toEqual(byKl);
    expect((await rows()).map((text) => text.trim().split(/\s/)[0])).toEqual(byVariance.map((d) => `z${d + 1}`));
    await eventually(() => addressed(page).dimensionOrder).toBe('variance');
    expect(complaints).toEqual([]);
    await page.goto('about:blank');
    await page.goto(`${server.url}#model=sixteen&tool=traverse`);
    await page.locator('[data-order=variance]').waitFor();
    expect(await button(page, 'By KL').count()).toBe(0);
    await page.context().close();
  });

  it.each(['straight', 'sphere'] as const)('are followed from image to image, %s', async (kind) => {
    const { page, complaints } = await opened(`model=sixteen&tool=path&path=i3,i40&way=${kind}`);
    await page.locator('[data-strip]').waitFor();
    const slider = page.getByRole('slider', { name: 'Along the path' });
    await slider.press('End');
    for (let i = 0; i < 5; i++) await slider.press('PageUp');
    for (let i = 0; i < 10 && Number(await slider.inputValue()) > 0.5; i++) await slider.press('PageDown');
    await eventually(() => addressed(page).along).toBe(0.5);
    const way = pathCodes(sixteen.codeOf(3), sixteen.codeOf(40), 1001, kind);
    // Half of the way by its length; a sphere's is not its middle code where one end is longer.
    const lengths = [0];
    for (let i = 1; i < 1001; i++)
      lengths.push(
        lengths[i - 1] + Math.hypot(...Array.from({ length: 16 }, (_, d) => way[i * 16 + d] - way[(i - 1) * 16 + d])),
      );
    const half = lengths.findIndex((length) => length >= lengths[1000] / 2);
    await eventually(async () =>
      largestDifference(await digitBytes(page), bytesOf(way.slice(half * 16, (half + 1) * 16))),
    ).toBeLessThanOrEqual(3);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('are what a drawing is encoded to: its own code is decoded, its place on the plane is marked', async () => {
    const { page } = await opened('model=three&tool=draw&drawing=RiCXxQghGpRuqi-kUObleS2kfWauWa');
    await page.waitForSelector('[data-code]');
    const [x, y] = ((await page.locator('[data-code]').getAttribute('data-code')) ?? '').split(',').map(Number);
    const pixelsOf = (name: string): Promise<number[]> =>
      page
        .getByRole('img', { name })
        .locator('canvas')
        .evaluate((canvas: HTMLCanvasElement) =>
          Array.from(canvas.getContext('2d')?.getImageData(0, 0, 28, 28).data ?? []).filter((_, i) => i % 4 === 0),
        );
    const seen = await pixelsOf('Your drawing as the network sees it');
    const code = three.encode(Float32Array.from(seen, (value) => value / 255));
    const point = pointOf(principalPlane({ values: three.codes, count: SHOWN, size: 3 }), code);
    expect(Math.hypot(point[0] - x, point[1] - y)).toBeLessThan(0.05);
    const decoded = await pixelsOf('What the network makes of your drawing');
    expect(largestDifference(decoded, bytesOf(code, three))).toBeLessThanOrEqual(2);
    expect(await page.getByText('The plane passes through the code that the tool shows.').count()).toBe(1);
    await page.context().close();
  });

  it('of one number lie on a line: the picture follows from left to right alone', async () => {
    const { page } = await opened('model=line&at=0.3,0.2');
    await draws(page, Float32Array.of(0.3), line);
    expect(await coordinates(page)).toEqual(['z1']);
    await page.goto(`${server.url}#model=line&at=0.3,0.9`);
    await eventually(async () => (await cursorCode(page)).y).toBe(0.9);
    await draws(page, Float32Array.of(0.3), line);
    expect(await page.locator('.bounds').innerText()).toMatch(/Dots are stacked as high as the codes are dense/);
    expect(await page.locator('.plane-choice').count()).toBe(0);
    await page.context().close();
  });

  it('may be 4,096: a plane, two of them, sixteen strips at first and more on demand', async () => {
    const { page, complaints } = await opened('model=huge&at=0.5,-0.5');
    const all: Codes = { values: huge.codes, count: SHOWN, size: 4096 };
    await draws(page, at(shownPlane(all), 0.5, -0.5), huge);
    await page.getByRole('combobox', { name: 'Plane' }).selectOption('axes');
    await page.getByLabel('Up').fill('3000');
    await page.getByLabel('Up').press('Enter');
    await eventually(() => addressed(page).plane).toEqual({ by: 'axes', axes: [0, 2999] });
    expect(await coordinates(page)).toEqual(['z1', 'z3000']);
    await button(page, 'Traverse').click();
    await page.locator('[data-strips="16"]').waitFor();
    await button(page, 'Show 16 more').click();
    await page.locator('[data-strips="32"]').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('are compared with codes of other sizes, image by image', async () => {
    const { page } = await opened('page=compare&compare=sixteen,three,line&image=40');
    await eventually(() => page.locator('.linked [data-points]').count()).toBe(3);
    const pictures = () =>
      page
        .locator('ul [role=img] canvas')
        .evaluateAll((canvases) =>
          canvases.map((canvas) =>
            canvas instanceof HTMLCanvasElement
              ? Array.from(canvas.getContext('2d')?.getImageData(0, 0, 28, 28).data ?? []).filter((_, i) => i % 4 === 0)
              : [],
          ),
        );
    for (const [i, network] of [sixteen, three, line].entries())
      await eventually(async () =>
        largestDifference((await pictures())[i] ?? [], bytesOf(network.codeOf(40), network)),
      ).toBeLessThanOrEqual(1);
    await page.context().close();
  });

  it('come out of a file too', async () => {
    const { page, complaints } = await opened('model=three');
    const bytes = await exportKeras({ network: resolveNetwork(sixteen.spec), weights: sixteen.weights });
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, 'Open a model').click()]);
    await chooser.setFiles([{ name: 'mine.keras', mimeType: '', buffer: Buffer.from(bytes) }]);
    await page.locator('section[aria-label="Opened file"]').waitFor();
    await page.waitForSelector('.plane-choice');
    await eventually(async () => {
      const { x, y } = await cursorCode(page);
      return largestDifference(await digitBytes(page), bytesOf(at(principalPlane(codes), x, y)));
    }).toBeLessThanOrEqual(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
