/**
 * This project's own rows of the bench: the training loop that every user runs, and the matrix products alone.
 *
 * In: a network, a batch size, images, a runtime, seconds. Out: images per second, and the roofline share.
 */
import {
  type ImageSet,
  type NetworkSpec,
  type Recipe,
  type Runtime,
  resolveNetwork,
  type TensorData,
  train,
} from 'latent-plane';
import {
  compileProducts,
  compileTraining,
  elementCount,
  gemm,
  input,
  type ProductGraph,
  RandomStream,
} from 'latent-plane/internal';

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

export interface Products {
  /** Sum over the products of one step, each run alone, its call subtracted. */
  readonly milliseconds: number;
  readonly gigaflops: number;
}

interface Timing {
  readonly seconds: number;
  readonly threads?: number;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median milliseconds of one run of a graph on random tensors. */
const timeGraph = async (graph: ProductGraph, runtime: Runtime, { seconds, threads }: Timing): Promise<number> => {
  const session = await runtime.createSession(graph.bytes, { threads });
  const tensor = (name: string, dims: readonly number[]): TensorData => {
    const data = new Float32Array(elementCount(dims));
    new RandomStream(1, name).fillUniform(data, -1, 1);
    return { dims, data };
  };
  const feeds = Object.fromEntries(Object.entries(graph.inputs).map(([name, dims]) => [name, tensor(name, dims)]));
  const into = { y: tensor('y', graph.output) };
  for (let i = 0; i < WARM_UP_STEPS; i++) await session.run(feeds, into);
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < 5 || performance.now() - begun < seconds * 1000) {
    const from = performance.now();
    await session.run(feeds, into);
    times.push(performance.now() - from);
  }
  await session.release();
  return median(times);
};

/**
 * What the matrix products of one training step take when each is run alone, on buffers of its own, again and again:
 * the most favourable case for a product, and so the least favourable for the share.
 */
export const measureProducts = async (
  spec: NetworkSpec,
  batchSize: number,
  runtime: Runtime,
  timing: Timing,
): Promise<Products> => {
  const products = compileProducts(compileTraining(resolveNetwork(spec), { batchSize }).outputs);
  const each = { ...timing, seconds: timing.seconds / products.length };
  const call = await timeGraph(emptyProduct(), runtime, each);
  let milliseconds = 0;
  for (const product of products) milliseconds += Math.max(0, (await timeGraph(product, runtime, each)) - call);
  return { milliseconds, gigaflops: products.reduce((sum, { flops }) => sum + flops, 0) / milliseconds / 1e6 };
};

/** A product of two numbers: what a call costs. */
const emptyProduct = (): ProductGraph => {
  const [a, b] = [input('a', [1, 1]), input('b', [1, 1])];
  return compileProducts({ y: gemm(a, b) })[0];
};
