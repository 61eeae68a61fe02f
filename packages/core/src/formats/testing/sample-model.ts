/**
 * Models for the tests of formats: weights that are drawn, not trained, with biases above zero, so that a lost one shows
 * and no relu is dead; and images to feed them.
 */

import {
  initializeParameters,
  type NetworkSpec,
  parameterSlots,
  type ResolvedNetwork,
  resolveNetwork,
} from '../../network/index.ts';
import { RandomStream } from '../../random/index.ts';
import type { Weights } from '../../runtime/index.ts';
import { elementCount } from '../../tensor/index.ts';

export interface SampleModel {
  readonly network: ResolvedNetwork;
  readonly weights: Weights;
}

const uniform = (name: string, count: number, low: number, high: number): Float32Array => {
  const data = new Float32Array(count);
  new RandomStream(11, name).fillUniform(data, low, high);
  return data;
};

export const sampleModel = (spec: NetworkSpec): SampleModel => {
  const network = resolveNetwork(spec);
  const flat = initializeParameters(network.parameters, 5);
  const weights = new Map(
    parameterSlots(network.parameters).map(({ parameter: { name }, offset, length }) => [
      name,
      name.endsWith('bias') ? uniform(name, length, 0.05, 0.25) : flat.slice(offset, offset + length),
    ]),
  );
  return { network, weights };
};

/** `[count, ...shape]`, 0..1. */
export const sampleImages = (shape: readonly number[], count: number): Float32Array =>
  uniform('images', count * elementCount(shape), 0, 1);

/** The largest difference between two arrays; infinite where their lengths or a value that is no number differ. */
export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
};

/** Weights that differ in a single bit, by name; those that one of the two lacks too. */
export const differingWeights = (a: Weights, b: Weights): readonly string[] => {
  const bits = (values: Float32Array | undefined): Uint32Array =>
    new Uint32Array(values ? values.slice().buffer : new ArrayBuffer(0));
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => {
    const [left, right] = [bits(a.get(name)), bits(b.get(name))];
    return left.length === 0 || left.length !== right.length || left.some((value, i) => value !== right[i]);
  });
};
