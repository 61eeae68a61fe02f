/**
 * What else moves weights beside the optimiser: decay of the kernels, and their exponential moving average (EMA).
 * Sources: Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2; Polyak & Juditsky 1992.
 */
import { type ParameterSpec, parameterSlots, type Recipe } from '../network/index.ts';

/**
 * Share of the EMA that step `t`, from 1, leaves as it is: short at first, so that the initial weights are
 * soon forgotten.
 */
export const averagingDecay = ({ emaDecay = 0 }: Pick<Recipe, 'emaDecay'>, t: number): number =>
  Math.min(emaDecay, (1 + t) / (10 + t));

/**
 * A function that shrinks the kernels by one step's share, `learningRate * weightDecay`, in place; biases and scales
 * stay.
 *
 * @param flat - all trained parameters, `[sum of their elements]`.
 */
export const kernelDecay = (
  { weightDecay = 0 }: Pick<Recipe, 'weightDecay'>,
  parameters: readonly ParameterSpec[],
  flat: Float32Array,
): ((learningRate: number) => void) => {
  if (weightDecay === 0) return () => {};
  // What begins at zeros or ones is a bias or a scale.
  const kernels = parameterSlots(parameters)
    .filter(({ parameter: { initializer } }) => initializer !== 'zeros' && initializer !== 'ones')
    .map(({ offset, length }) => flat.subarray(offset, offset + length));
  return (learningRate) => {
    const rest = 1 - learningRate * weightDecay;
    for (const kernel of kernels) for (let i = 0; i < kernel.length; i++) kernel[i] *= rest;
  };
};
