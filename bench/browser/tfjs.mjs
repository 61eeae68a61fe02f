/**
 * The page of TensorFlow.js, on its WebAssembly backend with SIMD and, as the page is isolated, threads.
 *
 * The library comes from its own two scripts, as its guide has it: bundled, its workers fail, because they start from
 * the text of a function whose names a bundler changes.
 */
import { findNetwork } from 'latent-plane';
import { batchesOf, measure } from '../peers/measure.mjs';
import { trainingOf } from '../peers/tfjs-training.mjs';
import { runPage } from './page.mjs';

const { tf } = globalThis;

runPage(async ({ model, batchSize, seconds, threads, pixels, size }) => {
  tf.wasm.setWasmPaths(new URL('tfjs-wasm/', location.href).href);
  tf.wasm.setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no WebAssembly backend here');
  await tf.ready();
  const { step, loss } = trainingOf(tf, findNetwork(model), batchSize, batchesOf(pixels, size, batchSize));
  const { steps, seconds: elapsed } = await measure(step, seconds);
  if (!Number.isFinite(loss())) throw new Error('the loss is no number');
  const imagesPerSecond = (steps * batchSize) / elapsed;
  return { version: tf.version.tfjs, imagesPerSecond, steps, seconds: elapsed };
});
