/**
 * First values of a network's first bias: those that take the mean training image away, so that images on a light ground
 * begin as those on a dark one do.
 *
 * In: first values of all parameters, the training images. Out: the same array with the bias of the first layer set. Source:
 * LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.3 (inputs whose mean is 0).
 */
import { channelMeans, meanOf } from '../images/mean-image.ts';
import { definitionOf } from '../layers/index.ts';
import { type ParameterSpec, parameterSlots } from '../network/index.ts';
import type { TrainingJob } from './job.ts';

/**
 * Sets the bias of the first layer that computes with weights, `b_u = -sum_i K_iu m_i` with the mean image `m`, of a
 * convolution with the mean of each channel; leaves a network whose first layer has no such kernel and bias as it is.
 *
 * @param values - `[sum of the parameters' elements]`, changed in place.
 */
export const setCentredInput = async (
  values: Float32Array,
  parameters: readonly ParameterSpec[],
  { network, training }: Pick<TrainingJob, 'network' | 'training'>,
): Promise<void> => {
  const [part] = network.parts;
  const layer = part.layers.find(({ spec }) => definitionOf(spec).values(spec) === 'computed');
  if (layer === undefined) return;
  const name = definitionOf(layer.spec).biasParameter;
  const own = parameterSlots(parameters).filter(({ parameter }) =>
    parameter.name.startsWith(`${part.name}/${layer.name}/`),
  );
  const bias = own.find(({ parameter }) => parameter.name === `${part.name}/${layer.name}/${name}`);
  if (bias === undefined) return;
  const kernel = own.find(
    ({ parameter: { shape }, length }) => shape.length > 1 && shape.at(-1) === bias.length && length > bias.length,
  );
  if (kernel === undefined) return;
  const mean = await meanOf(training);
  const inputs = kernel.length / bias.length;
  const { channels } = training;
  const ofChannel = channelMeans(mean, channels);
  for (let unit = 0; unit < bias.length; unit++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++)
      sum +=
        values[kernel.offset + i * bias.length + unit] * (inputs === mean.length ? mean[i] : ofChannel[i % channels]);
    values[bias.offset + unit] = -sum;
  }
};
