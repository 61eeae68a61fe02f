/**
 * The page in a real Chromium, served as `latent explore` serves it: pointer, touch, keyboard, links and faults.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { toCode, wholeWindow } from '../src/plane/view.ts';
import {
  addressed,
  cursorCode,
  digitBytes,
  expectedBytes,
  largestDifference,
  openPage,
  planeBox,
  restingPicture,
  settle,
  strike,
  whenDrawn,
} from './browser.ts';
import { DIST, ensureBuilt, testBundle } from './fixture.ts';

const bundle = testBundle();
const { bounds } = JSON.parse(new TextDecoder().decode(bundle.get('data/dense-1/model.json')));
const whole = wholeWindow(bounds);

/** Polls as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read);

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the explorer', () => {
  beforeAll(async () => {
    await ensureBuilt();
    // Points by WebGL, computed on the processor: there is no graphics card where tests run.
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle, port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const opened = async (hash = '', options: Parameters<typeof openPage>[2] = {}): Promise<Page> => {
    const { page } = await openPage(browser, server.url + hash, options);
    await whenDrawn(page);
    return page;
  };
  const close = (page: Page): Promise<void> => page.context().close();

  describe('with a mouse', () => {
    it('decodes wherever the mouse looks, as the library does', async () => {
      const page = await opened();
      const { left, top, side } = await planeBox(page);
      const seen: number[][] = [];
      for (const [across, down] of [
        [0.2, 0.3],
        [0.21, 0.3],
        [0.7, 0.55],
        [0.5, 0.9],
      ]) {
        await page.mouse.move(left + across * side, top + down * side);
        const { x, y } = toCode(whole, side, { left: across * side, top: down * side });
        await eventually(async () =>
          largestDifference(await digitBytes(page), expectedBytes(x, y)),
        ).toBeLessThanOrEqual(1);
        seen.push(await digitBytes(page));
      }
      expect(new Set(seen.map(String)).size).toBe(4);
      await close(page);
    });

    it('keeps the place of a click, and comes back to it when the mouse leaves', async () => {
      const page = await opened();
      const { left, top, side } = await planeBox(page);
      await page.mouse.click(left + 0.25 * side, top + 0.75 * side);
      await eventually(() => addressed(page).at).not.toBe(null);
      const { x, y } = await cursorCode(page);
      await eventually(async () => largestDifference(await digitBytes(page), expectedBytes(x, y))).toBe(0);
      const kept = await digitBytes(page);
      await page.mouse.move(left + 0.8 * side, top + 0.2 * side);
      await eventually(() => digitBytes(page)).not.toStrictEqual(kept);
      await page.mouse.move(5, 5);
      await eventually(() => digitBytes(page)).toStrictEqual(kept);
      expect(await cursorCode(page)).toStrictEqual({ x, y });
      await close(page);
    });

    it('follows a drag', async () => {
      const page = await opened();
      const { left, top, side } = await planeBox(page);
      await page.mouse.move(left + 0.3 * side, top + 0.3 * side);
      await page.mouse.down();
      await page.mouse.move(left + 0.6 * side, top + 0.4 * side, { steps: 5 });
      await page.mouse.up();
      const expected = toCode(whole, side, { left: 0.6 * side, top: 0.4 * side });
      await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(expected.x, 5);
      expect((await cursorCode(page)).y).toBeCloseTo(expected.y, 5);
      await close(page);
    });

    it('zooms by wheel around the mouse, pans in pan mode, and shows the whole again on a double click', async () => {
      const page = await opened();
      const { left, top, side } = await planeBox(page);
      const at = { left: 0.3 * side, top: 0.6 * side };
      await page.mouse.move(left + at.left, top + at.top);
      await page.mouse.wheel(0, -600);
      await page.waitForSelector('button[aria-label="Zoom out"]');
      await page.mouse.click(left + at.left, top + at.top);
      const expected = toCode(whole, side, at);
      await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(expected.x, 4);
      const fixed = await cursorCode(page);
      expect(fixed.y).toBeCloseTo(expected.y, 4);

      await eventually(() => addressed(page).view?.zoom ?? 1).toBeGreaterThan(2);
      const before = addressed(page).view?.x;
      await page.getByRole('button', { name: 'Drag moves the plane' }).click();
      await page.mouse.move(left + 0.5 * side, top + 0.5 * side);
      await page.mouse.down();
      await page.mouse.move(left + 0.55 * side, top + 0.5 * side, { steps: 3 });
      await page.mouse.up();
      await eventually(() => addressed(page).view?.x).toBeLessThan(before ?? 0);
      expect(addressed(page).at).toStrictEqual(fixed);

      await page.mouse.dblclick(left + 0.5 * side, top + 0.5 * side);
      await page.waitForSelector('button[aria-label="Zoom out"]', { state: 'detached' });
      await eventually(() => addressed(page).view).toBeNull();
      await close(page);
    });
  });

  describe('with fingers', () => {
    const touch = { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 }, deviceScaleFactor: 3 };
    const fingers = (session: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', points: [number, number][]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });

    it('puts the cursor under a finger and drags it along, without scrolling the page', async () => {
      const page = await opened('', touch);
      const session = await page.context().newCDPSession(page);
      const { left, top, side } = await planeBox(page);
      await fingers(session, 'touchStart', [[left + 0.4 * side, top + 0.3 * side]]);
      await settle(page);
      const first = await digitBytes(page);
      for (const share of [0.4, 0.5, 0.6, 0.7]) {
        await fingers(session, 'touchMove', [[left + share * side, top + share * side]]);
      }
      await fingers(session, 'touchEnd', []);
      const expected = toCode(whole, side, { left: 0.7 * side, top: 0.7 * side });
      await eventually(async () => Math.abs((await cursorCode(page)).x - expected.x)).toBeLessThan(0.01);
      const { x, y } = await cursorCode(page);
      expect(Math.abs(y - expected.y)).toBeLessThan(0.01);
      await eventually(async () => largestDifference(await digitBytes(page), expectedBytes(x, y))).toBe(0);
      expect(await digitBytes(page)).not.toStrictEqual(first);
      expect(await page.evaluate(() => scrollY)).toBe(0);
      await close(page);
    });

    it('zooms by pinch and leaves the cursor where it was', async () => {
      const page = await opened('#at=0.5,0.5', touch);
      const session = await page.context().newCDPSession(page);
      const { left, top, side } = await planeBox(page);
      const pair = (apart: number): [number, number][] => [
        [left + (0.5 - apart) * side, top + 0.5 * side],
        [left + (0.5 + apart) * side, top + 0.5 * side],
      ];
      await fingers(session, 'touchStart', pair(0.1).slice(0, 1));
      await fingers(session, 'touchStart', pair(0.1));
      for (const apart of [0.15, 0.2, 0.25, 0.3]) await fingers(session, 'touchMove', pair(apart));
      await fingers(session, 'touchEnd', []);
      expect(await cursorCode(page)).toStrictEqual({ x: 0.5, y: 0.5 });
      await eventually(() => addressed(page).view?.zoom).toBeGreaterThan(2.5);
      expect(addressed(page).view?.zoom).toBeLessThan(3.5);
      await close(page);
    });
  });

  describe('with the keyboard alone', () => {
    it('moves the cursor by one, five and a tenth of a hundredth of what is seen', async () => {
      const page = await opened('#at=0.5,0.5');
      const plane = page.getByRole('application', { name: 'Latent plane' });
      for (
        let tabs = 0;
        tabs < 20 && !(await plane.evaluate((element) => element === document.activeElement));
        tabs++
      ) {
        await page.keyboard.press('Tab');
      }
      await strike(page, 'ArrowRight');
      await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(0.5 + 0.01 * whole.width, 6);
      await strike(page, 'Shift+ArrowUp');
      await eventually(async () => (await cursorCode(page)).y).toBeCloseTo(0.5 + 0.05 * whole.height, 6);
      await strike(page, 'Alt+ArrowLeft');
      await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(0.5 + 0.009 * whole.width, 6);
      const { x, y } = await cursorCode(page);
      await eventually(async () => largestDifference(await digitBytes(page), expectedBytes(x, y))).toBe(0);
      await close(page);
    });

    it('glides while a key is held, and stops when it is let go', async () => {
      const page = await opened('#at=0.1,0.5');
      await page.evaluate(() => {
        for (const type of ['keydown', 'keyup'])
          addEventListener(type, () => Reflect.set(window, type, performance.now()), { once: true });
      });
      await page.locator('.surface').focus();
      await page.keyboard.down('ArrowRight');
      // A single step is 0.01 of the window.
      await eventually(async () => (await cursorCode(page)).x - 0.1).toBeGreaterThan(0.04 * whole.width);
      await page.keyboard.up('ArrowRight');
      await page.waitForFunction(() => Reflect.has(window, 'keyup'));
      const { x } = await cursorCode(page);
      const heldMs = await page.evaluate(
        () => Number(Reflect.get(window, 'keyup')) - Number(Reflect.get(window, 'keydown')),
      );
      // After a quarter of a second, 25 steps a second; or the plane's end.
      expect(x - 0.1).toBeLessThanOrEqual((0.02 + 0.25 * Math.max(0, heldMs / 1000 - 0.2)) * whole.width);
      await page.waitForTimeout(300);
      expect((await cursorCode(page)).x).toBe(x);
      await close(page);
    });

    it('stays on the map', async () => {
      const page = await opened('#at=0.02,0.5');
      await page.locator('.surface').focus();
      for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowLeft');
      await eventually(async () => (await cursorCode(page)).x).toBeCloseTo(whole.minX, 6);
      await close(page);
    });

    it('tells a screen reader where the cursor rests, once', async () => {
      const page = await opened('#at=0.9,0.5');
      const spoken = page.locator('[aria-live=polite]');
      await expect
        .poll(() => spoken.textContent())
        .toMatch(
          /^x 0\.9000, y 0\.5000\. Of the 50 nearest images \d+ % \d.*\. Among real images, nearest at 0\.\d+\.$/,
        );
      await page.evaluate(() => {
        const counts = window as unknown as { changes: number };
        counts.changes = 0;
        const region = document.querySelector('[aria-live=polite]');
        if (region)
          new MutationObserver(() => counts.changes++).observe(region, {
            childList: true,
            characterData: true,
            subtree: true,
          });
      });
      const changes = () => page.evaluate(() => (window as unknown as { changes: number }).changes);
      await page.locator('.surface').focus();
      // All at once, however busy the machine is: a rest between them would be spoken of.
      await Promise.all(Array.from({ length: 5 }, () => strike(page, 'ArrowUp')));
      await eventually(() => spoken.textContent()).toContain(`y ${(0.5 + 0.05 * whole.height).toFixed(4)}`);
      await page.waitForTimeout(900);
      expect(await changes()).toBe(1);
      await close(page);
    });
  });

  describe('layers', () => {
    const shot = (page: Page) => restingPicture(page.locator('.surface'));

    it('come and go, each with pixels of its own', async () => {
      const { page } = await openPage(browser, `${server.url}#layers=&at=0.5,0.5`);
      await page.waitForSelector('[data-points]', { state: 'attached' });
      const pictures = new Set([(await shot(page)).toString('base64')]);
      for (const layer of ['Images', 'Decoded', 'Names']) {
        const before = pictures.size;
        await page.getByRole('button', { name: layer, exact: true }).click();
        await page.mouse.move(2, 2);
        if (layer === 'Decoded') await page.waitForSelector('[data-field]', { state: 'attached' });
        await eventually(async () => pictures.add((await shot(page)).toString('base64')).size).toBeGreaterThan(before);
      }
      await eventually(() => page.evaluate(() => location.hash)).toBe('#at=0.5,0.5&layers=points,field,names');
      await close(page);
    });

    it('draw the points of one network after another', async () => {
      const pair = await serveExplorer({ root: DIST, bundle: testBundle('first', 'second'), port: 0 });
      const { page, complaints } = await openPage(browser, `${pair.url}#layers=points`);
      const networks = page.getByRole('combobox', { name: 'Network' });
      await page.waitForSelector('[data-points=webgl]');
      const first = await shot(page);
      for (const id of ['second', 'first', 'second']) {
        await networks.selectOption(id);
        await eventually(() => page.evaluate(() => location.hash)).toContain(`model=${id}`);
        await page.waitForSelector('[data-points=webgl]');
        await page.mouse.move(2, 2);
        // The same codes under another name: the same pixels.
        await eventually(async () => (await shot(page)).equals(first)).toBe(true);
      }
      expect(complaints).toStrictEqual([]);
      await close(page);
      await pair.close();
    });

    it('draw the points without WebGL too', async () => {
      const plain = await launchBrowser({ args: ['--disable-3d-apis'] });
      const { page, complaints } = await openPage(plain, `${server.url}#layers=points`);
      await page.waitForSelector('[data-points=canvas]');
      const withPoints = await shot(page);
      await page.getByRole('button', { name: 'Images', exact: true }).click();
      await eventually(async () => withPoints.equals(await shot(page))).toBe(false);
      expect(complaints).toStrictEqual([]);
      await plain.close();
    });
  });

  describe('links', () => {
    it('show the same pixels to someone else', async () => {
      const page = await opened('#view=0.4,0.6,3&at=0.37,0.61&palette=tab10&theme=light');
      const first = await restingPicture(page.locator('body'));
      const link = page.url();
      const other = await opened(new URL(link).hash, { colorScheme: 'dark' });
      await eventually(async () => (await restingPicture(other.locator('body'))).equals(first)).toBe(true);
      await close(page);
      await close(other);
    });

    it('to a network that is not here say so, and lead back', async () => {
      const { page } = await openPage(browser, `${server.url}#model=cnn-9`);
      await expect
        .poll(() => page.getByRole('alert').textContent())
        .toContain('unknown-network: expected one of the networks here, got "cnn-9"');
      // The page is not told to be without networks.
      const [heading] = await page.getByRole('alert').getByRole('heading').allTextContents();
      expect(heading).toBe('The network of this link is not here');
      expect(await page.getByRole('alert').textContent()).not.toContain('latent train');
      await page.getByRole('button', { name: 'Show the default network' }).click();
      await whenDrawn(page);
      await close(page);
    });
  });

  describe('conventions', () => {
    it('asks nobody else for anything, breaks no policy, and is isolated', async () => {
      const { page, complaints } = await openPage(browser, server.url);
      await whenDrawn(page);
      expect(complaints).toStrictEqual([]);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
      expect(policy).toContain("default-src 'none'");
      // WebAssembly's own word begins otherwise; it lets no text run as code.
      expect(policy).not.toContain("'unsafe");
      await close(page);
    });

    it('decodes before the points have come', async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      let release: () => void = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/codes.npy', async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(`${server.url}#at=0.5,0.25`);
      await page.waitForSelector('progress');
      await eventually(async () => largestDifference(await digitBytes(page), expectedBytes(0.5, 0.25))).toBe(0);
      release();
      await whenDrawn(page);
      expect(await page.locator('progress').count()).toBe(0);
      await context.close();
    });

    it('says what is missing where there is no data, and tries again when asked', async () => {
      const files = new Map<string, Uint8Array>();
      const empty = await serveExplorer({ root: DIST, bundle: files, port: 0 });
      const { page } = await openPage(browser, empty.url);
      await expect
        .poll(() => page.getByRole('alert').textContent())
        .toContain('data/index.json: the server answered 404');
      for (const [path, bytes] of bundle) files.set(path, bytes);
      await page.getByRole('button', { name: 'Try again' }).click();
      await whenDrawn(page);
      await close(page);
      await empty.close();
    });
  });
});
