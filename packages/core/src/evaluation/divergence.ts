/**
 * How much each dimension of a Gaussian code says of an image: its divergence from the unit Gaussian.
 *
 * In: a model, images. Out: nats for each dimension, mean over the images.
 */
import { codeSizeOf, type RunnableModel, withInference } from '../codes/index.ts';
import type { ImageSet } from '../images/index.ts';
import { gaussianOf } from '../layers/index.ts';
import { pixelFiller } from '../runtime/index.ts';
import type { PassOptions } from './error.ts';

/**
 * `1/2 (mean^2 + exp(v) - v - 1)` of each dimension, v the logarithm of the variance, mean over the images.
 * Source: Kingma & Welling 2013, appendix B.
 *
 * @returns `[code size]`, nats; null where the code is no Gaussian.
 */
export const divergencePerDimension = async (
  model: RunnableModel,
  set: ImageSet,
  { onProgress }: PassOptions = {},
): Promise<readonly number[] | null> => {
  const { spec } = model.network;
  const parameterisation = spec.kind === 'autoencoder' ? gaussianOf(spec.encoder.at(-1)) : null;
  if (parameterisation === null || set.count === 0) return null;
  const size = codeSizeOf(model);
  const toVariance = parameterisation === 'log-sigma' ? 2 : 1;
  const sums = new Array<number>(size).fill(0);
  await withInference({ ...model, logScale: true }, 'encoder', (inference) =>
    inference.each(
      set.count,
      pixelFiller(set.pixels, inference.inputSize),
      ({ code, ...heads }, from, to) => {
        const [scale] = Object.values(heads);
        for (let i = 0; i < (to - from) * size; i++) {
          const v = toVariance * scale[i];
          sums[i % size] += (code[i] ** 2 + Math.exp(v) - v - 1) / 2;
        }
        onProgress?.(to, set.count);
      },
      set.labels,
    ),
  );
  return sums.map((sum) => sum / set.count);
};
