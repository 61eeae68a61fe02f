/**
 * First values of a network's last bias: those that draw the mean training image.
 *
 * In: first values of all parameters, the training images. Out: the same array with the output bias set.
 */

import { activationOf } from '../activations/index.ts';
import { channelMeans, meanOf } from '../images/mean-image.ts';
import { definitionOf } from '../layers/index.ts';
import { type ParameterSpec, parameterSlots, type ResolvedNetwork } from '../network/index.ts';
import type { TrainingJob } from './job.ts';

/** The bias that shifts what a network puts out, and what gives it for a value of the image; null where there is none. */
export const lastBiasOf = ({ parts }: ResolvedNetwork) => {
  const part = parts[parts.length - 1];
  const layer = part.layers.findLast(({ spec }) => definitionOf(spec).values(spec) === 'computed');
  if (layer === undefined) return null;
  const definition = definitionOf(layer.spec);
  const { argumentFor } = activationOf(definition.activation(layer.spec) ?? 'linear');
  if (definition.biasParameter === null || argumentFor === null) return null;
  return { name: `${part.name}/${layer.name}/${definition.biasParameter}`, argumentFor };
};

/**
 * Sets the output bias, of a value for each number of an image or of one for each channel; leaves a network that ends otherwise as it is.
 *
 * @param values - `[sum of the parameters' elements]`, changed in place.
 */
export const setMeanImage = async (
  values: Float32Array,
  parameters: readonly ParameterSpec[],
  { network, training }: Pick<TrainingJob, 'network' | 'training'>,
): Promise<void> => {
  const bias = lastBiasOf(network);
  const slot = parameterSlots(parameters).find(({ parameter }) => parameter.name === bias?.name);
  if (bias === null || slot === undefined) return;
  const mean = await meanOf(training);
  if (slot.length === mean.length) values.set(mean.map(bias.argumentFor), slot.offset);
  else if (slot.length === training.channels)
    values.set(channelMeans(mean, slot.length).map(bias.argumentFor), slot.offset);
};
