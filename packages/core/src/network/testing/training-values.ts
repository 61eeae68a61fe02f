/** Values for the inputs of a training graph, the same at every run, clear of where a derivative jumps. */
import { RandomStream } from '../../random/index.ts';
import { type NdArray, sizeOf } from '../../tensor/tensor.ts';
import { randomArray } from '../../tensor/testing/gradient-check.ts';
import { kinkMargin } from '../../tensor/testing/kink-margin.ts';
import { compileTraining, type TrainingGraph, type TrainingGraphOptions } from '../compile.ts';
import { initializeParameters, parameterSlots } from '../initializers.ts';
import type { ResolvedNetwork } from '../network.ts';

/**
 * How near a relu or a maximum may come to where its derivative jumps: some tens of roundings of single precision.
 * Nearer than that the gradients in single and in double precision may rightly differ, by machine.
 */
const KINK_MARGIN = 2e-6;

/** Random weights with biases that are not zero, so that a lost bias shows, and running state that is not as it began. */
export const weightsOf = ({ parameters }: Pick<ResolvedNetwork, 'parameters'>): Readonly<Record<string, NdArray>> => {
  const flat = initializeParameters(parameters, 7);
  return Object.fromEntries(
    parameterSlots(parameters).map(({ parameter: { name, shape, running }, offset, length }) => {
      if (running) return [name, randomArray(name, shape, 0.5, 1.5)];
      if (name.endsWith('bias')) return [name, randomArray(name, shape, -0.1, 0.1)];
      return [name, { dims: shape, data: Float64Array.from(flat.subarray(offset, offset + length)) }];
    }),
  );
};

/** A training graph with a batch of images, labels and random numbers for it. */
export const trainingValues = (
  network: ResolvedNetwork,
  options: TrainingGraphOptions,
): { readonly graph: TrainingGraph; readonly values: Readonly<Record<string, NdArray>> } => {
  const graph = compileTraining(network, options);
  const values: Record<string, NdArray> = { ...weightsOf(graph), x: randomArray('x', graph.x, 0, 1) };
  if (graph.target) {
    values.target = randomArray('target', graph.target, 0, 1);
    if (network.spec.kind === 'classifier') {
      values.target.data.forEach((_, i, all) => {
        all[i] = i % 10 === Math.floor(i / 10) % 10 ? 1 : 0;
      });
    }
  }
  if (graph.label) {
    const [rows, classes] = graph.label;
    const data = new Float64Array(rows * classes);
    for (let row = 0; row < rows; row++) data[row * classes + (row % classes)] = 1;
    values.label = { dims: graph.label, data };
  }
  for (const { name, dims, ...random } of graph.randoms) {
    const data = new Float32Array(sizeOf(dims));
    const stream = new RandomStream(3, name);
    if (random.kind === 'normal') stream.fillNormal(data, random.std);
    else stream.fillBernoulliMask(data, 1 - random.rate, 1 / (1 - random.rate));
    values[name] = { dims, data: Float64Array.from(data) };
  }
  const marginOf = kinkMargin(graph.outputs.loss);
  for (let draw = 1; marginOf(values) < KINK_MARGIN; draw++) values.x = randomArray(`x/${draw}`, graph.x, 0, 1);
  return { graph, values };
};
