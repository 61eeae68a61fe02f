/**
 * Loss on held-out images, without dropout and with the mean of a Gaussian code.
 */

import { createInference, type Inference, pixelFiller, type Weights } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { TrainingJob } from './job.ts';

export interface Validator {
  /** Mean over the held-out images: squared error per pixel, or cross-entropy of a classifier. Double precision. */
  run(): Promise<number>;
  release(): Promise<void>;
}

const SMALLEST = 1e-7;

/**
 * @param weights - read at every run; parts that are not trained are not needed.
 * @param on - the images to measure on; null where the job has none of that kind.
 */
export const createValidator = async (
  job: TrainingJob,
  weights: Weights,
  on: 'validation' | 'training' = 'validation',
): Promise<Validator | null> => {
  const { network, runtime, threads } = job;
  const validation = job[on];
  const codes = job.codes?.[on];
  if (!validation || validation.count === 0) return null;
  const classifier = network.spec.kind === 'classifier';
  const target = classifier ? 'classifier' : job.codes ? 'decoder' : 'autoencoder';
  const inference: Inference = await createInference(network, weights, { target, runtime, threads });
  const { count, pixels, labels } = validation;
  const size = elementCount(network.spec.inputShape);
  const fill = codes
    ? (x: Float32Array, from: number, to: number) =>
        x.set(codes.subarray(from * inference.inputSize, to * inference.inputSize))
    : pixelFiller(pixels, size);
  return {
    run: async () => {
      let sum = 0;
      await inference.each(count, fill, (outputs, from, to) => {
        if (classifier) {
          const { probabilities } = outputs;
          const classes = elementCount(network.parts[0].outputShape);
          for (let i = from; i < to; i++)
            sum -= Math.log(Math.max(SMALLEST, probabilities[(i - from) * classes + labels[i]]));
          return;
        }
        const { reconstruction } = outputs;
        const start = from * size;
        let part = 0;
        for (let i = 0; i < (to - from) * size; i++) {
          const difference = reconstruction[i] - pixels[start + i] / 255;
          part += difference * difference;
        }
        sum += part / size;
      });
      return sum / count;
    },
    release: () => inference.release(),
  };
};
