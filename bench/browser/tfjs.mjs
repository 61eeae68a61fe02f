/**
 * The page of TensorFlow.js, on one of its backends; WebAssembly with SIMD and, as the page is isolated, threads.
 *
 * The library comes from its own scripts, as its guide has it: bundled, its workers fail, because they start from
 * the text of a function whose names a bundler changes.
 */
import { findNetwork } from 'latent-plane';
import { batchesOf, measure, Unsupported } from '../peers/measure.mjs';
import { trainingOf } from '../peers/tfjs-training.mjs';
import { runPage } from './page.mjs';

const { tf } = globalThis;

runPage(async ({ model, batchSize, seconds, threads, backend, pixels, size }) => {
  tf.wasm.setWasmPaths(new URL('tfjs-wasm/', location.href).href);
  tf.wasm.setThreadsCount(threads);
  if (!(await tf.setBackend(backend))) throw new Unsupported(`TensorFlow.js has no ${backend} backend here`);
  await tf.ready();
  const { step, loss, finish } = trainingOf(tf, findNetwork(model), batchSize, batchesOf(pixels, size, batchSize));
  // The backends of a GPU answer before they are done: a step is over when its loss can be read.
  const isGpu = backend === 'webgl' || backend === 'webgpu';
  const finished = isGpu
    ? async () => {
        step();
        await finish();
      }
    : step;
  const { steps, seconds: elapsed } = await measure(finished, seconds);
  if (!Number.isFinite(await loss())) throw new Error('the loss is no number');
  const imagesPerSecond = (steps * batchSize) / elapsed;
  return { version: tf.version.tfjs, imagesPerSecond, steps, seconds: elapsed };
});
