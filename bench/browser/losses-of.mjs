/**
 * The losses of the first steps of a training, wherever it runs.
 *
 * In: a network, a batch size, MNIST's training images, a runtime, how many steps. Out: as many losses.
 */
import { findNetwork, resolveNetwork, train } from 'latent-plane';

export const firstLosses = async (id, batchSize, pixels, runtime, threads, steps) => {
  const spec = findNetwork(id);
  const count = pixels.length / 784;
  const training = { pixels, labels: new Uint8Array(count), count, height: 28, width: 28 };
  const losses = [];
  const recipe = { ...spec.recipes.documented, batchSize, seed: 1, validationSplit: 0, trainOn: 'train' };
  const job = { network: resolveNetwork(spec), recipe, training, validation: null, runtime, threads };
  for await (const step of train(job)) {
    if (step.type !== 'start') losses.push(step.loss);
    if (losses.length === steps) break;
  }
  return losses;
};
