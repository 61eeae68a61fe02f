/** The page of jax-js, on WebAssembly or WebGPU; it takes the threads that it finds. */
import * as jax from '@jax-js/jax';
import { findNetwork } from 'latent-plane';
import { trainingOf } from '../peers/jax-training.mjs';
import { batchesOf, measure } from '../peers/measure.mjs';
import { runPage } from './page.mjs';

runPage(async ({ model, batchSize, seconds, backend, version, pixels, size }) => {
  const devices = await jax.init(backend);
  if (!devices.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  jax.defaultDevice(backend);
  const { step, loss } = trainingOf(jax, findNetwork(model), batchSize, batchesOf(pixels, size, batchSize));
  const { steps, seconds: elapsed } = await measure(step, seconds);
  if (!Number.isFinite(await loss())) throw new Error('the loss is no number');
  return { version, imagesPerSecond: (steps * batchSize) / elapsed, steps, seconds: elapsed };
});
