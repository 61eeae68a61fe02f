/**
 * The same graph bytes on four engines: onnxruntime-node, onnxruntime-web in Node, and onnxruntime-web in Chromium
 * with WebAssembly and with WebGPU (in software: right, not fast).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../scripts/find-browser.mjs';
import {
  conv2d,
  conv2dTranspose,
  dense,
  dropout,
  flatten,
  gaussianNoise,
  gaussianSampling,
  layerNormalization,
  maxPooling2d,
  reshape,
  residualDense,
  upSampling2d,
} from '../layers/index.ts';
import {
  compileTraining,
  findNetwork,
  initializeParameters,
  type NetworkSpec,
  parameterSlots,
  resolveNetwork,
} from '../network/index.ts';
import { RandomStream } from '../random/index.ts';
import { elementCount } from '../tensor/index.ts';
import { nodeRuntime } from './node.ts';
import { runSteps, type StepsInput } from './testing/steps.ts';
import { createWebRuntime } from './web.ts';

const STEPS = 8;
/**
 * Relative, on each loss. The engines add in different orders and approximate `exp` differently (1e-6 a step);
 * the steps multiply that. Measured: below 2e-6 between the CPU engines, below 2e-5 for WebGPU.
 */
const TOLERANCE = 1e-4;

/** Every layer kind of the zoo in 2,000 parameters, with activations that cannot die. */
const everyLayer: NetworkSpec = {
  ...findNetwork('cnn-1'),
  kind: 'autoencoder',
  id: 'every-layer',
  published: null,
  loss: { type: 'vae', weight: 0.001 },
  encoder: [
    conv2d(4, [3, 3], 'tanh'),
    maxPooling2d([2, 2]),
    dropout(0.2),
    conv2d(2, [3, 3], 'relu'),
    flatten(),
    dense(8, 'sigmoid'),
    gaussianSampling({ units: 2, meanActivation: 'linear', parameterisation: 'log-variance', epsilonStd: 1 }),
  ],
  decoder: [
    dense(36, 'tanh'),
    reshape([6, 6, 1]),
    conv2dTranspose(2, [3, 3], 'tanh'),
    conv2dTranspose(2, [7, 7], 'tanh'),
    upSampling2d([2, 2]),
    conv2dTranspose(1, [1, 1], 'sigmoid'),
  ],
};
/** What our own networks are made of, and a residual block, in 15,000 parameters. */
const normalised: NetworkSpec = {
  ...findNetwork('map-1'),
  kind: 'autoencoder',
  id: 'normalised',
  published: null,
  loss: { type: 'neighbours', weight: 0.01, neighbours: 3, metric: 'pixels', negatives: 3 },
  encoder: [gaussianNoise(0.1), dense(8, 'silu'), layerNormalization(), dense(2, 'linear')],
  decoder: [dense(8, 'silu'), residualDense(6, 'silu'), layerNormalization(), dense(784, 'sigmoid')],
};
const OWN: readonly NetworkSpec[] = [everyLayer, normalised];
const NETWORKS = ['dense-1', ...OWN.map(({ id }) => id)];
const networkNamed = (id: string): NetworkSpec => OWN.find((network) => network.id === id) ?? findNetwork(id);

const stepsFor = (id: string): StepsInput => {
  const graph = compileTraining(resolveNetwork(networkNamed(id)), { batchSize: 8 });
  const initial = initializeParameters(graph.parameters, 1);
  const feeds: Record<string, { dims: readonly number[]; data: readonly number[] }> = {};
  const random = (name: string, dims: readonly number[]): void => {
    const data = new Float32Array(elementCount(dims));
    new RandomStream(1, name).fillUniform(data, 0, 1);
    feeds[name] = { dims, data: [...data] };
  };
  random('x', graph.x);
  for (const { name, dims } of graph.randoms) random(name, dims);
  const parameters = Object.fromEntries(
    parameterSlots(graph.parameters).map(({ parameter: { name, shape }, offset, length }) => [
      name,
      { dims: shape, data: [...initial.subarray(offset, offset + length)] },
    ]),
  );
  return { graph: graph.bytes, feeds, parameters, steps: STEPS, learningRate: 1e-3 };
};

