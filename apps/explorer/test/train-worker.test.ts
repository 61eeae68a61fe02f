/**
 * The worker that trains: the same numbers every time, however it was stopped.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { openPage } from './browser.ts';
import {
  begin,
  buildTrainPage,
  ofType,
  removeTrainPage,
  request,
  runsOf,
  said,
  send,
  smallMnist,
  sumOf,
  trainBundle,
} from './trainer.ts';

let browser: Browser;
let folder: string;
let server: ExplorerServer;
let page: Page;
let complaints: readonly string[];

describe.skipIf(findBrowser() === null)('the worker that trains', () => {
  beforeAll(async () => {
    folder = await buildTrainPage();
    browser = await launchBrowser();
    server = await serveExplorer({ root: folder, bundle: await trainBundle(await smallMnist()), port: 0 });
    ({ page, complaints } = await openPage(browser, server.url));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await removeTrainPage(folder);
  });

  it('gives the same weights for the same seed twice, and however it was paused and stepped', async () => {
    await begin(page, { type: 'start', request: request(), paused: false }, 'finished');
    const first = await sumOf(page);
    const messages = await said(page);
    const losses = ofType(messages, 'epoch').map(({ record }) => record.loss);
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(0.9 * losses[0]);
    const [ready] = ofType(messages, 'ready');
    expect(ready.engine.why).toMatch(/^WebAssembly with one thread, because layers this small/);
    expect(ready.dataset).toMatchObject({ train: 1200, height: 28, width: 28 });
    expect(ready.labels).toHaveLength(1200);

    await begin(page, { type: 'start', request: request(), paused: true }, 'paused');
    expect(await page.evaluate(() => trainer.snapshot()?.step)).toBe(0);
    for (const of of ['batch', 'batch', 'epoch', 'batch'] as const) {
      await begin(page, { type: 'step', of }, 'paused');
    }
    expect(await page.evaluate(() => trainer.snapshot()?.step)).toBe(20);
    await begin(page, { type: 'resume' }, 'finished');
    expect(await sumOf(page)).toBe(first);

    await begin(page, { type: 'reset', seed: 6, paused: false }, 'finished');
    expect(await sumOf(page)).not.toBe(first);
    await begin(page, { type: 'reset', seed: 5, paused: false }, 'finished');
    expect(await sumOf(page)).toBe(first);
    expect(complaints).toEqual([]);
  });

  it('goes on after a reload with the loss that it had, and to the same weights', async () => {
    await begin(page, { type: 'start', request: request(), paused: false }, 'finished');
    const sum = await sumOf(page);
    const epochs = ofType(await said(page), 'epoch');
    await begin(page, { type: 'start', request: request(), paused: true }, 'paused');
    await begin(page, { type: 'step', of: 'epoch' }, 'paused');
    await begin(page, { type: 'step', of: 'batch' }, 'paused');
    const [{ id }] = await runsOf(page);
    await page.reload();
    const [stored] = await runsOf(page);
    expect(stored).toMatchObject({ id, datasetName: 'mnist', epoch: 1, stopped: null, hasImages: true });
    expect(stored.loss).toBe(epochs[0].record.loss);
    await begin(page, { type: 'restore', id, dataset: null, paused: false }, 'finished');
    const [ready] = ofType(await said(page), 'ready');
    expect(ready.history).toEqual([epochs[0].record]);
    expect(ofType(await said(page), 'epoch')).toEqual(epochs.slice(1));
    expect(await sumOf(page)).toBe(sum);
    await send(page, { type: 'forget', id });
    expect((await runsOf(page)).map((run) => run.id)).not.toContain(id);
  });
});
