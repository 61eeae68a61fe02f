/**
 * TensorFlow.js: trains a network of the zoo in Node and prints its throughput as one JSON line.
 *
 * In: the network's spec on standard input; `--backend cpu|wasm --batch-size N --seconds S --images FILE`.
 * The WebAssembly backend runs its SIMD binary; it has threads in browsers only.
 */
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { batchesOfJob, readJob, runPeer } from './common.mjs';
import { trainingOf } from './tfjs-training.mjs';

const job = readJob({ backend: { type: 'string', default: 'wasm' } });

await runPeer(`tfjs-${job.backend}`, tf.version.tfjs, job, async () => {
  const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(dirname(wasm) + sep);
  if (!(await tf.setBackend(job.backend))) throw new Error(`TensorFlow.js has no backend "${job.backend}"`);
  await tf.ready();
  return trainingOf(tf, job.network, job.batchSize, batchesOfJob(job));
});
