/**
 * This project beside TensorFlow.js in one headless Chromium, both on WebAssembly.
 *
 *     node bench/browser/run.mjs [--model dense-1] [--batch-size 256] [--seconds 5] [--rounds 3] [--threads N]
 *
 * In: options. Out: one JSON document on standard output, `{browser, rows, ratio}`. The rounds alternate between the
 * two engines; each engine runs with one thread and with N (all cores when absent), and its row is the median of the
 * faster of the two. Both pages are cross-origin isolated, so both engines may use threads.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { launchBrowser } from '../../scripts/find-browser.mjs';

const ENGINES = { 'latent-plane-wasm': 'ours', 'tfjs-wasm': 'tfjs' };
const PAGE_LIMIT_MS = 180_000;
const TYPES = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'dense-1' },
    'batch-size': { type: 'string', default: '256' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

const source = (path) => fileURLToPath(new URL(`../../packages/core/src/${path}`, import.meta.url));
const folderOf = (name) => dirname(createRequire(import.meta.url).resolve(name));

const buildPages = (folder) =>
  build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^latent-plane$/, replacement: source('index.ts') },
        { find: /^latent-plane\/web$/, replacement: source('web.ts') },
      ],
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'esnext',
      lib: {
        entry: { ours: 'ours.mjs', tfjs: 'tfjs.mjs' },
        formats: ['es'],
        fileName: (_format, name) => `${name}.js`,
      },
    },
  });

const pageOf = (module, ...scripts) =>
  `<!doctype html>${scripts.map((src) => `<script src="${src}"></script>`).join('')}<script type="module" src="${module}"></script>`;

/** Serves the built pages and the engines' own files, isolated, so that `SharedArrayBuffer` is there. */
const serve = async (folder) => {
  const engines = {
    'ort/': folderOf('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
    'tfjs/': folderOf('@tensorflow/tfjs'),
    'tfjs-wasm/': folderOf('@tensorflow/tfjs-backend-wasm'),
  };
  const contents = (path) => {
    if (path === 'ours.html') return pageOf('ours.js');
    if (path === 'tfjs.html') return pageOf('tfjs.js', 'tfjs/tf.min.js', 'tfjs-wasm/tf-backend-wasm.min.js');
    const engine = Object.keys(engines).find((prefix) => path.startsWith(prefix));
    return readFileSync(engine ? join(engines[engine], basename(path)) : join(folder, basename(path)));
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname.slice(1);
    try {
      const body = contents(path);
      response.writeHead(200, {
        'content-type': TYPES[path.split('.').at(-1)] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** A page of its own for each measurement: no engine finds the other's heap, or its own from before. */
const measurePage = async (browser, server, engine, threads) => {
  const { model, seconds } = values;
  const query = new URLSearchParams({ model, seconds, threads, batchSize: values['batch-size'] });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/${ENGINES[engine]}.html?${query}`);
  await page.waitForSelector('body[data-done]', { timeout: PAGE_LIMIT_MS, state: 'attached' });
  const result = JSON.parse(await page.textContent('body'));
  await page.close();
  if (result.error) throw new Error(`${engine}: ${result.error}`);
  return result;
};

const rowOf = ({ engine, threads, results }) => {
  const rounds = results.map(({ imagesPerSecond }) => imagesPerSecond);
  const { version } = results[0];
  const batchSize = Number(values['batch-size']);
  return { engine, version, model: values.model, batchSize, imagesPerSecond: median(rounds), threads, rounds };
};

const folder = mkdtempSync(join(tmpdir(), 'latent-bench-browser-'));
let server;
let browser;
try {
  await buildPages(folder);
  server = await serve(folder);
  browser = await launchBrowser();
  const counts = [...new Set([1, Number(values.threads)])];
  const ways = Object.keys(ENGINES).flatMap((engine) => counts.map((threads) => ({ engine, threads, results: [] })));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const { engine, threads, results } of ways) {
      console.error(`round ${round}/${values.rounds}: ${engine}, threads: ${threads}`);
      results.push(await measurePage(browser, server, engine, threads));
    }
  }
  const rows = Object.keys(ENGINES).map((engine) => {
    const candidates = ways.filter((way) => way.engine === engine).map(rowOf);
    return candidates.reduce((best, row) => (row.imagesPerSecond > best.imagesPerSecond ? row : best));
  });
  const [own, peer] = rows;
  const ratio = own.imagesPerSecond / peer.imagesPerSecond;
  console.log(JSON.stringify({ browser: browser.version(), rows, ratio }, null, 2));
} finally {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
}
