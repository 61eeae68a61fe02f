/**
 * Paths over the plane in a real Chromium: anchors by pointer, finger and keyboard, playback, and the files it leaves as.
 */
import { readFile } from 'node:fs/promises';
import { decode as decodePng } from 'fast-png';
import { toByte } from 'latent-plane';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { codeAlong, codesAlong } from '../src/path/along.ts';
import {
  addressed,
  cursorCode,
  digitBytes,
  largestDifference,
  openPage,
  planeBox,
  SCREENS,
  whenDrawn,
} from './browser.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { decodeAt, trainedBundle } from './trained.ts';

const bundle = trainedBundle();
const STOPS = 12;
const ANCHORS = [
  { x: 0.3, y: 0.8 },
  { x: 0.45, y: 0.5 },
  { x: 0.8, y: 0.2 },
];
const LINK = `#tool=path&path=${ANCHORS.map(({ x, y }) => `${x},${y}`).join()}`;
const eventually = <T>(read: () => T) => expect.poll(read);

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('a path', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle, port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '#tool=path', options: Parameters<typeof openPage>[2] = {}) => {
    const watched = await openPage(browser, server.url + hash, options);
    await whenDrawn(watched.page);
    await watched.page.locator('.path').waitFor();
    return watched;
  };
  const close = (page: Page): Promise<void> => page.context().close();
  const at = async (page: Page, x: number, y: number): Promise<[number, number]> => {
    const { left, top, side } = await planeBox(page);
    return [left + x * side, top + y * side];
  };
  /** Places of the anchors' marks, CSS pixels from the plane's corner. */
  const marks = (page: Page): Promise<number[][]> =>
    page.locator('[data-mark^=anchor]').evaluateAll((elements) =>
      elements.map((element) => {
        const { m41, m42 } = new DOMMatrix(getComputedStyle(element).transform);
        return [Math.round(m41), Math.round(m42)];
      }),
    );
  const saved = async (page: Page, button: string): Promise<{ file: Download; bytes: Buffer }> => {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    const file = await coming;
    return { file, bytes: await readFile(await file.path()) };
  };
  const expected = (x: number, y: number): number[] => Array.from(decodeAt(x, y), toByte);

  it('is set by clicks, an anchor is dragged, and one is removed; the address follows', async () => {
    const { page, complaints } = await opened();
    for (const [x, y] of [
      [0.3, 0.3],
      [0.6, 0.3],
      [0.6, 0.7],
    ])
      await page.mouse.click(...(await at(page, x, y)));
    const { side } = await planeBox(page);
    const places = [
      [0.3, 0.3],
      [0.6, 0.3],
      [0.6, 0.7],
    ].map((place) => place.map((share) => Math.round(share * side)));
    await eventually(() => marks(page)).toHaveLength(3);
    (await marks(page)).forEach((mark, i) => {
      mark.forEach((value, d) => {
        expect(Math.abs(value - places[i][d])).toBeLessThanOrEqual(1);
      });
    });
    expect(await page.locator('.surface polyline.line').getAttribute('points')).toMatch(/^\S+ \S+ \S+$/);
    await page.mouse.move(...(await at(page, 0.6, 0.3)));
    await page.mouse.down();
    await page.mouse.move(...(await at(page, 0.5, 0.25)), { steps: 4 });
    await page.mouse.up();
    await eventually(async () => (await marks(page))[1]).toStrictEqual([
      Math.round(0.5 * side),
      Math.round(0.25 * side),
    ]);
    await eventually(() => addressed(page).anchors.length).toBe(3);
    await page.getByRole('button', { name: 'Remove 2' }).click();
    await eventually(() => marks(page)).toHaveLength(2);
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => addressed(page).anchors).toStrictEqual([]);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('is set, moved and removed by keyboard alone, and is heard', async () => {
    const { page } = await opened('#tool=path&at=0.5,0.5');
    await page.getByRole('application', { name: 'Latent plane' }).focus();
    await page.keyboard.press('Enter');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await eventually(() => addressed(page).anchors.length).toBe(2);
    await page.getByText('Anchor 2 set at').waitFor({ state: 'attached' });
    const [first, second] = addressed(page).anchors;
    expect(first).toStrictEqual({ x: 0.5, y: 0.5 });
    expect(second.x).toBeGreaterThan(0.6);
    await page.getByRole('button', { name: /^Anchor 2,/ }).focus();
    await page.keyboard.press('ArrowUp');
    await eventually(() => addressed(page).anchors[1].y).toBeGreaterThan(0.5);
    await eventually(async () => (await cursorCode(page)).y).toBeGreaterThan(0.5);
    await page.keyboard.press('Delete');
    await eventually(() => addressed(page).anchors).toStrictEqual([first]);
    await page.getByText('Anchor 2 removed, 1 left.').waitFor({ state: 'attached' });
    await close(page);
  });

  it('is set by taps, and two fingers that pinch set nothing', async () => {
    const { page } = await opened('#tool=path', SCREENS[0]);
    await page.touchscreen.tap(...(await at(page, 0.3, 0.4)));
    await page.touchscreen.tap(...(await at(page, 0.7, 0.4)));
    await eventually(() => marks(page)).toHaveLength(2);
    const session = await page.context().newCDPSession(page);
    const fingers = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...shares: [number, number][]) => {
      const points = await Promise.all(shares.map(([x, y]) => at(page, x, y)));
      await session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    };
    await fingers('touchStart', [0.4, 0.6]);
    await fingers('touchStart', [0.4, 0.6], [0.6, 0.6]);
    await fingers('touchMove', [0.3, 0.6], [0.7, 0.6]);
    await fingers('touchEnd');
    await page.getByRole('button', { name: 'Show the whole plane' }).click();
    await eventually(() => marks(page)).toHaveLength(2);
    await close(page);
  });

  it('shows the digits on the way, and the slider moves the cursor along it', async () => {
    const { page } = await opened(LINK);
    await page.locator(`[data-strip="${STOPS}"]`).waitFor();
    const codes = codesAlong(ANCHORS, STOPS);
    for (const stop of [0, 5, 11]) {
      const bytes = (): Promise<number[]> =>
        page.getByRole('img', { name: `Picture ${stop + 1} of 12` }).evaluate((picture) => {
          const canvas = picture.querySelector('canvas');
          return Array.from(canvas?.getContext('2d')?.getImageData(0, 0, 28, 28).data ?? []).filter(
            (_, i) => i % 4 === 0,
          );
        });
      const wanted = expected(codes[2 * stop], codes[2 * stop + 1]);
      await eventually(async () => largestDifference(await bytes(), wanted)).toBeLessThanOrEqual(1);
    }
    const slider = page.getByRole('slider', { name: 'Along the path' });
    await slider.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowRight');
    const there = codeAlong(ANCHORS, 0.31);
    await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(there?.x ?? 0, 6);
    const cursor = await cursorCode(page);
    expect(cursor.y).toBeCloseTo(there?.y ?? 0, 6);
    const digit = expected(cursor.x, cursor.y);
    await eventually(async () => largestDifference(await digitBytes(page), digit)).toBeLessThanOrEqual(1);
    await page.keyboard.press('End');
    await eventually(() => addressed(page).along).toBe(1);
    expect(await cursorCode(page)).toStrictEqual(ANCHORS[2]);
    await close(page);
  });

  it.each(['reduce', 'no-preference'] as const)('plays to its end, with motion: %s', async (reducedMotion) => {
    const { page } = await opened(`${LINK}&along=0.85`, { reducedMotion });
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await eventually(() => addressed(page).along).toBe(1);
    expect(await cursorCode(page)).toStrictEqual(ANCHORS[2]);
    await close(page);
  });

  it('leaves as a PNG strip of its digits', async () => {
    const { page } = await opened(LINK);
    const { file, bytes } = await saved(page, 'Save PNG strip');
    expect(file.suggestedFilename()).toBe('dense-1-path.png');
    const { width, height, data, channels } = decodePng(bytes);
    expect([width, height]).toStrictEqual([12 * 28 * 4, 28 * 4]);
    // The middle of every pixel of the last digit.
    const last = Array.from({ length: 784 }, (_, i) => {
      const [row, column] = [Math.floor(i / 28) * 4 + 2, (i % 28) * 4 + 2 + 11 * 28 * 4];
      return data[(row * width + column) * channels];
    });
    expect(largestDifference(last, expected(ANCHORS[2].x, ANCHORS[2].y))).toBeLessThanOrEqual(1);
    await close(page);
  });

  it('leaves as a GIF of five seconds', async () => {
    const { page } = await opened(LINK);
    const { file, bytes } = await saved(page, 'Save GIF');
    expect(file.suggestedFilename()).toBe('dense-1-path.gif');
    expect(bytes.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toStrictEqual([652, 444]);
    // Each frame has a graphic control extension: 21 F9 04.
    expect(bytes.toString('latin1').split('\x21\xf9').length - 1).toBeGreaterThanOrEqual(64);
    // The browser unpacks it again: as many frames, the last one with the last anchor's digit, 7 pixels for each of its.
    const { frames, digit } = await page.evaluate(async (data) => {
      const decoder = new ImageDecoder({ type: 'image/gif', data: Uint8Array.from(data) });
      await decoder.tracks.ready;
      await decoder.completed;
      const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
      const { image } = await decoder.decode({ frameIndex: count - 1 });
      const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const { data: pixels, width } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
        width: 0,
      };
      const middles = Array.from({ length: 784 }, (_, i) => {
        const [row, column] = [12 + Math.floor(i / 28) * 7 + 3, 444 + (i % 28) * 7 + 3];
        return pixels[4 * (row * width + column)];
      });
      return { frames: count, digit: middles };
    }, Array.from(bytes));
    expect(frames).toBe(64);
    // 256 colours for the whole picture.
    expect(largestDifference(digit, expected(ANCHORS[2].x, ANCHORS[2].y))).toBeLessThanOrEqual(32);
    expect(bytes.length).toBeLessThan(1e6);
    await close(page);
  });

  it('leaves as a WebM that plays for five seconds', async () => {
    const { page, complaints } = await opened(LINK);
    const { file, bytes } = await saved(page, 'Save WebM');
    expect(file.suggestedFilename()).toBe('dense-1-path.webm');
    const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
    expect(await input.getMimeType()).toMatch(/^video\/webm/);
    const track = await input.getPrimaryVideoTrack();
    expect([track?.displayWidth, track?.displayHeight]).toStrictEqual([652, 444]);
    expect((await track?.computePacketStats())?.packetCount).toBe(126);
    expect(await input.computeDuration()).toBeCloseTo(126 / 25, 2);
    expect(complaints).toStrictEqual([]);
    await close(page);
  });

  it('says so where the browser encodes no video', async () => {
    const { page } = await openPage(browser, 'about:blank');
    await page.addInitScript(() => Reflect.deleteProperty(window, 'VideoEncoder'));
    await page.goto(server.url + LINK);
    await page.getByText('This browser encodes no video here; the GIF shows the same.').waitFor();
    expect(await page.getByRole('button', { name: 'Save WebM' }).isDisabled()).toBe(true);
    await close(page);
  });
});
