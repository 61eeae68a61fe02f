/**
 * This project beside TensorFlow.js and jax-js in one headless Chromium: images per second of training.
 *
 *     node bench/browser/run.mjs [--model dense-1 ...] [--batch-size 256] [--seconds 5] [--rounds 3] [--threads N] [--engine NAME ...]
 *
 * In: options. Out: one JSON document on standard output, `{browser, rows}`; a row's `ratio` is our WebAssembly over it.
 * The rounds alternate between the engines; each runs in a page of its own. WebAssembly engines run with one thread and
 * with N (all cores when absent) where they can be told so; pages are cross-origin isolated. WebGPU is Chromium's
 * software adapter here (`--webgpu-adapter default` takes the machine's): it says that an engine works, not how fast a
 * GPU would be.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../scripts/find-browser.mjs';
import { buildPages, serve } from './pages.mjs';

/** Page, backend, and whether its threads can be chosen. */
const ENGINES = {
  'latent-plane-wasm': { page: 'ours', backend: 'wasm', threaded: true },
  'latent-plane-webgpu': { page: 'ours', backend: 'webgpu' },
  'tfjs-cpu': { page: 'tfjs', backend: 'cpu' },
  'tfjs-wasm': { page: 'tfjs', backend: 'wasm', threaded: true },
  'tfjs-webgl': { page: 'tfjs', backend: 'webgl' },
  'tfjs-webgpu': { page: 'tfjs', backend: 'webgpu' },
  'jax-js-wasm': { page: 'jax', backend: 'wasm' },
  'jax-js-webgpu': { page: 'jax', backend: 'webgpu' },
};
const PAGE_LIMIT_MS = 180_000;

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: ['dense-1'] },
    engine: { type: 'string', multiple: true, default: Object.keys(ENGINES) },
    'webgpu-adapter': { type: 'string', default: 'swiftshader' },
    'batch-size': { type: 'string', default: '256' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

/** Its package does not say it to importers. */
const jaxVersion = () => {
  const main = createRequire(import.meta.url).resolve('@jax-js/jax');
  return JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8')).version;
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** A page of its own for each measurement: no engine finds the other's heap, or its own from before. */
const measurePage = async (browser, server, { engine, model, threads }) => {
  const { page: name, backend } = ENGINES[engine];
  const query = new URLSearchParams({
    model,
    backend,
    version: name === 'jax' ? jaxVersion() : '',
    seconds: values.seconds,
    threads,
    batchSize: values['batch-size'],
  });
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/${name}.html?${query}`);
    await page.waitForSelector('body[data-done]', { timeout: PAGE_LIMIT_MS, state: 'attached' });
    return JSON.parse(await page.textContent('body'));
  } catch (error) {
    return { error: String(error).split('\n')[0] };
  } finally {
    await page.close();
  }
};

const rowOf = ({ engine, model, threads, results }) => {
  const row = { engine, model, batchSize: Number(values['batch-size']), threads };
  const failed = results.find(({ error, unsupported }) => error ?? unsupported);
  if (failed) return { ...row, imagesPerSecond: null, reason: failed.unsupported ?? failed.error };
  const rounds = results.map(({ imagesPerSecond }) => imagesPerSecond);
  return { ...row, version: results[0].version, imagesPerSecond: median(rounds), rounds };
};

const folder = mkdtempSync(join(tmpdir(), 'latent-bench-browser-'));
let server;
let browser;
try {
  await buildPages(folder, { ours: 'ours.mjs', tfjs: 'tfjs.mjs', jax: 'jax.mjs' });
  server = await serve(folder);
  browser = await launchBrowser({
    args: [
      '--enable-unsafe-webgpu',
      '--enable-features=Vulkan,WebGPU',
      '--enable-unsafe-swiftshader',
      ...(values['webgpu-adapter'] === 'default' ? [] : [`--use-webgpu-adapter=${values['webgpu-adapter']}`]),
    ],
  });
  const counts = [...new Set([1, Number(values.threads)])];
  const ways = values.model.flatMap((model) =>
    values.engine.flatMap((engine) =>
      (ENGINES[engine].threaded ? counts : [null]).map((threads) => ({ engine, model, threads, results: [] })),
    ),
  );
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const way of ways) {
      // What cannot be run is asked once.
      if (way.results.some(({ error, unsupported }) => error ?? unsupported)) continue;
      console.error(
        `round ${round}/${values.rounds}: ${way.model}, ${way.engine}, threads: ${way.threads ?? 'its own'}`,
      );
      way.results.push(await measurePage(browser, server, way));
    }
  }
  const rows = ways.map(rowOf);
  const own = (model) =>
    Math.max(
      ...rows
        .filter((row) => row.engine === 'latent-plane-wasm' && row.model === model)
        .map(({ imagesPerSecond }) => imagesPerSecond ?? 0),
    );
  const compared = rows.map((row) => ({
    ...row,
    ratio: row.imagesPerSecond === null ? null : own(row.model) / row.imagesPerSecond,
  }));
  console.log(JSON.stringify({ browser: browser.version(), rows: compared }, null, 2));
} finally {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
}
