/** The page of this project: the training loop that every user runs, on onnxruntime-web. */
import { findNetwork } from 'latent-plane';
import { createWebRuntime } from 'latent-plane/web';
import { measureTraining } from '../../packages/cli/src/bench/own.ts';
import { runPage } from './page.mjs';

runPage(async ({ model, batchSize, seconds, threads, backend, pixels, size }) => {
  const runtime = await createWebRuntime({ backend, threads, files: new URL('ort/', location.href).href });
  const count = pixels.length / size;
  const images = { count, height: 1, width: size, pixels, labels: new Uint8Array(count) };
  const measured = await measureTraining(findNetwork(model), batchSize, images, runtime, { seconds });
  return { version: runtime.version, ...measured };
});
