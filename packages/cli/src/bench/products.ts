/**
 * What the engine's arithmetic takes by itself: the products and convolutions of a step, and the processor's own rate.
 *
 * In: a network, a batch size, a runtime, seconds. Out: milliseconds and operations, from which the bench says how far a
 * step is from its products, and from the processor.
 */
import { type NetworkSpec, type Runtime, resolveNetwork, type TensorData } from 'latent-plane';
import {
  compileProducts,
  compileSquare,
  compileTraining,
  elementCount,
  type Product,
  type ProductGraph,
  RandomStream,
} from 'latent-plane/internal';

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

interface Timing {
  readonly seconds: number;
  readonly threads?: number;
}

const LEAST_RUNS = 3;
/** A form whose first run takes so many times as long as the best of another is not looked at further. */
const HOPELESS = 3;
const BLOCK = 4096;

/** A tensor of random values from -1 to 1, a block of them again and again: large ones are filled fast. */
const randomTensor = (name: string, dims: readonly number[]): TensorData => {
  const data = new Float32Array(elementCount(dims));
  new RandomStream(1, name).fillUniform(data.subarray(0, BLOCK), -1, 1);
  for (let filled = BLOCK; filled < data.length; filled *= 2) data.copyWithin(filled, 0, filled);
  return { dims, data };
};

/** Milliseconds of each run of a graph on random tensors, after the first; of that alone where it is slower than `atMost`. */
const timeGraph = async (
  graph: ProductGraph,
  runtime: Runtime,
  { seconds, threads }: Timing,
  atMost = Number.POSITIVE_INFINITY,
): Promise<readonly number[]> => {
  const session = await runtime.createSession(graph.bytes, { threads });
  const feeds = Object.fromEntries(
    Object.entries(graph.inputs).map(([name, dims]) => [name, randomTensor(name, dims)]),
  );
  const into = { y: { dims: graph.output, data: new Float32Array(elementCount(graph.output)) } };
  const run = async (): Promise<number> => {
    const from = performance.now();
    await session.run(feeds, into);
    return performance.now() - from;
  };
  const first = await run();
  const times: number[] = [];
  const begun = performance.now();
  while (first <= atMost && (times.length < LEAST_RUNS || performance.now() - begun < seconds * 1000))
    times.push(await run());
  await session.release();
  if (times.length === 0) return [first];
  return times;
};

/** Median milliseconds of a product in its fastest form: all are tried, the two that seem fastest are measured. */
const timeProduct = async ({ forms }: Product, runtime: Runtime, timing: Timing): Promise<number> => {
  const tried: { readonly form: ProductGraph; readonly time: number }[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const form of forms) {
    const times = await timeGraph(form, runtime, { ...timing, seconds: 0 }, HOPELESS * least);
    const time = Math.min(...times);
    least = Math.min(least, time);
    tried.push({ form, time });
  }
  const best = tried.sort((a, b) => a.time - b.time).slice(0, 2);
  const measured: number[] = [];
  for (const { form } of best)
    measured.push(median(await timeGraph(form, runtime, { ...timing, seconds: timing.seconds / best.length })));
  return Math.min(...measured);
};

/** The products of one training step. */
export interface StepProducts {
  /** Sum over all, each run alone in its fastest form, the time of an empty call taken off. */
  readonly milliseconds: number;
  /** Multiplications and additions of all. */
  readonly flops: number;
}

/** Measures the products and convolutions of a step one by one, each again and again on buffers of its own. */
export const measureProducts = async (
  spec: NetworkSpec,
  batchSize: number,
  runtime: Runtime,
  timing: Timing,
): Promise<StepProducts> => {
  const products = compileProducts(compileTraining(resolveNetwork(spec), { batchSize }).outputs);
  const each = { ...timing, seconds: timing.seconds / products.length };
  const call = await timeProduct(compileSquare(1), runtime, each);
  // Those of one shape are measured once.
  const known = new Map<string, number>();
  let milliseconds = 0;
  for (const product of products) {
    const shape = JSON.stringify(product.forms.map(({ inputs, output }) => [inputs, output]));
    const time = known.get(shape) ?? Math.max(0, (await timeProduct(product, runtime, each)) - call);
    known.set(shape, time);
    milliseconds += time;
  }
  return { milliseconds, flops: products.reduce((sum, { flops }) => sum + flops, 0) };
};

/** Sides of the square products that the processor's rate is looked for with. */
const SIDES = [512, 1024, 1536, 2048];

/** The processor's own rate: billions of operations a second in the square product, and the run of it, that went best. */
export const measurePeak = async (runtime: Runtime, { seconds, threads }: Timing): Promise<number> => {
  let peak = 0;
  for (const side of SIDES) {
    const { flops, forms } = compileSquare(side);
    const times = await timeGraph(forms[0], runtime, { seconds: seconds / SIDES.length, threads });
    peak = Math.max(peak, flops / Math.min(...times) / 1e6);
  }
  return peak;
};
