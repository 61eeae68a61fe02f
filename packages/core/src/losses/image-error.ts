/** What the reconstruction errors of images have in common: a value for each pixel, and how these are put together. */
import { choice, number, optional, type SpecSource } from '../registry/index.ts';
import { scale } from '../tensor/ops/arithmetic.ts';
import { sumAll } from '../tensor/ops/reduce.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { defineReconstruction, type NetworkFacts } from './definition.ts';

const fields = {
  reduction: optional(
    choice({
      label: 'Over pixels',
      doc: 'The mean over the pixels of an image (`mean`, when absent), or their sum (`sum`): beside a term the sum weighs as much more as an image has pixels.',
      choices: ['mean', 'sum'],
      default: 'sum',
    }),
  ),
  weight: optional(
    number({
      label: 'Weight of the error',
      doc: 'What the reconstruction error is multiplied by; 1 when absent.',
      min: 0,
      above: true,
      max: 1e6,
      default: 1,
    }),
  ),
};

/** Fields of every reconstruction error of images. */
export interface ImageErrorValues {
  readonly reduction?: 'mean' | 'sum';
  readonly weight?: number;
}

interface ImageError<Type extends string> extends Omit<SpecSource<Type, typeof fields>, 'fields'> {
  readonly formula: string;
  readonly source?: string;
  readonly name: string;
  /** Why it does not suit a network, as the end of "expects ..."; null where it does. */
  fault?(facts: NetworkFacts): string | null;
  /** Of each pixel, from what the network gives and what it is to give: both `[batch, pixels]`. */
  pixels(output: Tensor, target: Tensor): Tensor;
  /** The same of one pixel, in double precision. */
  pixel(output: number, target: number): number;
}

/** Makes a definition of a reconstruction error that is a mean or a sum over pixels. */
export const defineImageError = <const Type extends string>({ pixels, pixel, ...words }: ImageError<Type>) =>
  defineReconstruction({
    ...words,
    curve: `${words.name} per pixel`,
    curveOfSums: `${words.name} per image`,
    of: 'images',
    fields,
    compute: ({ reduction, weight = 1 }, { output, target }) => {
      const size = sizeOf(output.dims);
      const [batch] = output.dims;
      const rows = [batch, size / batch];
      const sum = sumAll(pixels(reshape(output, rows), reshape(target, rows)));
      return scale(scale(sum, 1 / (reduction === 'sum' ? batch : size)), weight);
    },
    accumulate: ({ reduction, weight = 1 }, before, output, target, size) => {
      let sum = 0;
      for (let i = 0; i < target.length; i++) sum += pixel(output[i], target[i] / 255);
      return before + (weight * sum) / (reduction === 'sum' ? 1 : size);
    },
  });
