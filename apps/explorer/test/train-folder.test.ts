/**
 * A run moves between the page and the command line, with a person's own images too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { type AutoencoderSpec, type Dataset, encodeIdxImages, encodeIdxLabels } from 'latent-plane';
import { writeArchive } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../../packages/cli/src/data/index.ts';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { describeDataset } from '../../../packages/cli/src/runs/data.ts';
import { readHistory, readMetrics } from '../../../packages/cli/src/runs/folder.ts';
import { beginRun, resumeRun } from '../../../packages/cli/src/runs/lifecycle.ts';
import { planRun } from '../../../packages/cli/src/runs/plan.ts';
import { contextOn, filesBelow } from '../../../packages/cli/src/runs/testing.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import type { TrainRequest } from '../src/train/protocol.ts';
import { openPage } from './browser.ts';
import {
  begin,
  buildTrainPage,
  dense1,
  fileOf,
  giveFiles,
  ofType,
  removeTrainPage,
  request,
  runsOf,
  said,
  send,
  smallMnist,
  trainBundle,
  unzipRun,
} from './trainer.ts';

/** Relative, on an epoch's loss: the two engines sum in other orders; 9e-8 at most was measured over these three epochs. */
const TOLERANCE = 5e-5;

let browser: Browser;
let root: string;
let folder: string;
let dataset: Dataset;
let server: ExplorerServer;
let page: Page;

const unzipped = (bytes: Uint8Array): Promise<string> => unzipRun(folder, bytes);

/** The losses of a run that never left the command line. */
const unbroken = async (): Promise<number[]> => {
  const into = join(folder, 'unbroken');
  const config = planRun(
    { command: 'train', network: dense1 },
    { epochs: 3, batchSize: 64, seed: 5 },
    describeDataset('mnist', dataset),
    nodeRuntime,
  );
  await beginRun(into, config, dataset, contextOn(dataset));
  return (await readHistory(into)).map(({ loss }) => loss);
};

const expectClose = (losses: readonly number[], expected: readonly number[]): void => {
  expect(losses).toHaveLength(expected.length);
  losses.forEach((loss, i) => {
    expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(TOLERANCE);
  });
};

