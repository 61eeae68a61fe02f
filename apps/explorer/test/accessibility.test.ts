/**
 * The accessibility of Explore and its tools, in a real Chromium: axe, phones and desktops, light and dark, targets large enough for a finger.
 *
 * The other views have more states, and are looked at by the tests of their own.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { TOOLS } from '../src/state/explore-settings.ts';
import { axeFindings, openPage, SCREENS, settle, smallestTarget } from './browser.ts';
import { completeBundle, WIDE_CODE } from './complete-bundle.ts';
import { DIST, ensureBuilt } from './fixture.ts';
import { evolution } from './trained.ts';

interface State {
  readonly name: string;
  readonly hash: string;
  /** Selectors of what is there once the state is. */
  readonly there: readonly string[];
}

const STATES: readonly State[] = [
  { name: 'explore', hash: '#view=0.4,0.6,2', there: ['[data-classes][data-faded]', '[aria-label="Zoom out"]'] },
  { name: 'draw', hash: '#tool=draw&drawing=RiCXxQghGpRuqi-kUObleS2kfWauWa', there: ['[data-code]'] },
  { name: 'nearest', hash: '#tool=nearest', there: ['[data-image]'] },
  { name: 'epochs', hash: `#tool=epochs&epoch=${evolution.frames[0].epoch}`, there: ['[data-epoch]'] },
  { name: 'path', hash: '#tool=path&path=0.3,0.8,0.45,0.5,0.8,0.2&along=0.4', there: ['[data-strip]'] },
  {
    name: 'traverse',
    hash: '#model=wide&tool=traverse&held=7',
    there: [`[data-strips="${WIDE_CODE}"]`, '[data-held="7"]'],
  },
  {
    name: 'a plane through three images',
    hash: '#model=wide&through=1,2,3&tool=path&path=i4,i5',
    there: ['.plane-choice', '[data-strip]'],
  },
  { name: 'lasso', hash: '#tool=lasso&lasso=0,0,1,0,1,0.5,0,0.5', there: ['[data-measured] [data-image]'] },
  { name: 'anomalies', hash: '#tool=anomalies', there: ['[data-ranked] [data-image]'] },
  {
    name: 'every layer, coloured by error',
    hash: '#layers=points,classes,field,names,density&colour=error',
    there: ['[data-classes][data-faded]', '[data-density]', '[data-coloured=error]'],
  },
  { name: 'pictures on the plane', hash: '#view=0.3,0.75,6', there: ['[data-thumbnails]'] },
];

let browser: Browser;
let server: ExplorerServer;

describe.skipIf(findBrowser() === null)('Explore is accessible', () => {
  beforeAll(async () => {
    await ensureBuilt();
    browser = await launchBrowser({ args: ['--enable-unsafe-swiftshader'] });
    server = await serveExplorer({ root: DIST, bundle: await completeBundle(), port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('with every tool', () => {
    const names = STATES.map(({ name }) => name);
    for (const tool of TOOLS) expect(names).toContain(tool);
  });

  it.each(SCREENS)(
    'on $name in the $colorScheme: axe finds nothing serious, nothing reaches past the side, targets have 44 pixels',
    async ({ name: _name, ...options }) => {
      const { page } = await openPage(browser, 'about:blank', options);
      for (const { name, hash, there } of STATES) {
        await page.goto('about:blank');
        await page.goto(server.url + hash);
        for (const selector of there) await page.locator(selector).first().waitFor({ state: 'attached' });
        await settle(page);
        expect(await axeFindings(page), name).toStrictEqual([]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, name).toBeLessThanOrEqual(options.viewport.width);
        expect(await smallestTarget(page), name).toBeGreaterThanOrEqual(44);
      }
      await page.context().close();
    },
  );
});