const require = createRequire(import.meta.url);
const ortFolder = dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));

describe('the same graph bytes', () => {
  const cases = new Map(NETWORKS.map((id) => [id, stepsFor(id)]));
  const native = new Map<string, readonly number[]>();
  const folder = mkdtempSync(join(tmpdir(), 'latent-plane-engines-'));
  let server: Server;
  let browser: Browser;
  let address = '';

  beforeAll(async () => {
    for (const [id, steps] of cases) native.set(id, await runSteps(nodeRuntime, steps));
    await build({
      root: fileURLToPath(new URL('./testing/', import.meta.url)),
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        emptyOutDir: false,
        minify: false,
        target: 'esnext',
        lib: { entry: 'page.ts', formats: ['es'], fileName: () => 'page.js' },
      },
    });
    const types: Readonly<Record<string, string>> = {
      html: 'text/html',
      js: 'text/javascript',
      mjs: 'text/javascript',
      wasm: 'application/wasm',
      json: 'application/json',
    };
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
      const [name, extension = ''] = path.split('.');
      const steps = cases.get(name);
      const body = (): string | Uint8Array => {
        if (path === 'index.html')
          return '<!doctype html><title>engines</title><script type="module" src="page.js"></script>';
        if (steps) return extension === 'onnx' ? steps.graph : JSON.stringify({ ...steps, graph: undefined });
        if (path.startsWith('ort/')) return readFileSync(join(ortFolder, path.slice(4)));
        return readFileSync(join(folder, path));
      };
      try {
        response.writeHead(200, {
          'content-type': types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
        });
        response.end(body());
      } catch {
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;
    browser = await launchBrowser({
      args: ['--enable-unsafe-webgpu', '--enable-features=Vulkan,WebGPU', '--use-webgpu-adapter=swiftshader'],
    });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const expectSame = (id: string, losses: readonly number[]): void => {
    const reference = native.get(id) ?? [];
    expect(losses).toHaveLength(STEPS);
    expect(reference.at(-1)).toBeLessThan(reference[0]);
    losses.forEach((loss, i) => {
      expect(Math.abs(loss / reference[i] - 1)).toBeLessThan(TOLERANCE);
    });
  };

  const inPage = async (
    id: string,
    backend: string,
    threads = 'of-runtime',
  ): Promise<{ readonly engine: string; readonly losses: readonly number[] }> => {
    const page = await browser.newPage();
    try {
      await page.goto(`${address}/index.html?network=${id}&backend=${backend}&threads=${threads}`);
      await page.waitForSelector('body[data-done]', { timeout: 120_000 });
      const result = JSON.parse((await page.textContent('body')) ?? '{}');
      if (result.error) throw new Error(result.error);
      return result;
    } finally {
      await page.close();
    }
  };

  it.each(NETWORKS)('gives the same losses for %s in onnxruntime-web under Node', async (id) => {
    const wasm = new Uint8Array(readFileSync(join(ortFolder, 'ort-wasm-simd-threaded.wasm')));
    const steps = cases.get(id);
    if (steps) expectSame(id, await runSteps(await createWebRuntime({ backend: 'wasm', files: wasm }), steps));
    expect(steps).toBeDefined();
  });

  it.each(NETWORKS)('gives the same losses for %s in Chromium with WebAssembly threads', async (id) => {
    const { engine, losses } = await inPage(id, 'wasm');
    expect(engine).toBe('onnxruntime-web wasm, 2 threads');
    expectSame(id, losses);
  });

  it('has the threads that a session asks for, where the runtime was given none', async () => {
    const { engine, losses } = await inPage('dense-1', 'wasm', 'of-session');
    expect(engine).toBe('onnxruntime-web wasm, 2 threads');
    expectSame('dense-1', losses);
  });

  it.each(NETWORKS)('gives the same losses for %s in Chromium with WebGPU', async (id) => {
    const { engine, losses } = await inPage(id, 'webgpu');
    expect(engine).toBe('onnxruntime-web webgpu');
    expectSame(id, losses);
  });
});