describe.skipIf(findBrowser() === null)('a run between page and command line', () => {
  let reference: number[];
  beforeAll(async () => {
    [root, folder] = [await buildTrainPage(), await mkdtemp(join(tmpdir(), 'latent-train-runs-'))];
    browser = await launchBrowser();
    dataset = await smallMnist();
    server = await serveExplorer({ root, bundle: await trainBundle(dataset), port: 0 });
    ({ page } = await openPage(browser, server.url));
    reference = await unbroken();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await removeTrainPage(root);
    await rm(folder, { recursive: true, force: true });
  });

  it('begun in the page goes on in the command line, with the losses of a run that was always there', async () => {
    await begin(page, { type: 'start', request: request(), paused: true }, 'paused');
    await begin(page, { type: 'step', of: 'epoch' }, 'paused');
    await begin(page, { type: 'step', of: 'batch' }, 'paused');
    await send(page, { type: 'export', format: 'run' });
    const { name, bytes } = await fileOf(page);
    expect(name).toBe('dense-1-documented-seed5.zip');
    const run = await unzipped(bytes);
    expect([...(await filesBelow(run)).keys()]).toEqual([
      'README.md',
      'checkpoints/last.safetensors',
      'config.json',
      'history.jsonl',
      'metrics.json',
      'weights.safetensors',
    ]);
    const notes: string[] = [];
    const context = contextOn(dataset, { onNote: (note) => void notes.push(note) });
    const { stopped, config } = await resumeRun(run, context);
    expect(stopped).toBe('finished');
    expect(config.dataset).toEqual(describeDataset('mnist', dataset));
    expect(config.overrides).toEqual({ epochs: 3, batchSize: 64 });
    expect(config.versions).toMatchObject({
      node: 'none',
      onnxruntime: expect.stringMatching(/^1\.\d+\.\d+ web wasm$/),
    });
    expect(notes.join('\n')).toMatch(/began with (Headless)?Chrome [\d.]+, now it is Node/);
    expectClose(
      (await readHistory(run)).map(({ loss }) => loss),
      reference,
    );
    expect((await readMetrics(run))?.epochs).toBe(3);
  });

  it('begun in the command line goes on in the page, from its folder or its zip', async () => {
    const from = join(folder, 'native');
    const config = planRun(
      { command: 'train', network: dense1 },
      { epochs: 3, batchSize: 64, seed: 5 },
      describeDataset('mnist', dataset),
      nodeRuntime,
    );
    const stop = new AbortController();
    let batches = 0;
    const observer = {
      begin: () => undefined,
      batch: () => {
        batches += 1;
        if (batches === 24) stop.abort();
      },
      epoch: () => undefined,
      end: () => undefined,
    };
    const { stopped } = await beginRun(from, config, dataset, contextOn(dataset, { signal: stop.signal, observer }));
    expect(stopped).toBe('interrupted');
    const files = new Map(
      [...(await filesBelow(from))].map(([path, bytes]) => [`native/${path}`, new Uint8Array(bytes)]),
    );
    for (const given of [files, new Map([['native.zip', await writeArchive(files)]])]) {
      await giveFiles(page, given);
      await page.evaluate(() => {
        trainer.said.length = 0;
        trainer.send({ type: 'open-run', files: trainer.files(), dataset: null });
      });
      await page.waitForFunction(() => trainer.said.some((m) => m.type === 'status' && m.status === 'paused'));
      const [ready] = ofType(await said(page), 'ready');
      expect(ready.history).toHaveLength(1);
      expect(ready.notes.join('\n')).toMatch(/began in Node [\d.]+ with ONNX Runtime/);
      await begin(page, { type: 'resume' }, 'finished');
      const losses = ofType(await said(page), 'epoch').map(({ record }) => record.loss);
      expectClose([ready.history[0].loss, ...losses], reference);
    }
  });

  it('whose recipe brings its images to another size goes on in the page', async () => {
    const [first, ...rest] = dense1.decoder.toReversed();
    const network = {
      ...{ ...dense1, id: 'padded', inputShape: [1024] },
      decoder: [...rest.toReversed(), { ...first, units: 1024 }] as AutoencoderSpec['decoder'],
    };
    const wanted = request({ epochs: 2, preprocessing: { type: 'pad', size: [32, 32], ground: 0 } }, { network });
    await begin(page, { type: 'start', request: wanted, paused: true }, 'paused');
    await begin(page, { type: 'step', of: 'epoch' }, 'paused');
    const [{ record }] = ofType(await said(page), 'epoch');
    await send(page, { type: 'export', format: 'run' });
    const { name, bytes } = await fileOf(page);
    await giveFiles(page, new Map([[name, bytes]]));
    await page.evaluate(() => {
      trainer.said.length = 0;
      trainer.send({ type: 'open-run', files: trainer.files(), dataset: null });
    });
    await page.waitForFunction(() => trainer.said.some((m) => m.type === 'status' && m.status === 'paused'));
    const [ready] = ofType(await said(page), 'ready');
    expect(ready).toMatchObject({ history: [record], dataset: { height: 32, width: 32, channels: 1 } });
    await begin(page, { type: 'resume' }, 'finished');
  });

  it('of the first images alone takes them along', async () => {
    const dataset = { kind: 'built-in', count: 700 } as const;
    await begin(page, { type: 'start', request: request({ epochs: 1 }, { dataset }), paused: false }, 'finished');
    await send(page, { type: 'export', format: 'run' });
    const run = await unzipped((await fileOf(page)).bytes);
    const { already, config } = await resumeRun(run, contextOn(await loadDataset(join(run, 'data'))));
    expect(already).toBe(true);
    expect(config.dataset).toMatchObject({ argument: './data', name: 'mnist-700', train: 700, test: 100 });
    expect(describeDataset('./data', await loadDataset(join(run, 'data'))).sha256).toEqual(config.dataset.sha256);
  });

  it('of an IDX pair without labels, and of one with, goes on in the command line', async () => {
    const { train } = await smallMnist(300);
    const wanted: TrainRequest = request({ epochs: 2 });
    for (const labels of [true, false]) {
      await giveFiles(
        page,
        new Map([
          ['some-images-idx3-ubyte', encodeIdxImages(train)],
          ...(labels ? [['some-labels-idx1-ubyte', encodeIdxLabels(train.labels)] as const] : []),
        ]),
      );
      await page.evaluate((sent) => {
        trainer.said.length = 0;
        trainer.send({ type: 'start', request: { ...sent, dataset: trainer.own() }, paused: true });
      }, wanted);
      await page.waitForFunction(() => trainer.said.some((m) => m.type === 'status' && m.status === 'paused'));
      const [ready] = ofType(await said(page), 'ready');
      expect(ready.dataset).toMatchObject({ name: labels ? 'some' : 'some-images-idx3-ubyte', train: 270 });
      expect(ready.dataset.classNames).toEqual(labels ? [...'0123456789'] : []);
      await begin(page, { type: 'step', of: 'epoch' }, 'paused');
      await send(page, { type: 'export', format: 'run' });
      const run = await unzipped((await fileOf(page)).bytes);
      const opened: string[] = [];
      const { stopped } = await resumeRun(run, {
        ...contextOn(dataset),
        loadDataset: (argument) => {
          opened.push(argument);
          return loadDataset(argument);
        },
      });
      expect([stopped, opened]).toEqual(['finished', [join(run, 'data')]]);
    }
  });

  it('of a folder of pictures, or its zip, learns them as drawn, names classes after folders, and lasts a reload', async () => {
    const { train } = await smallMnist(60);
    const pictures = new Map<string, Uint8Array>([
      ['mine/.DS_Store', new Uint8Array(4)],
      ['mine/notes.txt', new Uint8Array(4)],
      ['mine/even/broken.png', new Uint8Array(4)],
    ]);
    // Ink on paper, at twice the size.
    for (let i = 0; i < train.count; i++) {
      const data = new Uint8Array(56 * 56);
      for (let p = 0; p < data.length; p++)
        data[p] = 255 - train.pixels[i * 784 + 28 * Math.floor(p / 112) + Math.floor((p % 56) / 2)];
      const name = `mine/${train.labels[i] % 2 === 0 ? 'even' : 'odd'}/${String(i).padStart(3, '0')}.png`;
      pictures.set(name, encodePng({ width: 56, height: 56, data, channels: 1, depth: 8 }));
    }
    const wanted = request({ epochs: 2, batchSize: 200 });
    const sums: string[] = [];
    for (const given of [pictures, new Map([['mine.zip', await writeArchive(pictures)]])]) {
      await giveFiles(page, given);
      await page.evaluate((sent) => {
        trainer.said.length = 0;
        trainer.send({ type: 'start', request: { ...sent, dataset: trainer.own() }, paused: true });
      }, wanted);
      await page.waitForFunction(() => trainer.said.some((m) => m.type === 'status' && m.status === 'paused'));
      const [ready] = ofType(await said(page), 'ready');
      expect(ready.dataset).toMatchObject({ name: 'mine', train: 54, classNames: ['even', 'odd'] });
      expect(ready.recipe.batchSize).toBe(54);
      expect(ready.notes).toEqual([
        'each folder is a class: even, odd (#label=none)',
        'pictures are brought to 28 x 28 (#size=HxW), shrunk where they are larger and padded (#fit=crop, #fit=stretch)',
        'pictures are taken in grey (#channels=colour)',
        expect.stringMatching(/^1 could not be read and were left out: .*even\/broken.png \(it is no picture\)$/),
        'light ground in 60 of 60 images, dark in 0: all are kept as they are (#polarity=invert inverts all)',
        'no test set among the files: 6 of 60 images (10 % of each class, seed 0) are held out for it (#test=SHARE, #seed=N)',
        'the batch size is 54, because there are no more images; 200 was asked for',
        'the images are light, so the training begins with inputBias centred; the input bias "drawn" begins as on dark ones',
      ]);
      await send(page, { type: 'export', format: 'run' });
      const run = await unzipped((await fileOf(page)).bytes);
      const { train: learned, classNames } = await loadDataset(join(run, 'data'));
      expect(classNames).toEqual(['even', 'odd']);
      sums.push(describeDataset('', { ...dataset, train: learned }).sha256.trainImages);
      // Dark on light, as it was drawn, with the ink of one of MNIST's even digits.
      const inks = Array.from({ length: train.count }, (_, i) => i)
        .filter((i) => train.labels[i] % 2 === 0)
        .map((i) => [...train.pixels.subarray(i * 784, (i + 1) * 784)].map((value) => 255 - value));
      expect(inks).toContainEqual([...learned.pixels.subarray(0, 784)]);
    }
    expect(new Set(sums).size).toBe(1);
    await begin(page, { type: 'step', of: 'epoch' }, 'paused');
    const [{ id }] = await runsOf(page);
    await page.reload();
    await begin(page, { type: 'restore', id, dataset: null, paused: false }, 'finished');
    const [ready] = ofType(await said(page), 'ready');
    expect([ready.history.length, ready.dataset.train]).toEqual([1, 54]);
  });
});
