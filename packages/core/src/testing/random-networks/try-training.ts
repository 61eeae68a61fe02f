/** Two steps of a training through the engine: a loss that is a number, and weights that move. */
import type { ImageSet } from '../../images/index.ts';
import {
  compileTraining,
  countParameters,
  parameterSlots,
  type Recipe,
  type ResolvedNetwork,
} from '../../network/index.ts';
import { RandomStream } from '../../random/index.ts';
import type { Weights } from '../../runtime/index.ts';
import { fillOneHot } from '../../runtime/inference.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../../tensor/evaluate.ts';
import { type NdArray, sizeOf } from '../../tensor/tensor.ts';
import { train } from '../../training/index.ts';
import { fail } from './expect.ts';

export interface TrainedNetwork {
  readonly network: ResolvedNetwork;
  readonly weights: Weights;
}

/** More than a term that pairs images may ask for by default. */
const IMAGES = 18;
const HELD_OUT = 3;
const STEPS = 2;
/** A gradient below it is what roundings leave of none, or too small to move a weight in single precision. */
const NOTHING = 1e-9;
/** Largest number of single precision. */
const LARGEST = 3.4e38;

/** Images of random pixels, shaped for a network, with labels of its classes. */
export const randomImages = ({ spec }: ResolvedNetwork, count: number): ImageSet => {
  const [first, second = 1, third = 1] = spec.inputShape;
  const [height, width, channels] = spec.inputShape.length === 1 ? [1, first, 1] : [first, second, third];
  const words = new Uint32Array(count * height * width * channels);
  new RandomStream(1, 'random-images').fillUint32(words);
  const classes = (spec.kind === 'autoencoder' && spec.label?.classes) || 2;
  return {
    pixels: Uint8Array.from(words, (word) => word >>> 24),
    labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
    count,
    height,
    width,
    channels: channels === 3 ? 3 : 1,
  };
};

/** Loss and gradients at these parameters in double precision, of random images and what else training draws. */
const exactStep = (network: ResolvedNetwork, parameters: Float32Array) => {
  const graph = compileTraining(network, { batchSize: 4 });
  const feeds: Record<string, NdArray> = {};
  const fill = (name: string, dims: readonly number[], write: (data: Float32Array) => void): void => {
    const data = new Float32Array(sizeOf(dims));
    write(data);
    feeds[name] = { dims, data: Float64Array.from(data) };
  };
  for (const { parameter, offset, length } of parameterSlots(graph.parameters))
    fill(parameter.name, parameter.shape, (data) => data.set(parameters.subarray(offset, offset + length)));
  fill('x', graph.x, (data) => new RandomStream(2, 'x').fillUniform(data, 0, 1));
  const { label } = graph;
  if (label) fill('label', label, (data) => fillOneHot(data, label[1], label[0], (row) => row % label[1]));
  for (const { name, dims, ...random } of graph.randoms)
    fill(name, dims, (data) => {
      const stream = new RandomStream(2, name);
      if (random.kind === 'normal') stream.fillNormal(data, random.std);
      else stream.fillBernoulliMask(data, 1 - random.rate, 1 / (1 - random.rate));
    });
  for (const { name } of graph.weights) fill(name, [], (data) => data.fill(0.5));
  const names = Object.keys(graph.outputs);
  const values = evaluator(Object.values(graph.outputs))(feeds);
  return {
    loss: values[names.indexOf('loss')].data[0],
    moves: names.some(
      (name, i) => name.startsWith('grad/') && values[i].data.some((value) => Math.abs(value) > NOTHING),
    ),
  };
};

const isNumber = (value: number): boolean => Number.isFinite(value);

/** @throws LatentError where the training refuses the network; Error where it does what it may not. */
export const tryTraining = async (network: ResolvedNetwork, recipe: Recipe): Promise<TrainedNetwork> => {
  const held = recipe.validationSplit > 0 ? randomImages(network, HELD_OUT) : null;
  const training = train({
    network,
    recipe,
    training: randomImages(network, IMAGES),
    validation: held,
    runtime: nodeRuntime,
    threads: 1,
  });
  let before = new Float32Array();
  let steps = 0;
  for await (const step of training) {
    if (step.type === 'start') before = step.state().parameters.slice();
    else if (!isNumber(step.loss)) fail(`the loss of step ${steps + 1} is ${step.loss}`);
    else if (++steps === STEPS) break;
  }
  // Running state stands behind what gradients move.
  const trained = countParameters(network.parameters.filter(({ running }) => !running));
  const { state, weights, divergedAt } = training.result();
  if (divergedAt) {
    const { loss } = exactStep(network, before);
    // Exponentials of exponentials are beyond single precision, and the training says so.
    if (Math.abs(loss) < LARGEST) fail(`diverged (${divergedAt.loss}) where double precision gives ${loss}`);
  } else if (state.parameters.subarray(0, trained).every((value, i) => value === before[i])) {
    // Where all are dead, or the output is constant, nothing may move.
    if (exactStep(network, before).moves) fail('no weight has moved though there are gradients');
  }
  return { network, weights };
};
