/** The page of TensorFlow.js, on its WebAssembly backend with SIMD, and threads where the page is isolated. */
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { findNetwork } from 'latent-plane';
import { batchesOf, measure } from '../peers/measure.mjs';
import { trainingOf } from '../peers/tfjs-training.mjs';
import { runPage } from './page.mjs';

runPage(async ({ model, batchSize, seconds, threads, pixels, size }) => {
  setWasmPaths(new URL('tfjs/', location.href).href);
  setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js has no WebAssembly backend here');
  await tf.ready();
  const { step, loss } = trainingOf(findNetwork(model), batchSize, batchesOf(pixels, size, batchSize));
  const { steps, seconds: elapsed } = await measure(step, seconds);
  if (!Number.isFinite(loss())) throw new Error('the loss is no number');
  const imagesPerSecond = (steps * batchSize) / elapsed;
  const note = `threads: ${crossOriginIsolated ? threads : 1}`;
  return { version: tf.version.tfjs, note, imagesPerSecond, steps, seconds: elapsed };
});
