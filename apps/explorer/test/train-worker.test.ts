/**
 * The worker that trains: the same numbers every time, however it was stopped.
 */
import { type AutoencoderSpec, dense, findNetwork } from 'latent-plane';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import { openPage } from './browser.ts';
import { filesIn, servePlainly } from './plain-server.ts';
import {
  begin,
  buildTrainPage,
  dense1,
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

const named = (id: string): AutoencoderSpec => {
  const network = findNetwork(id);
  if (network.kind === 'autoencoder') return network;
  throw new Error(`${id} is no autoencoder`);
};
const cnn = named('convdense-2');
/** Few relus, and a code of two: with some seeds one of them dies in the first epoch. */
const relus: AutoencoderSpec = {
  ...dense1,
  id: 'relus',
  encoder: [dense(16, 'relu'), dense(2, 'relu')],
  decoder: [dense(64, 'relu'), dense(784, 'sigmoid')],
};
const straight = (units: readonly number[]) => units.map((count) => dense(count, 'linear'));
const runaway: AutoencoderSpec = {
  ...dense1,
  id: 'runaway',
  encoder: straight([64, 64, 64, 2]),
  decoder: straight([64, 64, 64, 784]),
};

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
    await send(page, { type: 'delete', id });
    expect((await runsOf(page)).map((run) => run.id)).not.toContain(id);
  });

  it('stops at a loss that is no number, and stands at the last good state', async () => {
    // Eight layers without a bend: steps of ten in every weight multiply beyond single precision at once.
    const schedule = { type: 'constant', learningRate: 10 } as const;
    const wanted = request({ schedule }, { network: runaway });
    await begin(page, { type: 'start', request: wanted, paused: false }, 'diverged');
    const messages = await said(page);
    const { at } = ofType(messages, 'status').at(-1) ?? {};
    expect([at?.epoch, at?.batch]).toEqual([1, 2]);
    expect(Number.isFinite(at?.loss)).toBe(false);
    expect(ofType(messages, 'findings').at(-1)?.findings[0].code).toBe('diverged');
    expect((await runsOf(page))[0]).toMatchObject({ stopped: 'diverged' });
    await begin(page, { type: 'last-good' }, 'paused');
    const finite = await page.evaluate(() =>
      [...(trainer.snapshot()?.plane?.weights.values() ?? [])].every((values) => values.every(Number.isFinite)),
    );
    expect(finite).toBe(true);
    await begin(page, { type: 'reset', seed: 9, paused: true }, 'paused');
  });

  it('sees a dimension dying, and takes back what holds no more', async () => {
    const schedule = { type: 'constant', learningRate: 0.02 } as const;
    const codes = async (seed: number): Promise<readonly (readonly string[])[]> => {
      const wanted = request({ seed, schedule }, { network: relus });
      const told = async (): Promise<readonly string[]> =>
        ofType(await said(page), 'findings')
          .at(-1)
          ?.findings.map(({ code }) => code) ?? [];
      await begin(page, { type: 'start', request: wanted, paused: true }, 'paused');
      const before = await told();
      await begin(page, { type: 'step', of: 'epoch' }, 'paused');
      return [before, await told()];
    };
    const [alive, dead] = await codes(4);
    expect(alive).not.toContain('dead-dimension');
    expect(dead).toContain('dead-dimension');
    const [constant, varied] = await codes(3);
    expect(constant).toContain('constant-output');
    expect(varied).not.toContain('constant-output');
  });

  it('keeps the share of the time that training was promised', async () => {
    await send(page, { type: 'budget', budget: { planeMs: 1, findingsMs: 1, trainingShare: 0.9 } });
    await begin(page, { type: 'start', request: request({ epochs: 15 }), paused: false }, 'finished');
    const often = await page.evaluate(() => trainer.said.filter(({ type }) => type === 'snapshot').length);
    await send(page, { type: 'budget', budget: { planeMs: null, findingsMs: null, trainingShare: 0.9 } });
    await begin(page, { type: 'start', request: request({ epochs: 15 }), paused: false }, 'finished');
    const seldom = await page.evaluate(() => trainer.said.filter(({ type }) => type === 'snapshot').length);
    await send(page, { type: 'budget', budget: { planeMs: 500, findingsMs: 2000, trainingShare: 0.85 } });
    expect(often).toBeGreaterThan(seldom);
    // At the beginning and at the end.
    expect(seldom).toBe(2);
  });

  it('finds what goes wrong while nobody sees the plane, and draws none', async () => {
    const unseen = { planeMs: null, findingsMs: 100, trainingShare: 0.5 };
    await send(page, { type: 'budget', budget: unseen });
    const schedule = { type: 'constant', learningRate: 0.02 } as const;
    const wanted = request({ seed: 4, schedule, epochs: 10_000 }, { network: relus });
    await begin(page, { type: 'start', request: wanted, paused: false }, 'running');
    await page.waitForFunction(() =>
      trainer.said.some((m) => m.type === 'findings' && m.findings.some(({ code }) => code === 'dead-dimension')),
    );
    const types = await page.evaluate(() => trainer.said.map(({ type }) => type));
    // The first weights are shown to whoever comes back.
    expect(types.filter((type) => type === 'snapshot')).toHaveLength(1);
    await begin(page, { type: 'pause' }, 'paused');
    await send(page, { type: 'budget', budget: { planeMs: 500, findingsMs: 2000, trainingShare: 0.85 } });
  });

  it('gives the same weights while the cursor moves over the plane', async () => {
    const wanted = request({ batchSize: 300, epochs: 2 });
    await begin(page, { type: 'start', request: wanted, paused: false }, 'finished');
    const sum = await sumOf(page);
    await begin(page, { type: 'start', request: wanted, paused: true }, 'paused');
    await send(page, { type: 'cursor-moved' });
    await begin(page, { type: 'step', of: 'epoch' }, 'paused');
    await send(page, { type: 'cursor-moved' });
    await begin(page, { type: 'resume' }, 'finished');
    expect(await sumOf(page)).toBe(sum);
  });

  it('takes another engine for a network that gains by it, in the same worker', async () => {
    const wanted = request({ epochs: 1, batchSize: 100 }, { network: cnn, dataset: { kind: 'built-in', count: 300 } });
    await begin(page, { type: 'start', request: wanted, paused: false }, 'finished');
    const [ready] = ofType(await said(page), 'ready');
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    expect(ready.engine.threads).toBe(Math.min(8, cores));
    await begin(page, { type: 'start', request: request({ epochs: 1 }), paused: false }, 'finished');
    expect(ofType(await said(page), 'ready')[0].engine.threads).toBe(1);
  });

  it('says why it has one thread where the server sends no headers, and has more once it was kept', async () => {
    const plain = await servePlainly(
      new Map([...(await filesIn(folder)), ...(await trainBundle(await smallMnist(300)))]),
    );
    const { page: other } = await openPage(browser, plain.url);
    const wanted = request({ epochs: 1, batchSize: 100 }, { network: cnn });
    await begin(other, { type: 'start', request: wanted, paused: true }, 'paused');
    expect(ofType(await said(other), 'ready')[0].engine).toMatchObject({
      threads: 1,
      why: expect.stringContaining('not cross-origin isolated'),
    });
    await other.evaluate(async () => {
      await navigator.serviceWorker.register('service-worker.js');
      await navigator.serviceWorker.ready;
    });
    await other.reload();
    await begin(other, { type: 'start', request: wanted, paused: true }, 'paused');
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    expect(ofType(await said(other), 'ready')[0].engine.threads).toBe(Math.min(8, cores));
    await other.context().close();
    await plain.close();
  });
});
