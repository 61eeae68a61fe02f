/**
 * What a peer's training loop needs wherever it runs: batches out of memory, and the clock.
 *
 * In: bytes of images; a step. Out: float32 batches; steps and seconds. It runs in Node and in browsers.
 */
const WARM_UP_STEPS = 5;
const WARM_UP_SECONDS = 0.5;
/** Images made up where none are given: as many as the training set has. */
const SYNTHETIC_IMAGES = 60_000;

/** A network or layer that a peer cannot train; its row says why. */
export class Unsupported extends Error {}

/** Multiplicative congruential numbers of 31 bits (Park & Miller 1988): enough for a shuffle and made-up images. */
const randomNumbers = (seed) => {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
};

/** `count` images of `size` bytes, four pixels of five black, as about as many are in real ones. */
export const madeUpImages = (size, count = SYNTHETIC_IMAGES) => {
  const next = randomNumbers(1);
  return Uint8Array.from({ length: count * size }, () => (next(5) === 0 ? next(256) : 0));
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
 * @param bytes - image after image, `size` bytes each.
 * @returns a function that fills and returns a new `Float32Array` of `[batchSize, size]`.
 */
export const batchesOf = (bytes, size, batchSize) => {
  const next = randomNumbers(2);
  const count = Math.floor(bytes.length / size);
  if (count < batchSize) throw new Error(`${count} images are fewer than the batch of ${batchSize}`);
  const pixels = Float32Array.from(bytes, (byte) => byte / 255);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let at = count;
  return () => {
    if (at + batchSize > count) {
      for (let i = count - 1; i > 0; i--) {
        const j = next(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      at = 0;
    }
    const batch = new Float32Array(batchSize * size);
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
export const measure = async (step, seconds) => {
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
