/**
 * The losses of the first steps of a training, wherever it runs.
 *
 * In: a network, a batch size, MNIST's training images, a runtime. how many steps. Out: as many losses.
 */
import { findNetwork, resolveNetwork, train } from 'latent-plane';

export const firstLosses = async (id, batchSize, pixels, runtime, threads, steps) => {
  const spec = findNetwork(id);
  const count = pixels.length / 784;
  const training = { pixels, labels: new Uint8Array(count), count, height: 28, width: 28 };
  const losses = [];
  const stop = new AbortController();
  const recipe = { ...spec.recipes.documented, batchSize, seed: 1, validationSplit: 0, trainOn: 'train' };
  await train(
    { network: resolveNetwork(spec), recipe, training, validation: null, runtime, threads },
    {
      signal: stop.signal,
      onBatch: ({ loss }) => {
        losses.push(loss);
        if (losses.length === steps) stop.abort();
      },
    },
  );
  return losses;
};
