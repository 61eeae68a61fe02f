/** Whether a network takes the images of a data set. */
import { inputError } from '../errors.ts';
import { type ImageShape, shapeWords, takesImages } from '../images/index.ts';
import type { ResolvedNetwork } from './network.ts';

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
    hint: 'choose another data set or network',
  });
};
