/**
 * What the peers that run in Node share: their command line and their row.
 *
 * In: options, the network's spec on standard input, pixels from a file. Out: one JSON line on standard output.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { batchesOf, madeUpImages, measure, Unsupported } from './measure.mjs';

/** Options, and the network's spec from standard input. */
export const readJob = (extra = {}) => {
  const { values } = parseArgs({
    options: {
      'batch-size': { type: 'string', default: '256' },
      seconds: { type: 'string', default: '3' },
      images: { type: 'string' },
      ...extra,
    },
  });
  const network = JSON.parse(readFileSync(0, 'utf8'));
  return { ...values, network, batchSize: Number(values['batch-size']), seconds: Number(values.seconds) };
};

/** Batches of the file of raw pixels that `--images` names, or of made-up ones. */
export const batchesOfJob = ({ network, batchSize, images }) => {
  const size = network.inputShape.reduce((product, dimension) => product * dimension, 1);
  return batchesOf(images ? readFileSync(images) : madeUpImages(size), size, batchSize);
};

/**
 * Runs a peer and prints its row.
 *
 * @param prepare - returns the step and the loss of the latest step; throws `Unsupported` where it cannot.
 */
export const runPeer = async (engine, version, job, prepare) => {
  const row = { engine, version, model: job.network.id, batchSize: job.batchSize };
  try {
    const { step, loss, note } = await prepare();
    const { steps, seconds } = await measure(step, job.seconds);
    const last = await loss();
    if (!Number.isFinite(last)) throw new Error(`${engine}: the loss is ${last}`);
    const imagesPerSecond = (steps * job.batchSize) / seconds;
    console.log(JSON.stringify({ ...row, imagesPerSecond, steps, seconds, loss: last, ...(note ? { note } : {}) }));
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    console.log(JSON.stringify({ ...row, unsupported: error.message }));
  }
  // Worker threads of a peer would keep the process alive.
  process.exit(0);
};
