/** Trained weights through the engine, part by part and as a whole, beside the evaluator in double precision. */
import { inferenceTensors, type ResolvedNetwork, takesLabel } from '../../network/index.ts';
import { createInference, pixelFiller, type Weights } from '../../runtime/index.ts';
import { fillOneHot } from '../../runtime/inference.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../../tensor/evaluate.ts';
import { fail } from './expect.ts';
import { randomImages, type TrainedNetwork } from './try-training.ts';

export interface Outputs {
  readonly code: Float32Array;
  readonly reconstruction: Float32Array;
}

export const IMAGES = 5;
/** So that the last batch is not full. */
const BATCH = 3;
/**
 * Single precision over some ten layers, of the largest number: normalisation of channels that hardly vary makes more of
 * roundings than one layer does.
 */
const PRECISION = 1e-3;
/** The same operations in the same order, in other batches. */
const SAME = 1e-5;
const LARGEST = 3.4e38;

/** `[IMAGES, size]`, 0..1, and a label for each. */
export const imagesFor = (network: ResolvedNetwork) => {
  const { pixels, labels } = randomImages(network, IMAGES);
  const x = new Float32Array(pixels.length);
  pixelFiller(pixels, pixels.length / IMAGES)(x, 0, IMAGES);
  return { x, labels };
};

/** `[IMAGES, classes]`; null where no part of the network takes a label. */
export const oneHotFor = (network: ResolvedNetwork): Float32Array | null => {
  const classes = (network.spec.kind === 'autoencoder' && network.spec.label?.classes) || 0;
  if (classes === 0 || !network.parts.some(takesLabel)) return null;
  const oneHot = new Float32Array(IMAGES * classes);
  const { labels } = imagesFor(network);
  fillOneHot(oneHot, classes, IMAGES, (row) => labels[row]);
  return oneHot;
};

/** Code and reconstruction of the images that all trials of a network are fed. */
export const outputsOf = async (network: ResolvedNetwork, weights: Weights): Promise<Outputs> => {
  const inference = await createInference(network, weights, {
    target: 'autoencoder',
    runtime: nodeRuntime,
    batchSize: BATCH,
    threads: 1,
  });
  const { x, labels } = imagesFor(network);
  const { code, reconstruction } = await inference.run(x, labels);
  await inference.release();
  return { code, reconstruction };
};

/** What one part gives of its inputs. */
const partOutput = async (
  { network, weights }: TrainedNetwork,
  target: 'encoder' | 'decoder',
  inputs: Float32Array,
): Promise<Float32Array> => {
  const inference = await createInference(network, weights, {
    target,
    runtime: nodeRuntime,
    batchSize: IMAGES,
    threads: 1,
  });
  const { code, reconstruction } = await inference.run(inputs, imagesFor(network).labels);
  await inference.release();
  return target === 'encoder' ? code : reconstruction;
};

/** What a network gives, by its name, in double precision. */
export const exactOutputs = ({
  network,
  weights,
}: TrainedNetwork): readonly (readonly [name: string, values: Float64Array])[] => {
  const target = network.spec.kind === 'classifier' ? 'classifier' : 'autoencoder';
  const { outputs, label } = inferenceTensors(network, { target, batchSize: IMAGES, weights });
  const { x } = imagesFor(network);
  const oneHot = oneHotFor(network);
  const values = evaluator(Object.values(outputs))({
    x: { dims: [IMAGES, ...network.spec.inputShape], data: x },
    ...(label && oneHot ? { label: { dims: label.dims, data: oneHot } } : {}),
  });
  return Object.keys(outputs).map((name, i) => [name, values[i].data] as const);
};

/**
 * What lies nearer to 0 is what is left where numbers of about 1 cancel, and has their roundings: layer normalisation of a
 * single channel gives its shift alone.
 */
const SMALLEST = 0.01;

export const expectClose = (
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void => {
  if (actual.length !== expected.length) fail(`${what}: ${actual.length} numbers, not ${expected.length}`);
  const values = Array.from(expected);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), SMALLEST);
  const error = values.reduce((most, value, i) => Math.max(most, Math.abs(actual[i] - value)), 0) / largest;
  if (!(error <= tolerance)) fail(`${what}: differs by ${error} of the largest number, ${tolerance} at most`);
};

/**
 * @returns null where the outputs are beyond single precision.
 * @throws Error where parts and whole, or engine and evaluator, differ.
 */
export const tryInference = async (trained: TrainedNetwork): Promise<Outputs | null> => {
  const whole = await outputsOf(trained.network, trained.weights);
  for (const [name, values] of exactOutputs(trained)) {
    // Exponentials of exponentials are beyond single precision.
    if (values.some((value) => !(Math.abs(value) < LARGEST))) return null;
    expectClose(
      `${name} beside double precision`,
      name === 'code' ? whole.code : whole.reconstruction,
      values,
      PRECISION,
    );
  }
  const code = await partOutput(trained, 'encoder', imagesFor(trained.network).x);
  expectClose('the encoder alone', code, whole.code, SAME);
  expectClose('the decoder alone', await partOutput(trained, 'decoder', code), whole.reconstruction, SAME);
  return whole;
};
