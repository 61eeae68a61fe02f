/**
 * What the JavaScript peers share: their command line, images in memory, and the clock.
 *
 * In: options, the network's spec on standard input, pixels from a file. Out: one JSON line on standard output.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const WARM_UP_STEPS = 5;
const WARM_UP_SECONDS = 0.5;
/** Images made up where no file is given: as many as the training set has. */
const SYNTHETIC_IMAGES = 60_000;

/** A network or layer that a peer cannot train; its row says why. */
export class Unsupported extends Error {}

const product = (shape) => shape.reduce((size, dimension) => size * dimension, 1);

/** Multiplicative congruential numbers of 31 bits (Park & Miller 1988): enough for a shuffle and made-up images. */
const randomNumbers = (seed) => {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
};

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

/** Encoder and decoder in one list, for networks trained on the squared error. */
export const layersOf = (network) => {
  if (network.kind !== 'autoencoder' || network.loss.type !== 'mse') {
    throw new Unsupported(`the peers train autoencoders on the squared error; "${network.id}" has another loss`);
  }
  return [...network.encoder, ...network.decoder];
};

/**
 * Batches of float32 pixels 0..1, drawn by a seeded permutation of images in memory. The pixels are converted once,
 * so that a batch costs a peer nothing but the copying of rows.
 *
 * @returns a function that fills and returns the same `Float32Array` of `[batchSize, ...inputShape]`.
 */
export const batchesOf = ({ network, batchSize, images }) => {
  const size = product(network.inputShape);
  const next = randomNumbers(1);
  const bytes = images
    ? readFileSync(images)
    : Uint8Array.from({ length: Math.max(batchSize, SYNTHETIC_IMAGES) * size }, () => (next(5) === 0 ? next(256) : 0));
  const count = Math.floor(bytes.length / size);
  if (count < batchSize) throw new Error(`${count} images are fewer than the batch of ${batchSize}`);
  const pixels = Float32Array.from(bytes, (byte) => byte / 255);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const batch = new Float32Array(batchSize * size);
  let at = count;
  return () => {
    if (at + batchSize > count) {
      for (let i = count - 1; i > 0; i--) {
        const j = next(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      at = 0;
    }
    for (let i = 0; i < batchSize; i++, at++) {
      batch.set(pixels.subarray(order[at] * size, (order[at] + 1) * size), i * size);
    }
    return batch;
  };
};

/**
 * Times `step` for about `seconds`, after a warm-up of five steps and half a second (less where a step takes long).
 *
 * @param step - one training step, finished when it returns or when its promise resolves.
 */
const measure = async (step, seconds) => {
  const begun = performance.now();
  const since = (from) => (performance.now() - from) / 1000;
  for (let i = 0; i === 0 || (since(begun) < seconds && (i < WARM_UP_STEPS || since(begun) < WARM_UP_SECONDS)); i++) {
    await step();
  }
  const from = performance.now();
  let steps = 0;
  do {
    await step();
    steps += 1;
  } while (since(from) < seconds);
  return { steps, seconds: since(from) };
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
