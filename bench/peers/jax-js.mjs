/**
 * jax-js on WebAssembly: trains a network of the zoo in Node and prints its throughput as one JSON line.
 *
 * In: the network's spec on standard input; `--batch-size N --seconds S --images FILE --threads 1|all`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { batchesOfJob, readJob, runPeer } from './common.mjs';
import { trainingOf } from './jax-training.mjs';
import { provideWebWorkers } from './web-worker.mjs';

const job = readJob({ threads: { type: 'string', default: 'all' } });
if (job.threads !== '1') provideWebWorkers();
const jax = await import('@jax-js/jax');

const main = createRequire(import.meta.url).resolve('@jax-js/jax');
const { version } = JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8'));

await runPeer('jax-js-wasm', version, job, async () => {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const training = trainingOf(jax, job.network, job.batchSize, batchesOfJob(job));
  return { ...training, note: `threads: ${job.threads}` };
});
