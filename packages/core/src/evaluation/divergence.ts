/** What each dimension of a Gaussian code tells. In: a model, images. Out: a divergence from the prior for each dimension. */
import { codeSizeOf, type RunnableModel, withInference } from '../codes/index.ts';
import type { ImageSet } from '../images/index.ts';
import { gaussianOf } from '../layers/index.ts';
import { pixelFiller } from '../runtime/index.ts';

/** Images that are looked at; more change no figure by more than a hundredth of it. */
const LOOKED_AT = 5_000;

/**
 * `1/2 (mean^2 + exp(v) - v - 1)` of each dimension, v the logarithm of the variance, mean over the first 5,000 images, in
 * nats: the Kullback-Leibler divergence of the code from the unit Gaussian. Source: Kingma & Welling 2013, appendix B.
 *
 * @returns `[code size]`; null where the code is no Gaussian.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input).
 */
export const divergencePerDimension = async (
  model: RunnableModel,
  set: ImageSet,
): Promise<readonly number[] | null> => {
  const { spec } = model.network;
  const parameterisation = spec.kind === 'autoencoder' ? gaussianOf(spec.encoder.at(-1)) : null;
  if (parameterisation === null) return null;
  const size = codeSizeOf(model);
  const toVariance = parameterisation === 'log-sigma' ? 2 : 1;
  const count = Math.min(LOOKED_AT, set.count);
  const sums = new Array<number>(size).fill(0);
  await withInference({ ...model, logScale: true }, 'encoder', (inference) =>
    inference.each(
      count,
      pixelFiller(set.pixels, inference.inputSize),
      ({ code, ...heads }, from, to) => {
        const [scale] = Object.values(heads);
        for (let i = 0; i < (to - from) * size; i++) {
          const v = toVariance * scale[i];
          sums[i % size] += (code[i] ** 2 + Math.exp(v) - v - 1) / 2;
        }
      },
      set.labels,
    ),
  );
  return sums.map((sum) => sum / count);
};
