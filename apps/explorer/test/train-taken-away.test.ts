/**
 * What is taken away from a run in the page opens where it is meant to: our own readers, ONNX Runtime, TensorFlow.js, and
 * the command line as a process. One run of a small hybrid network serves all.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AutoencoderSpec,
  conv2d,
  createInference,
  dense,
  flatten,
  maxPooling2d,
  readModel,
  reshape,
  type Weights,
} from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExplorerServer, serveExplorer } from '../../../packages/cli/src/explore/server.ts';
import { openModel } from '../../../packages/cli/src/models/index.ts';
import { readHistory } from '../../../packages/cli/src/runs/folder.ts';
import { buildCommandLine, latent } from '../../../packages/cli/src/runs/testing.ts';
import {
  loadInTensorFlow,
  predict,
  startTensorFlow,
} from '../../../packages/core/src/formats/tfjs/testing/tensorflow.ts';
import { findBrowser, launchBrowser } from '../../../scripts/find-browser.mjs';
import type { ExportFormat } from '../src/train/protocol.ts';
import { openPage } from './browser.ts';
import {
  begin,
  buildTrainPage,
  dense1,
  fileOf,
  filesOfZip,
  removeTrainPage,
  request,
  smallMnist,
  trainBundle,
  unzipRun,
} from './trainer.ts';

/** Two engines: other orders of addition; outputs are below 1. */
const TOLERANCE = 1e-5;
const IMAGES = 4;

const hybrid: AutoencoderSpec = {
  ...dense1,
  id: 'hybrid',
  title: 'A convolution, then dense layers',
  inputShape: [28, 28, 1],
  encoder: [conv2d(4, [5, 5], 'relu'), maxPooling2d(), flatten(), dense(16, 'relu'), dense(2, 'tanh')],
  decoder: [dense(32, 'relu'), dense(784, 'sigmoid'), reshape([28, 28, 1])],
};

let browser: Browser;
let server: ExplorerServer;
let page: Page;
let root = '';
let folder = '';
let run = '';
let images: Float32Array;
let expected: { readonly code: Float32Array; readonly reconstruction: Float32Array };

const exported = async (format: ExportFormat): Promise<Uint8Array> => {
  await page.evaluate((wanted) => {
    trainer.said.length = 0;
    trainer.send({ type: 'export', format: wanted });
  }, format);
  return (await fileOf(page)).bytes;
};

const largestDifference = (a: Float32Array, b: Float32Array): number => {
  expect(a).toHaveLength(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i])), 0);
};

const entry = (files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array => {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`expected ${name}, got ${[...files.keys()].join(', ')}`);
  return bytes;
};

describe.skipIf(findBrowser() === null)('a run taken away from the page', () => {
  let weights: Weights;
  beforeAll(async () => {
    await buildCommandLine();
    [root, folder] = [await buildTrainPage(), await mkdtemp(join(tmpdir(), 'latent-taken-away-'))];
    browser = await launchBrowser();
    const dataset = await smallMnist(400, 50);
    server = await serveExplorer({ root, bundle: await trainBundle(dataset), port: 0 });
    ({ page } = await openPage(browser, server.url));
    const built = { kind: 'built-in', count: 300 } as const;
    const wanted = request({ epochs: 2, batchSize: 50 }, { network: hybrid, dataset: built });
    await begin(page, { type: 'start', request: wanted, paused: true }, 'paused');
    await begin(page, { type: 'step', of: 'epoch' }, 'paused');
    run = await unzipRun(folder, await exported('run'));
    const opened = await openModel(run);
    weights = opened.weights;
    images = Float32Array.from(dataset.test.pixels.subarray(0, IMAGES * 784), (value) => value / 255);
    const whole = await createInference(opened.network, weights, {
      target: 'autoencoder',
      runtime: nodeRuntime,
      batchSize: IMAGES,
      threads: 1,
    });
    const { code, reconstruction } = await whole.run(images);
    expected = { code: code.slice(), reconstruction: reconstruction.slice() };
    await whole.release();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await removeTrainPage(root);
    await rm(folder, { recursive: true, force: true });
  });

  it('opens as a Keras file, layer by layer, with the weights of its run folder', async () => {
    const { network, weights: read } = await readModel({ file: 'hybrid.keras', bytes: await exported('keras') });
    const shapes = network.parts.map(({ layers }) =>
      layers.map(({ spec, outputShape }) => [spec.type, ...outputShape]),
    );
    expect(shapes).toEqual([
      [
        ['conv2d', 24, 24, 4],
        ['max-pooling2d', 12, 12, 4],
        ['flatten', 576],
        ['dense', 16],
        ['dense', 2],
      ],
      [
        ['dense', 32],
        ['dense', 784],
        ['reshape', 28, 28, 1],
      ],
    ]);
    expect([...read].map(([name, values]) => [name, [...values]])).toEqual(
      [...weights].map(([name, values]) => [name, [...values]]),
    );
  });

  it('opens in ONNX Runtime, part by part', async () => {
    const files = await filesOfZip(await exported('onnx'));
    expect([...files.keys()].sort()).toEqual(['autoencoder.onnx', 'decoder.onnx', 'encoder.onnx']);
    const encoder = await nodeRuntime.createSession(entry(files, 'encoder.onnx'));
    const { code } = await encoder.run({ image: { dims: [IMAGES, 28, 28, 1], data: images } });
    const decoder = await nodeRuntime.createSession(entry(files, 'decoder.onnx'));
    const { reconstruction } = await decoder.run({ code });
    expect(largestDifference(code.data as Float32Array, expected.code)).toBeLessThan(TOLERANCE);
    expect(largestDifference(reconstruction.data as Float32Array, expected.reconstruction)).toBeLessThan(TOLERANCE);
    await encoder.release();
    await decoder.release();
  });

  it('opens in TensorFlow.js, and reconstructs the same', async () => {
    await startTensorFlow();
    const model = await loadInTensorFlow(await filesOfZip(await exported('tfjs')));
    const got = predict(model, images, [28, 28, 1]);
    expect(largestDifference(got, expected.reconstruction)).toBeLessThan(TOLERANCE);
  });

  it('is judged and goes on by the command line, with the images that it brings', async () => {
    const judged = await latent(['evaluate', run, '--json']);
    expect(judged.code, judged.stderr).toBe(0);
    const { dataset, mse } = JSON.parse(judged.stdout);
    // The folder's own.
    expect(dataset).toBe('data');
    const [{ loss }] = await readHistory(run);
    expect(mse.train).toBeLessThan(loss);
    expect(mse.test).toBeGreaterThan(0);
    const resumed = await latent(['train', '--resume', run]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const history = await readHistory(run);
    expect(history).toHaveLength(2);
    expect(history[1].loss).toBeLessThan(loss);
    expect(JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8'))).toMatchObject({ epochs: 2 });
  });
});
