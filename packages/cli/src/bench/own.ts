/**
 * This project's own rows of the bench: the training loop that every user runs.
 *
 * In: a network, a batch size, images, a runtime, seconds. Out: images per second.
 */
import { type ImageSet, type NetworkSpec, type Recipe, type Runtime, resolveNetwork, train } from 'latent-plane';

export interface Throughput {
  readonly imagesPerSecond: number;
  readonly steps: number;
  readonly seconds: number;
}

const WARM_UP_SECONDS = 0.5;
const WARM_UP_STEPS = 5;

/** Trains for about `seconds` after a warm-up; everything that a step costs is in it, the making of the graph is not. */
export const measureTraining = async (
  spec: NetworkSpec,
  batchSize: number,
  images: ImageSet,
  runtime: Runtime,
  { seconds, threads }: { readonly seconds: number; readonly threads?: number },
): Promise<Throughput> => {
  const recipe: Recipe = {
    name: 'custom',
    epochs: 1_000_000,
    batchSize,
    schedule: { type: 'constant', learningRate: 1e-3 },
    trainOn: 'train',
    validationSplit: 0,
    shuffle: true,
    initializer: 'glorot-uniform',
    seed: 1,
    source: 'bench',
  };
  const begun = performance.now();
  let measuredFrom = 0;
  let batches = 0;
  let trainedImages = 0;
  let elapsed = 0;
  const job = { network: resolveNetwork(spec), recipe, training: images, validation: null, runtime, threads };
  for await (const step of train(job)) {
    if (step.type === 'start') continue;
    const now = performance.now();
    batches += 1;
    if (measuredFrom === 0) {
      if (batches >= WARM_UP_STEPS && now - begun > WARM_UP_SECONDS * 1000) {
        measuredFrom = now;
        batches = 0;
      }
      continue;
    }
    trainedImages += step.type === 'epoch' ? images.count - (step.batches - 1) * batchSize : batchSize;
    elapsed = (now - measuredFrom) / 1000;
    if (elapsed > seconds && batches >= 3) break;
  }
  return { imagesPerSecond: trainedImages / elapsed, steps: batches, seconds: elapsed };
};
