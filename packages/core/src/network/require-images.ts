/** Whether a network takes the images of a data set. */
import { inputError } from '../errors.ts';
import { type ImageShape, shapeWords, takesImages } from '../images/index.ts';
import type { ResolvedNetwork } from './network.ts';

/** What brings pictures to an input, in words; a flat input is taken for a square image. */
const adviceFor = (inputShape: readonly number[]): string => {
  const [first, second, channels = 1] = inputShape;
  const isFlat = inputShape.length === 1;
  const of = isFlat ? ([1, 3] as const).find((count) => Number.isInteger(Math.sqrt(first / count))) : channels;
  if (of === undefined) return 'choose another data set or network';
  const [height, width] = isFlat ? [Math.sqrt(first / of), Math.sqrt(first / of)] : [first, second];
  const colours = of === 1 ? 'grey' : 'colour';
  return `of pictures: #size=${height}x${width},channels=${colours} behind them, before they are packed; of other images: a network of their size, or a training with the recipe's preprocessing`;
};

/**
 * Refuses images that a network does not take, naming both shapes.
 *
 * @throws LatentError `shape-mismatch` (input) unless the images are laid out as the network's input.
 */
export const requireImages = (
  { network }: { readonly network: Pick<ResolvedNetwork, 'spec'> },
  images: ImageShape,
): void => {
  const { id, inputShape } = network.spec;
  if (takesImages(inputShape, images)) return;
  throw inputError('shape-mismatch', {
    at: { network: id, field: 'inputShape' },
    expected: `images of [${inputShape.join(', ')}]`,
    got: shapeWords(images),
    hint: adviceFor(inputShape),
  });
};
