/**
 * The second visit without a network, what an update may not do, and the page without storage or WebGL.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSums, SUMS_FILE } from '../../../packages/cli/src/explore/file-sums.ts';
import { serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { writeSite } from '../../../packages/cli/src/explore/site.ts';
import { outputFolder } from '../../../packages/cli/src/files/destination.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { digitBytes, expectedBytes, largestDifference, openPage, settle, whenDrawn } from './browser.ts';
import { DIST, ensureBuilt, testBundle } from './fixture.ts';
import { type Files, filesIn, servePlainly } from './plain-server.ts';

const AT = '#at=0.5,0.25';
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const utf8 = (content: string): Uint8Array => new TextEncoder().encode(content);

let browser: Browser;
let folder: string;
let site: Files;

/** With an index, a model and codes that differ from the first bundle's, all of them. */
const otherData = (files: Files): Files => {
  const other = new Map(files);
  for (const [path, bytes] of files) {
    if (path.endsWith('.json') && path !== SUMS_FILE) other.set(path, utf8(`${text(bytes)} `));
    if (path.endsWith('codes.npy'))
      other.set(
        path,
        bytes.map((byte, i) => (i >= 128 && i % 4 === 0 ? byte ^ 1 : byte)),
      );
  }
  other.delete(SUMS_FILE);
  return other.set(SUMS_FILE, fileSums(other));
};

