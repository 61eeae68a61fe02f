/**
 * Inference over many inputs: batches in, whole arrays out.
 *
 * In: a network, its weights, a runtime. Out: codes, reconstructions or probabilities of any number of inputs. The
 * weights are read at every run, so a training may change them in between.
 */
import { internalError } from '../errors.ts';
import type { Labels } from '../images/index.ts';
import { compileInference, type InferenceTarget, type ResolvedNetwork } from '../network/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { Feeds, Runtime, TensorData } from '../tensor/session.ts';

/** Values by parameter name, `encoder/dense/kernel`; what a model is beside its spec. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** A compiled part of a network that runs over many inputs in batches. */
export interface Inference {
  /** Elements of one input. */
  readonly inputSize: number;
  /**
   * Runs over `count` inputs.
   *
   * @param fill - writes inputs `from` (included) to `to` (not included) into a buffer of `[to - from, inputSize]`.
   * @param take - reads the outputs of the same inputs; the arrays are reused once it is done.
   * @param labels - `[count]`, of a network that takes a label beside the image; the class of the options where absent.
   */
  each(
    count: number,
    fill: (x: Float32Array, from: number, to: number) => void,
    take: (outputs: Readonly<Record<string, Float32Array>>, from: number, to: number) => void | Promise<void>,
    labels?: Labels,
  ): Promise<void>;
  /** All inputs at once: `[count, inputSize]`, and `[count]` labels, to one array for each output. */
  run(x: Float32Array, labels?: Labels): Promise<Readonly<Record<string, Float32Array>>>;
  /** Gives back what the session holds; nothing can be run afterwards. */
  release(): Promise<void>;
}

/** What runs, on which engine, in which batches. */
export interface InferenceOptions {
  /** Which part. */
  readonly target: InferenceTarget;
  /** What runs the graph. */
  readonly runtime: Runtime;
  /** Inputs in one run of the graph; default 500. */
  readonly batchSize?: number;
  /** Threads inside one operator; the runtime's own default when absent. */
  readonly threads?: number;
  /** Also gives the log-scale head of a Gaussian code, under its own name. */
  readonly logScale?: boolean;
  /** Class of inputs that come without a label, of a network that takes one; 0 when absent. */
  readonly label?: number;
}

/** Labels as rows of numbers, one of them 1. */
export const fillOneHot = (
  out: Float32Array,
  classes: number,
  rows: number,
  labelOf: (row: number) => number,
): void => {
  out.fill(0);
  for (let row = 0; row < rows; row++) out[row * classes + labelOf(row)] = 1;
};

/**
 * Makes the graph of `target` and a session for it.
 *
 * @param weights - of all parameters of that part.
 * @throws LatentError `no-such-part` (input) where the network has no such part; what the engine says where it cannot
 *  run the graph.
 */
export const createInference = async (
  network: ResolvedNetwork,
  weights: Weights,
  options: InferenceOptions,
): Promise<Inference> => {
  const { target, runtime, threads, logScale, label: usual = 0 } = options;
  const graph = compileInference(network, { target, batchSize: options.batchSize ?? 500, logScale });
  // A graph of another program may take a certain number of images.
  const [batchSize] = graph.x;
  const session = await runtime.createSession(graph.bytes, { threads });
  const inputSize = elementCount(graph.x.slice(1));
  const x: TensorData<Float32Array> = { dims: graph.x, data: new Float32Array(batchSize * inputSize) };
  const classes = graph.label?.[1] ?? 0;
  const label: TensorData<Float32Array> = { dims: [batchSize, classes], data: new Float32Array(batchSize * classes) };
  const feeds: Feeds = {
    x,
    ...(graph.label ? { label } : {}),
    ...parameterFeeds(
      network,
      graph.parameters.map((p) => p.name),
      weights,
    ),
  };
  const outputs = Object.entries(graph.outputs).map(([name, t]): [string, TensorData<Float32Array>] => [
    name,
    { dims: t.dims, data: new Float32Array(elementCount(t.dims)) },
  ]);
  const into: Feeds = Object.fromEntries(outputs);
  const arrays: Readonly<Record<string, Float32Array>> = Object.fromEntries(
    outputs.map(([name, { data }]) => [name, data]),
  );

  const each: Inference['each'] = async (count, fill, take, labels) => {
    for (let from = 0; from < count; from += batchSize) {
      const to = Math.min(count, from + batchSize);
      fill(x.data, from, to);
      x.data.fill(0, (to - from) * inputSize);
      if (graph.label) fillOneHot(label.data, classes, batchSize, (row) => labels?.[from + row] ?? usual);
      await session.run(feeds, into);
      await take(arrays, from, to);
    }
  };
  const run: Inference['run'] = async (all, labels) => {
    if (all.length % inputSize !== 0)
      throw internalError(`inference on ${all.length} numbers, not a multiple of ${inputSize}`);
    const count = all.length / inputSize;
    const whole = outputs.map(([name, { data }]): [string, Float32Array] => [
      name,
      new Float32Array((data.length / batchSize) * count),
    ]);
    await each(
      count,
      (buffer, from, to) => buffer.set(all.subarray(from * inputSize, to * inputSize)),
      (parts, from, to) => {
        for (const [name, array] of whole) {
          const size = array.length / count;
          array.set(parts[name].subarray(0, (to - from) * size), from * size);
        }
      },
      labels,
    );
    return Object.fromEntries(whole);
  };
  return { inputSize, each, run, release: () => session.release() };
};

/** The weights as graph inputs. */
export const parameterFeeds = (network: ResolvedNetwork, names: readonly string[], weights: Weights): Feeds =>
  Object.fromEntries(
    names.map((name) => {
      const shape = network.parameters.find((p) => p.name === name)?.shape;
      const data = weights.get(name);
      if (!shape || !data) throw internalError(`no weights for "${name}"`);
      return [name, { dims: shape, data }];
    }),
  );

/** What each byte of a pixel is as a number 0..1: looking it up is faster than dividing. */
const FRACTIONS = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Pixels `from` to `to` of a set as numbers 0..1. */
export const pixelFiller =
  (pixels: Uint8Array, size: number) =>
  (x: Float32Array, from: number, to: number): void => {
    const end = (to - from) * size;
    const start = from * size;
    for (let i = 0; i < end; i++) x[i] = FRACTIONS[pixels[start + i]];
  };
