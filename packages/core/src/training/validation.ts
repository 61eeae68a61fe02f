/**
 * Loss on held-out images, without dropout and with the mean of a Gaussian code.
 */

import { type ImageSet, piecesOf } from '../images/index.ts';
import { lossParts } from '../losses/index.ts';
import { createInference, type Inference, pixelFiller, type Weights } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { TrainingJob } from './job.ts';

export interface Validator {
  /** Mean over the images of the reconstruction error. Double precision. */
  run(): Promise<number>;
  release(): Promise<void>;
}

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
  const { reconstruction: loss, reconstructionOf: error } = lossParts(network.spec.loss);
  const ofLabels = error.of === 'labels';
  const target = ofLabels ? 'classifier' : job.codes ? 'decoder' : 'autoencoder';
  const inference: Inference = await createInference(network, weights, { target, runtime, threads });
  const { count } = validation;
  const size = elementCount(network.spec.inputShape);
  const classes = elementCount(network.parts[0].outputShape);
  /** The sum with the errors of some of the images, of which the first has the number `begin`. */
  const withPiece = async (before: number, { pixels, labels, count: images }: ImageSet, begin: number) => {
    let sum = before;
    const fill = codes
      ? (x: Float32Array, from: number, to: number) =>
          x.set(codes.subarray((begin + from) * inference.inputSize, (begin + to) * inference.inputSize))
      : pixelFiller(pixels, size);
    await inference.each(
      images,
      fill,
      ({ probabilities, reconstruction }, from, to) => {
        sum = ofLabels
          ? error.accumulate(loss, sum, probabilities, labels.subarray(from, to), classes)
          : error.accumulate(loss, sum, reconstruction, pixels.subarray(from * size, to * size), size);
      },
      labels,
    );
    return sum;
  };
  return {
    run: async () => {
      let sum = 0;
      for await (const piece of piecesOf(validation)) sum = await withPiece(sum, piece, piece.from);
      return sum / count;
    },
    release: () => inference.release(),
  };
};