/** The same page under another title, as a later build. */
const otherBuild = (files: Files): Files => {
  const other = new Map(files);
  other.set('index.html', utf8(text(files.get('index.html')).replace('<title>Latent Plane', '<title>Later Plane')));
  const worker = text(files.get('service-worker.js'));
  const revised = worker
    .replace(/(index\.html[`'"],revision:[`'"])\w+/, '$1later')
    .replace(/(,[`'"])[0-9a-f]{20}([`'"]\))/, '$1later$2');
  expect(revised.match(/[`'"]later[`'"]/g)).toHaveLength(2);
  return other.set('service-worker.js', utf8(revised));
};

const offlineStatus = (page: Page, value: string): Promise<unknown> =>
  page.waitForSelector(`html[data-offline=${value}]`, { state: 'attached' });

const drawnAt = async (page: Page): Promise<number> => {
  await whenDrawn(page);
  return largestDifference(await digitBytes(page), expectedBytes(0.5, 0.25));
};

/** Newer browsers tell a page that it is offline by another command than the one that cuts its network. */
const toldOffline = async (page: Page): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session
    .send('Network.overrideNetworkState' as 'Network.emulateNetworkConditions', {
      ...{ offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
    })
    .catch(() => undefined);
};

/** A second page in the same profile. */
const again = async (context: BrowserContext, url: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(url);
  return page;
};

describe.skipIf(findBrowser() === null)('the explorer without a network', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    folder = await mkdtemp(join(tmpdir(), 'latent-offline-'));
    await writeSite(outputFolder('--export')(join(folder, 'site')), DIST, testBundle('dense-1', 'second'), {});
    site = await filesIn(join(folder, 'site'));
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('an exported site works below any path, and again with its server gone', async () => {
    const server = await servePlainly(site);
    const { page, complaints } = await openPage(browser, server.url + AT);
    expect(await drawnAt(page)).toBeLessThanOrEqual(1);
    await offlineStatus(page, 'kept');
    expect(complaints).toStrictEqual([]);
    const context = page.context();
    await page.close();
    await server.close();
    await context.setOffline(true);
    const second = await again(context, server.url + AT);
    expect(await drawnAt(second)).toBeLessThanOrEqual(1);
    await toldOffline(second);
    await expect
      .poll(() => second.getByRole('status', { name: 'Offline use' }).textContent(), { timeout: 10_000 })
      .toContain('No network');
    await context.close();
  });

  it('a host that sends no headers gives threads from the second visit on, and every worker starts', async () => {
    const server = await servePlainly(site);
    const { page, complaints } = await openPage(browser, server.url + AT);
    await whenDrawn(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await offlineStatus(page, 'kept');
    await page.reload();
    // The field is drawn by a worker.
    expect(await drawnAt(page)).toBeLessThanOrEqual(1);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.context().setOffline(true);
    await page.reload();
    expect(await drawnAt(page)).toBeLessThanOrEqual(1);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(complaints.filter((text) => !/net::ERR_INTERNET_DISCONNECTED/.test(text))).toStrictEqual([]);
    await page.context().close();
    await server.close();
  });

  it('what `latent explore` served is there after it ended', async () => {
    const server = await serveExplorer({ root: DIST, bundle: testBundle(), port: 0 });
    const { page, complaints } = await openPage(browser, server.url + AT);
    await whenDrawn(page);
    await offlineStatus(page, 'kept');
    expect(complaints).toStrictEqual([]);
    await server.close();
    await page.reload();
    expect(await drawnAt(page)).toBeLessThanOrEqual(1);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await offlineStatus(page, 'kept');
    await page.context().close();
  });

  it('can be installed: its manifest and icons are there', async () => {
    const server = await servePlainly(site);
    const { page } = await openPage(browser, server.url);
    const session = await page.context().newCDPSession(page);
    const { url, errors, data } = await session.send('Page.getAppManifest');
    expect([url, errors]).toStrictEqual([`${server.url}manifest.webmanifest`, []]);
    const { start_url, scope, icons } = JSON.parse(data ?? '{}');
    expect([start_url, scope]).toStrictEqual(['./', './']);
    for (const { src } of icons) expect((await fetch(server.url + src)).status).toBe(200);
    await page.context().close();
    await server.close();
  });

  it('keeps the networks that were visited, and says of another that it needs the server', async () => {
    const server = await servePlainly(site);
    const { page } = await openPage(browser, server.url);
    await whenDrawn(page);
    await offlineStatus(page, 'kept');
    const context = page.context();
    await context.setOffline(true);
    const other = `${server.url}?#model=second`;
    const unknown = await again(context, other);
    await expect.poll(() => unknown.getByRole('alert').textContent()).toContain('data/second/model.json');
    await unknown.close();
    await context.setOffline(false);
    await whenDrawn(await again(context, other));
    await context.setOffline(true);
    await whenDrawn(await again(context, other));
    await context.close();
    await server.close();
  });

  it('gives a page no file of newer data, and all of them after a reload, with and without a network', async () => {
    const server = await servePlainly(site);
    const { page } = await openPage(browser, server.url);
    await whenDrawn(page);
    await offlineStatus(page, 'kept');
    await page.reload();
    await whenDrawn(page);
    const renewed = otherData(site);
    expect(renewed.get('data/second/codes.npy')).not.toStrictEqual(site.get('data/second/codes.npy'));
    server.serve(renewed);
    await page.evaluate(() => {
      location.hash = '#model=second';
    });
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('data-renewed');
    await page.reload();
    await whenDrawn(page);
    const held = (path: string) =>
      page.evaluate(async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())], path);
    await page.context().setOffline(true);
    await page.reload();
    await whenDrawn(page);
    for (const path of ['data/index.json', 'data/second/model.json', 'data/second/codes.npy', 'data/labels.npy']) {
      expect(Buffer.from(await held(path)).equals(renewed.get(path) ?? new Uint8Array())).toBe(true);
    }
    // What is not wanted any more is gone.
    const count = await page.evaluate(async () => {
      const name = `latent-plane-data-${new URL('.', location.href).href}`;
      const keys = await (await caches.open(name)).keys();
      return keys.filter(({ url }) => url.includes('index.json?')).length;
    });
    expect(count).toBe(1);
    await page.context().close();
    await server.close();
  });

  it('shows a new build at once where there is a network, and whole where there is none', async () => {
    const server = await servePlainly(site);
    const { page } = await openPage(browser, server.url);
    await whenDrawn(page);
    await offlineStatus(page, 'kept');
    const context = page.context();
    server.serve(otherBuild(otherData(site)));
    const later = await again(context, server.url);
    await whenDrawn(later);
    expect(await later.title()).toBe('Later Plane');
    // The old page is still open, so the old worker is in charge: without a network it shows its own build and data.
    await later.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.waiting);
    await offlineStatus(later, 'kept');
    await context.setOffline(true);
    const old = await again(context, server.url);
    await whenDrawn(old);
    expect(await old.title()).toBe('Latent Plane');
    const hasOtherData = (seen: Page): Promise<boolean> =>
      seen.evaluate(async () => (await (await fetch('data/index.json')).text()).endsWith(' '));
    expect(await hasOtherData(old)).toBe(false);
    // With the last of them the old worker goes; the new one has kept what its own page loaded.
    for (const open of context.pages()) await open.close();
    const next = await again(context, server.url);
    await expect
      .poll(async () => {
        await next.reload();
        return next.title();
      })
      .toBe('Later Plane');
    await whenDrawn(next);
    expect(await hasOtherData(next)).toBe(true);
    await context.close();
    await server.close();
  });

  it('works where storage is blocked and WebGL is off, and says what is missing', async () => {
    const server = await servePlainly(site);
    const profile = join(folder, 'profile');
    await mkdir(join(profile, 'Default'), { recursive: true });
    // As "Block all cookies" in the browser's settings: storage of every kind is refused.
    await writeFile(
      join(profile, 'Default', 'Preferences'),
      JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
    );
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findBrowser() ?? undefined,
      args: ['--disable-3d-apis', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    });
    const page = await again(context, server.url + AT);
    await page.waitForSelector('[data-points=canvas]', { state: 'attached' });
    expect(await drawnAt(page)).toBeLessThanOrEqual(1);
    expect(
      await page.evaluate(() =>
        caches
          .keys()
          .then(() => 'open')
          .catch(() => 'blocked'),
      ),
    ).toBe('blocked');
    const note = page.getByRole('status', { name: 'Offline use' });
    await expect.poll(() => note.textContent()).toContain('Needs the network at every visit');
    await settle(page);
    await context.close();
    await server.close();
  });

  it('works in a browser without service workers, and says so', async () => {
    const server = await servePlainly(site);
    const context = await browser.newContext();
    await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
    const page = await again(context, server.url + AT);
    expect(await drawnAt(page)).toBeLessThanOrEqual(1);
    expect(await page.getByRole('status', { name: 'Offline use' }).textContent()).toContain('keeps no pages');
    await context.close();
    await server.close();
  });
});
