/**
 * First values of a network's last bias: those that draw the mean training image.
 *
 * In: first values of all parameters, the training images. Out: the same array with the last bias set.
 */

import type { Activation } from '../activations/index.ts';
import type { ImageSet } from '../images/index.ts';
import { type NetworkSpec, type ParameterSpec, parameterSlots } from '../network/index.ts';
import type { TrainingJob } from './job.ts';

/** A relu that starts at nought for every image would stay there. */
const ALIVE = 0.02;
/** Keeps a sigmoid or tanh away from where it has no gradient. */
const EDGE = 0.005;

const INVERSES: Readonly<Record<Activation, ((mean: number) => number) | null>> = {
  linear: (mean) => mean,
  relu: (mean) => Math.max(ALIVE, mean),
  sigmoid: (mean) => {
    const inside = Math.min(1 - EDGE, Math.max(EDGE, mean));
    return Math.log(inside / (1 - inside));
  },
  tanh: (mean) => Math.atanh(Math.min(1 - EDGE, Math.max(EDGE, mean))),
  silu: null,
  softmax: null,
};

const lastActivation = (spec: NetworkSpec): Activation | null => {
  const layers = spec.kind === 'autoencoder' ? spec.decoder : spec.layers;
  for (const layer of [...layers].reverse()) if ('activation' in layer) return layer.activation;
  return null;
};

/** `[pixels]`, 0..1. */
const meanImage = ({ pixels, count, height, width }: ImageSet): Float64Array => {
  const size = height * width;
  const sums = new Float64Array(size);
  for (let i = 0; i < count * size; i++) sums[i % size] += pixels[i];
  return sums.map((sum) => sum / (255 * count));
};

/**
 * Sets the last bias, of a value for each pixel or of one for all; leaves a network that ends otherwise as it is.
 *
 * @param values - `[sum of the parameters' elements]`, changed in place.
 */
export const setMeanImage = (
  values: Float32Array,
  parameters: readonly ParameterSpec[],
  { network, training }: Pick<TrainingJob, 'network' | 'training'>,
): void => {
  const activation = lastActivation(network.spec);
  const inverse = activation === null ? null : INVERSES[activation];
  const slot = parameterSlots(parameters).findLast(({ parameter }) => parameter.name.endsWith('/bias'));
  if (!inverse || !slot) return;
  const mean = meanImage(training);
  if (slot.length === mean.length) values.set(mean.map(inverse), slot.offset);
  else if (slot.length === 1) values[slot.offset] = inverse(mean.reduce((sum, value) => sum + value, 0) / mean.length);
};
