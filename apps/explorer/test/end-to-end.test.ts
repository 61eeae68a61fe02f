/**
 * A visit to every view and tool of the page in a real Chromium, by each input method: mouse, fingers, keyboard alone. Every
 * step says what it changed. A new tool or view is one more entry in `STOPS`.
 */
import { exportKeras } from 'latent-plane';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { TOOLS } from '../src/state/explore-settings.ts';
import { PAGES } from '../src/state/settings.ts';
import { addressed, cursorCode, digitBytes, openPage, settle } from './browser.ts';
import { COMPLETE_NETWORKS, completeBundle, WIDE_CODE } from './complete-bundle.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { INPUT_METHODS, type InputMethod } from './input-methods.ts';
import { trained } from './trained.ts';

interface Visit {
  readonly page: Page;
  readonly input: InputMethod;
}

interface Stop {
  /** Of `PAGES` or `TOOLS`: every one is visited. */
  readonly name: string;
  /** From the first view, with no tool open; leaves the page there. */
  readonly visit: (visit: Visit) => Promise<void>;
}

const eventually = <T>(read: () => T) => expect.poll(read);
const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
const plane = (page: Page): Locator => page.getByRole('application', { name: 'Latent plane' });
const readout = (page: Page): Promise<string> => page.locator('section[aria-label=Reading] dl').innerText();
const view = async ({ page, input }: Visit, name: string): Promise<void> => {
  await input.press(page, page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }));
};
const tool = async ({ page, input }: Visit, name: string): Promise<void> => {
  await input.press(page, page.getByRole('group', { name: 'Tools' }).getByRole('button', { name }));
};
/** What the screen reader is told. */
const spoken = async (page: Page): Promise<string> =>
  (await page.locator('.explore > [role=status]').textContent()) ?? '';

