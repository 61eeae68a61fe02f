/**
 * First values of a network's parameters.
 *
 * In: parameters as resolved, and a seed. Out: one flat array, parameter after parameter, each row-major.
 * Reading trained weights is not done here.
 */

import type { BiasInitializer, Initializer, ParameterInitializer } from '../layers/index.ts';
import { RandomStream } from '../random/random.ts';
import { elementCount } from '../tensor/shape.ts';
import type { ParameterSpec } from './types.ts';

/** Where a parameter lies in the flat array. */
export interface ParameterSlot {
  readonly parameter: ParameterSpec;
  /** Index of its first value. */
  readonly offset: number;
  readonly length: number;
}

/** Lays parameters one after another, in order and without gaps. */
export const parameterSlots = (parameters: readonly ParameterSpec[]): ParameterSlot[] => {
  let end = 0;
  return parameters.map((parameter) => {
    const length = elementCount(parameter.shape);
    const offset = end;
    end += length;
    return { parameter, offset, length };
  });
};

/**
 * Bound of the uniform distribution over `[-limit, limit)`.
 * - `glorot-uniform`: `sqrt(6 / (fanIn + fanOut))`. Source: Glorot & Bengio 2010, equation 16.
 * - `he-uniform`: `sqrt(6 / fanIn)`. Source: He et al. 2015, equation 10, as a uniform of that variance.
 */
const uniformLimit = (
  initializer: Exclude<Initializer, 'zeros'>,
  { fanIn, fanOut }: Pick<ParameterSpec, 'fanIn' | 'fanOut'>,
): number => Math.sqrt(6 / (initializer === 'glorot-uniform' ? fanIn + fanOut : fanIn));

/** How initial weights are drawn, where not as the layers say. */
export interface InitializeOptions {
  /** Used in place of a kernel's own initializer. */
  readonly kernelInitializer?: Initializer;
  /** First values of what starts at zero otherwise; see `Recipe.biasInitializer`. Default `zeros`. */
  readonly biasInitializer?: BiasInitializer;
  /** Which of the initialisations that the seed gives: 0 (default) the first, n the n-th after it. */
  readonly initializationIndex?: number;
}

/** Bound of a parameter's first values; 0 for zeros. */
const limitOf = (
  parameter: ParameterSpec,
  kernelInitializer: ParameterInitializer = parameter.initializer,
  biasInitializer: BiasInitializer,
): number => {
  if (parameter.running) return 0;
  if (parameter.initializer === 'zeros')
    return biasInitializer === 'fan-in-uniform' ? Math.sqrt(1 / parameter.fanIn) : 0;
  return kernelInitializer === 'zeros' || kernelInitializer === 'ones' ? 0 : uniformLimit(kernelInitializer, parameter);
};

/**
 * Draws the first values of all parameters.
 *
 * Each parameter has a random stream of its own, addressed by the seed and its name: a decoder starts from the same
 * weights whether it is trained alone or behind its encoder, and an edited layer leaves the others as they were.
 *
 * @param seed - a whole number from 0 to 2^53 - 1.
 * @returns `[sum of the parameters' elements]`, in the order of `parameters`; see `parameterSlots`.
 * @throws LatentError `random-seed` if the seed is out of range.
 */
export const initializeParameters = (
  parameters: readonly ParameterSpec[],
  seed: number,
  { kernelInitializer, biasInitializer = 'zeros', initializationIndex = 0 }: InitializeOptions = {},
): Float32Array => {
  const slots = parameterSlots(parameters);
  // Names of streams stay what they were, or the same seed would give other numbers.
  const draw = initializationIndex === 0 ? 'initial-weights' : `restart-${initializationIndex}/initial-weights`;
  const values = new Float32Array(slots.reduce((sum, { length }) => sum + length, 0));
  for (const { parameter, offset, length } of slots) {
    if (parameter.initializer === 'ones') {
      values.fill(1, offset, offset + length);
      continue;
    }
    const limit = limitOf(parameter, kernelInitializer, biasInitializer);
    if (limit === 0) continue;
    const stream = new RandomStream(seed, `${draw}/${parameter.name}`);
    stream.fillUniform(values.subarray(offset, offset + length), -limit, limit);
  }
  return values;
};
