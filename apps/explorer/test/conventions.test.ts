/**
 * Whom the page serves: accessibility by axe, phones and desktops, light and dark; and any static host below any path.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { axeFindings, openPage, SCREENS, settle, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt, testBundle } from './fixture.ts';

const bundle = testBundle();
let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('the explorer keeps the conventions of the web', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle, port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each(['light', 'dark'] as const)(
    'axe finds nothing serious in what went wrong, in the %s',
    async (colorScheme) => {
      const { page } = await openPage(browser, `${server.url}#model=none`, { colorScheme });
      await page.waitForSelector('[role=alert]');
      expect(await axeFindings(page)).toStrictEqual([]);
      await page.context().close();
    },
  );

  it('shows plane and picture together on a phone, without scrolling', async () => {
    const { page } = await openPage(browser, server.url, SCREENS[0]);
    await whenDrawn(page);
    for (const selector of ['[role=img]', '.surface']) {
      const box = await page.locator(selector).boundingBox();
      expect((box?.y ?? 9999) + (box?.height ?? 0)).toBeLessThanOrEqual(740);
    }
    await page.context().close();
  });

  it('reaches past no side after its window became narrower', async () => {
    const { page } = await openPage(browser, server.url, { viewport: { width: 500, height: 700 } });
    await whenDrawn(page);
    await page.setViewportSize({ width: 360, height: 700 });
    await expect.poll(() => page.locator('.surface').evaluate((surface) => surface.clientWidth)).toBeLessThan(360);
    await settle(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.context().close();
  });

  it('works below any path of a plain file server', async () => {
    const types: Readonly<Record<string, string>> = {
      '.html': 'text/html',
      '.js': 'text/javascript',
      '.css': 'text/css',
      '.svg': 'image/svg+xml',
    };
    const plain: Server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/^\/some\/path\//, '') || 'index.html';
      const file = bundle.get(path) ?? readFile(join(DIST, path));
      Promise.resolve(file).then(
        (bytes) =>
          response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const address = plain.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { page, complaints } = await openPage(browser, `http://127.0.0.1:${port}/some/path/`);
    await whenDrawn(page);
    expect(complaints).toStrictEqual([]);
    await page.context().close();
    plain.closeAllConnections();
    plain.close();
  });
});