const STOPS: readonly Stop[] = [
  {
    name: 'explore',
    visit: async (visit) => {
      const { page, input } = visit;
      // The cursor: its code, the text beside it, the digit, the spoken words, the address.
      const [text, digit] = [await readout(page), await digitBytes(page)];
      await input.put(page, plane(page), [0.3, 0.25]);
      await eventually(() => readout(page)).not.toBe(text);
      const code = await cursorCode(page);
      await eventually(() => digitBytes(page)).not.toStrictEqual(digit);
      await eventually(() => addressed(page).at?.x).toBeCloseTo(code.x, 6);
      await eventually(() => spoken(page)).toContain(`x ${code.x.toFixed(4)}`);

      // Nearer and back: the axis, the address.
      const ticks = () => page.locator('.frame').innerText();
      const whole = await ticks();
      await input.zoomIn(page, plane(page));
      await eventually(() => addressed(page).view?.zoom ?? 1).toBeGreaterThan(1.5);
      await eventually(ticks).not.toBe(whole);
      await input.press(page, button(page, 'Zoom in'));
      await input.press(page, button(page, 'Drag moves the plane'));
      await eventually(() => button(page, 'Drag moves the plane').getAttribute('aria-pressed')).toBe('true');
      await input.press(page, button(page, 'Show the whole plane'));
      await eventually(() => addressed(page).view).toBeNull();
      await eventually(ticks).toBe(whole);

      // Layers, one by one.
      for (const [name, layer, mark] of [
        ['Decoded', 'field', '[data-field]'],
        ['Classes', 'classes', '[data-classes]'],
      ] as const) {
        const before = (await page.locator(mark).count()) > 0;
        await input.press(page, button(page, name));
        await page.waitForSelector(mark, { state: before ? 'detached' : 'attached' });
        expect(await button(page, name).getAttribute('aria-pressed')).toBe(String(!before));
        await eventually(() => addressed(page).layers.includes(layer)).toBe(!before);
        await input.press(page, button(page, name));
      }

      // Preferences, the network.
      await input.choose(page, page.getByLabel('Theme'), 'dark');
      await eventually(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
      await input.choose(page, page.getByLabel('Theme'), 'system');
      const colour = () =>
        page.evaluate(() => {
          const bar = document.querySelector('.classes b');
          return bar && getComputedStyle(bar).backgroundColor;
        });
      const before = await colour();
      await input.choose(page, page.getByLabel('Colours'), 'tab10');
      await eventually(colour).not.toBe(before);
      await input.choose(page, page.getByLabel('Colours'), 'accessible');
      await input.choose(page, page.getByLabel('Network'), COMPLETE_NETWORKS[1]);
      await eventually(() => addressed(page).model).toBe(COMPLETE_NETWORKS[1]);
      await page.waitForSelector('[data-points]', { state: 'attached' });
      await input.choose(page, page.getByLabel('Network'), COMPLETE_NETWORKS[0]);
      await eventually(() => addressed(page).model).toBe(COMPLETE_NETWORKS[0]);
      await page.waitForSelector('[data-classes][data-faded]', { state: 'attached' });
    },
  },
  {
    name: 'draw',
    visit: async (visit) => {
      const { page, input } = visit;
      await tool(visit, 'Draw');
      const pad = page.getByRole('application', { name: 'Drawing pad' });
      await pad.waitFor();
      await input.draw(page, pad, [0.5, 0.25], [0.5, 0.75]);
      await page.waitForSelector('[data-code]');
      const drawn = (await page.locator('[data-code]').getAttribute('data-code'))?.split(',').map(Number) ?? [];
      // The cursor went to where the encoder sent it.
      await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(drawn[0], 6);
      await eventually(() => page.locator('.error').allTextContents()).toContainEqual(
        expect.stringMatching(/Error 0\.\d{4}/),
      );
      await eventually(() => addressed(page).drawing.length).toBe(1);
      await input.press(page, button(page, 'Undo'));
      await page.waitForSelector('[data-code]', { state: 'detached' });
      await tool(visit, 'Draw');
      await pad.waitFor({ state: 'detached' });
    },
  },
  {
    name: 'nearest',
    visit: async (visit) => {
      const { page, input } = visit;
      const shown = () =>
        page.locator('[data-image]').evaluateAll((items) => items.map((item) => item.getAttribute('data-image')));
      await tool(visit, 'Nearest');
      await eventually(async () => (await shown()).length).toBe(12);
      const before = await shown();
      await input.put(page, plane(page), [0.75, 0.7]);
      await eventually(shown).not.toStrictEqual(before);
      await tool(visit, 'Nearest');
      await page.waitForSelector('[data-image]', { state: 'detached' });
    },
  },
  {
    name: 'epochs',
    visit: async (visit) => {
      const { page, input } = visit;
      const epoch = async () => Number(await page.locator('[data-epoch]').getAttribute('data-epoch'));
      await tool(visit, 'Epochs');
      await page.waitForSelector('[data-epoch]');
      await settle(page);
      const [last, digit] = [await epoch(), await digitBytes(page)];
      await input.slideToStart(page, page.getByRole('slider'));
      await eventually(epoch).toBeLessThan(last);
      await eventually(() => digitBytes(page)).not.toStrictEqual(digit);
      const first = await epoch();
      await eventually(() => addressed(page).epoch).toBe(first);
      await input.press(page, button(page, 'Play'));
      await eventually(epoch).toBe(last);
      await tool(visit, 'Epochs');
      await page.waitForSelector('[data-epoch]', { state: 'detached' });
    },
  },
  {
    name: 'path',
    visit: async (visit) => {
      const { page, input } = visit;
      const anchors = page.locator('[data-mark^=anchor]');
      await tool(visit, 'Path');
      await page.locator('.path').waitFor();
      await input.anchor(page, plane(page), [0.3, 0.3]);
      await eventually(() => anchors.count()).toBe(1);
      await input.anchor(page, plane(page), [0.7, 0.7]);
      await eventually(() => anchors.count()).toBe(2);
      await eventually(() => addressed(page).anchors.length).toBe(2);
      await page.locator('[data-strip]').waitFor();
      await input.press(page, button(page, 'Clear'));
      await eventually(() => anchors.count()).toBe(0);
      await tool(visit, 'Path');
      await page.locator('.path').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'traverse',
    visit: async (visit) => {
      const { page, input } = visit;
      const choose = async (id: string): Promise<void> => {
        await input.choose(page, page.getByLabel('Network'), id);
        await eventually(() => addressed(page).model).toBe(id);
        await page.waitForSelector('[data-points]', { state: 'attached' });
      };
      await choose('wide');
      await tool(visit, 'Traverse');
      await page.locator(`[data-strips="${WIDE_CODE}"]`).waitFor();
      const digit = await digitBytes(page);
      await input.press(page, page.locator('[data-dimension="2"]').getByRole('button').first());
      await eventually(() => addressed(page).moved.map(([d]) => d)).toStrictEqual([1]);
      await eventually(() => digitBytes(page)).not.toStrictEqual(digit);
      await input.slideToStart(page, page.getByRole('slider', { name: 'z4' }));
      await eventually(() => addressed(page).moved.map(([d]) => d)).toStrictEqual([1, 3]);
      await input.choose(page, page.getByRole('combobox', { name: 'Plane' }), 'axes');
      await eventually(() => addressed(page).plane).toStrictEqual({ by: 'axes', axes: [0, 1] });
      await input.press(page, button(page, 'Back to the mean'));
      await eventually(() => addressed(page).moved).toStrictEqual([]);
      await tool(visit, 'Traverse');
      await page.locator('.traverse').waitFor({ state: 'detached' });
      await choose(COMPLETE_NETWORKS[0]);
      await page.waitForSelector('[data-classes][data-faded]', { state: 'attached' });
    },
  },
  {
    name: 'lasso',
    visit: async (visit) => {
      const { page, input } = visit;
      await tool(visit, 'Lasso');
      await page.locator('.lasso').waitFor();
      await input.enclose(page, plane(page), [
        [0.1, 0.1],
        [0.6, 0.1],
        [0.6, 0.6],
        [0.1, 0.6],
      ]);
      await eventually(() => addressed(page).lasso.length).toBeGreaterThan(2);
      await eventually(async () =>
        Number(await page.locator('[data-selected]').getAttribute('data-selected')),
      ).toBeGreaterThan(5);
      await page.locator('[data-measured] [data-image]').first().waitFor();
      await settle(page);
      await tool(visit, 'Lasso');
      await page.locator('.lasso').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'anomalies',
    visit: async (visit) => {
      const { page, input } = visit;
      await tool(visit, 'Anomalies');
      await page.locator('[data-ranked=error]').waitFor();
      await input.choose(page, page.getByLabel('Odd by'), 'distance');
      await page.locator('[data-ranked=distance]').waitFor();
      await eventually(() => addressed(page).score).toBe('distance');
      const fading = button(page, 'Fade others');
      const before = await fading.getAttribute('aria-pressed');
      await input.press(page, fading);
      await eventually(() => fading.getAttribute('aria-pressed')).not.toBe(before);
      const at = await cursorCode(page);
      await input.press(page, page.locator('.anomalies [data-image] button').first());
      await eventually(() => cursorCode(page)).not.toStrictEqual(at);
      await settle(page);
      await tool(visit, 'Anomalies');
      await page.locator('.anomalies').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'compare',
    visit: async (visit) => {
      const { page, input } = visit;
      await view(visit, 'Compare');
      await page.locator('.linked [data-points]').nth(1).waitFor({ state: 'attached' });
      const rows = () => page.locator('tbody a').allInnerTexts();
      const heading = page.getByRole('columnheader', { name: /^All/ });
      expect(await rows()).toStrictEqual([...COMPLETE_NETWORKS]);
      await input.press(page, heading.getByRole('button'));
      await eventually(() => heading.getAttribute('aria-sort')).toBe('ascending');
      await eventually(rows).toStrictEqual([...COMPLETE_NETWORKS].reverse());
      await eventually(() => addressed(page).sort).toBe('all');

      const marks = () =>
        page.locator('.linked').evaluateAll((planes) => planes.map((one) => one.getAttribute('data-marked')));
      const before = await marks();
      await input.put(page, page.locator('.linked').first(), [0.7, 0.4]);
      await eventually(marks).not.toStrictEqual(before);
      const [left, right] = await marks();
      expect(right).toBe(left);
      await eventually(() => addressed(page).image).toBe(Number(left));
      const count = await page.locator('.linked').count();
      await input.press(page, page.getByLabel(`Show ${COMPLETE_NETWORKS[1]} side by side`));
      await eventually(() => page.locator('.linked').count()).toBe(count - 1);
      await view(visit, 'Explore');
      await page.waitForSelector('[data-classes][data-faded]');
    },
  },
  {
    name: 'model',
    visit: async (visit) => {
      const { page, input } = visit;
      await view(visit, 'Model');
      await page.getByRole('img', { name: /validation loss falls/ }).waitFor();
      expect(await page.getByRole('region', { name: 'Make it again' }).innerText()).toContain(
        'npx latent train dense-1',
      );
      await input.press(page, page.locator('summary'));
      await eventually(() => page.locator('.card').innerText()).toContain('# dense-1: a card');
      const [download] = await Promise.all([page.waitForEvent('download'), input.press(page, button(page, /^ONNX/))]);
      expect(download.suggestedFilename()).toBe('dense-1-onnx.zip');
      await view(visit, 'Explore');
      await page.waitForSelector('[data-classes][data-faded]');
    },
  },
  {
    name: 'train',
    visit: async (visit) => {
      const { page, input } = visit;
      await view(visit, 'Train');
      await input.press(page, button(page, 'Start training'));
      await page.locator('[data-status=running], [data-status=finished]').first().waitFor();
      await page.locator('.curve svg[role=img]').waitFor();
      await view(visit, 'Explore');
      await page.waitForSelector('[data-classes][data-faded]');
    },
  },
  {
    name: 'a picture of the plane',
    visit: async ({ page, input }) => {
      for (const kind of ['PNG', 'SVG']) {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          input.press(page, button(page, `Plane as ${kind}`)),
        ]);
        expect(download.suggestedFilename()).toBe(`dense-1-plane.${kind.toLowerCase()}`);
      }
    },
  },
  {
    name: 'a file',
    visit: async (visit) => {
      const { page, input } = visit;
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        input.press(page, button(page, 'Open a model')),
      ]);
      const bytes = await exportKeras({ network: trained.network, weights: trained.weights });
      await chooser.setFiles([{ name: 'mine.keras', mimeType: '', buffer: Buffer.from(bytes) }]);
      const notes = page.locator('section[aria-label="Opened file"]');
      await notes.waitFor();
      await eventually(() => notes.innerText()).toContain('mine.keras');
      await input.press(page, button(page, 'Close it'));
      await notes.waitFor({ state: 'detached' });
    },
  },
];

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('a visit to every view', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await completeBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('leaves none out', () => {
    const names = STOPS.map(({ name }) => name);
    for (const name of [...PAGES, ...TOOLS]) expect(names).toContain(name);
  });

  it.each(INPUT_METHODS)(
    'by $name changes at every step what it says',
    async (input) => {
      const { page, complaints } = await openPage(browser, server.url, input.options);
      await page.waitForSelector('[data-classes][data-faded]');
      if (input.name === 'the keyboard alone') await withoutMouse(page);
      for (const stop of STOPS) await stop.visit({ page, input });
      expect(complaints).toStrictEqual([]);
      await page.context().close();
    },
    400_000,
  );
});

/** Any pointer event from here on is a fault of the test. */
const withoutMouse = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const type of ['pointerdown', 'mousedown', 'pointermove', 'touchstart'])
      addEventListener(type, () => console.error(`the keyboard alone made a ${type}`), { capture: true });
  });
