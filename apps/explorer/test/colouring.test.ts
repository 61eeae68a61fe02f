/**
 * What the points' colours mean, and the lines of density, in a real Chromium without a graphics card: their pixels are
 * those that the library's numbers ask for.
 */
import { colourBytes } from 'latent-plane/internal';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { ranks, sequentialColour, sequentialColours } from '../src/colouring/sequential.ts';
import { densityAt, densityOf } from '../src/density/density.ts';
import { toPixel, wholeWindow } from '../src/plane/view.ts';
import { addressed, openPage, restingPicture, settle } from './browser.ts';
import { DIST, ensureBuilt, picturedBundle } from './fixture.ts';
import { measureShown, SHOWN, shownCodes, trainedBundle } from './trained.ts';

const errors = await measureShown();
const bounds = {
  min: [0, 1].map((d) => Math.min(...shownCodes.filter((_, i) => i % 2 === d))),
  max: [0, 1].map((d) => Math.max(...shownCodes.filter((_, i) => i % 2 === d))),
};
const eventually = <T>(read: () => T) => expect.poll(read);

let browser: Browser;
let server: ExplorerServer;
let known: ExplorerServer;
let few: ExplorerServer;

describe.skipIf(findBrowser() === null)('the colour of the images', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--disable-3d-apis'] });
    server = await serveExplorer({ root: DIST, bundle: trainedBundle(), port: 0 });
    known = await serveExplorer({ root: DIST, bundle: trainedBundle(errors), port: 0 });
    few = await serveExplorer({ root: DIST, bundle: picturedBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    for (const each of [server, known, few]) await each?.close();
  });

  const opened = async (hash: string, options: Parameters<typeof openPage>[2] = {}, at = server) => {
    const watched = await openPage(browser, at.url + hash, options);
    await watched.page.locator('[data-points=canvas]').waitFor({ state: 'attached' });
    return watched;
  };
  const close = (page: Page): Promise<void> => page.context().close();
  const coloured = (page: Page, by: string): Promise<void> => page.locator(`[data-coloured=${by}]`).waitFor();
  /** The colours in the middle of these points, as painted: the canvas keeps them but for rounding. */
  const coloursAt = (page: Page, points: readonly number[]): Promise<number[][]> =>
    page.locator('[data-points]').evaluate(
      (canvas, places) =>
        places.map(([left, top]) => {
          if (!(canvas instanceof HTMLCanvasElement)) return [];
          const [x, y] = [Math.floor(left * canvas.width), Math.floor(top * canvas.height)];
          return Array.from(canvas.getContext('2d')?.getImageData(x, y, 1, 1).data.slice(0, 3) ?? []);
        }),
      points.map((i) => {
        const { left, top } = toPixel(wholeWindow(bounds), 1, { x: shownCodes[2 * i], y: shownCodes[2 * i + 1] });
        return [left, top] as const;
      }),
    );
  /** Images that lie apart: no other is painted over them. */
  const lonely = Array.from({ length: SHOWN }, (_, i) => i).filter((i) =>
    Array.from({ length: SHOWN }, (_, j) => j).every(
      (j) =>
        j === i ||
        Math.abs(shownCodes[2 * i] - shownCodes[2 * j]) + Math.abs(shownCodes[2 * i + 1] - shownCodes[2 * j + 1]) >
          0.02,
    ),
  );
  const expectColours = async (page: Page, colours: Uint8Array): Promise<void> => {
    await settle(page);
    const painted = await coloursAt(page, lonely);
    expect(lonely.length).toBeGreaterThan(30);
    lonely.forEach((i, at) => {
      painted[at].forEach((value, channel) => {
        expect(Math.abs(value - colours[3 * i + channel])).toBeLessThanOrEqual(2);
      });
    });
  };

  it('is that of the density when it is chosen, whose legend says so; what it needs comes then', async () => {
    const { page, complaints } = await opened('#layers=points', { colorScheme: 'dark' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('combobox', { name: 'Colour of the images' }).selectOption('density');
    await coloured(page, 'density');
    expect(asked.some((url) => /Legend/.test(url))).toBe(true);
    expect(await page.getByRole('group', { name: 'Colours' }).innerText()).toMatch(
      /Density of images\s+sparsest\s+to\s+densest/,
    );
    const density = densityAt(densityOf(shownCodes, bounds), shownCodes);
    await expectColours(page, sequentialColours(ranks(density), 0, 1, 'dark'));
    await eventually(() => addressed(page).colouring).toBe('density');
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it.each(['computed in the page', 'given by the bundle', 'computed in the page where the server is gone'])(
    'is that of the error, %s',
    async (how) => {
      const { page } = await opened('#layers=points', {}, how === 'computed in the page' ? server : known);
      if (/gone/.test(how)) await page.route('**/errors.npy', (route) => route.abort());
      await page.getByRole('combobox', { name: 'Colour of the images' }).selectOption('error');
      await coloured(page, 'error');
      const sorted = Float32Array.from(errors).sort();
      const at = 0.99 * (SHOWN - 1);
      const high = sorted[Math.floor(at)] + (at % 1) * (sorted[Math.ceil(at)] - sorted[Math.floor(at)]);
      expect(await page.getByRole('group', { name: 'Colours' }).innerText()).toContain(high.toFixed(4));
      await expectColours(page, sequentialColours(errors, sorted[0], high, 'light'));
      await page.getByRole('combobox', { name: 'Colour of the images' }).selectOption('class');
      await eventually(() => page.locator('[data-coloured]').count()).toBe(0);
      await close(page);
    },
  );

  it('is grey where the page cannot know the error, and the legend counts them', async () => {
    const { page } = await opened('#layers=points&colour=error', {}, few);
    await coloured(page, 'error');
    expect(await page.getByRole('group', { name: 'Colours' }).innerText()).toContain('Grey: 6,900 not known here');
    await close(page);
  });

  it('goes with a dimmed selection, and a link shows both alike', async () => {
    const link = '#layers=points&colour=density&tool=lasso&lasso=0,0,1,0,1,0.5,0,0.5&at=0.5,0.5';
    const pictures: Buffer[] = [];
    for (let i = 0; i < 2; i++) {
      const { page } = await opened(link);
      await coloured(page, 'density');
      await page.locator('[data-measured]').waitFor();
      pictures.push(await restingPicture(page.locator('.surface')));
      await close(page);
    }
    expect(pictures[0].equals(pictures[1])).toBe(true);
  });

  it('lines of density come and go with their button, shaded where no points lie below', async () => {
    const { page, complaints } = await opened('#layers=points&theme=light');
    const button = page.getByRole('button', { name: 'Density' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-density="5"]').waitFor();
    await page.getByText('Lines of density enclose 25, 50, 75, 90 and 99 % of the images.').waitFor();
    await eventually(() => addressed(page).layers).toStrictEqual(['points', 'density']);
    await page.getByRole('button', { name: 'Images', exact: true }).click();
    await settle(page);
    // The densest area is filled with the colour of the most.
    const density = densityAt(densityOf(shownCodes, bounds), shownCodes);
    const densest = density.indexOf(Math.max(...density));
    const { left, top } = toPixel(wholeWindow(bounds), 1, {
      x: shownCodes[2 * densest],
      y: shownCodes[2 * densest + 1],
    });
    const paint = (): Promise<number[]> =>
      page.locator('[data-density]').evaluate(
        (canvas, [x, y]) => {
          if (!(canvas instanceof HTMLCanvasElement)) return [];
          const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
          return Array.from(canvas.getContext('2d')?.getImageData(at[0], at[1], 1, 1).data ?? []);
        },
        [left, top],
      );
    await eventually(async () => (await paint())[3]).toBeGreaterThan(240);
    const painted = await paint();
    const most = colourBytes(sequentialColour(5 / 5.5, 'light'));
    // Five translucent areas lie over each other there.
    most.forEach((value, channel) => {
      expect(Math.abs(painted[channel] - value)).toBeLessThan(40);
    });
    await button.click();
    await eventually(() => page.locator('[data-density]').count()).toBe(0);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });
});
