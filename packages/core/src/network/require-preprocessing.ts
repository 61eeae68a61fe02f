/** Whether what a recipe makes of the images is what its network takes, whatever the images are. */
import { inputError } from '../errors.ts';
import { takesImages } from '../images/index.ts';
import type { Recipe } from './recipe/table.ts';
import type { NetworkSpec } from './types.ts';

/**
 * Refuses a preprocessing after which no image suits the network.
 *
 * @throws LatentError `preprocessing-mismatch` (input) with the field that does not fit.
 */
export const requirePreprocessing = (
  { id, inputShape }: Pick<NetworkSpec, 'id' | 'inputShape'>,
  { preprocessing }: Pick<Recipe, 'preprocessing'>,
): void => {
  const { size, channels } = preprocessing ?? {};
  const made: readonly (1 | 3)[] = channels === undefined ? [1, 3] : channels === 'colour' ? [3] : [1];
  const [height, width, depth = 1] = inputShape;
  const isFlat = inputShape.length === 1;
  const refused = (field: string, got: string) =>
    inputError('preprocessing-mismatch', {
      at: { network: id, field: `preprocessing.${field}` },
      expected: `images of [${inputShape.join(', ')}], which the network takes`,
      got,
      hint: 'change the preprocessing or the network',
    });
  const fitsSize = (of: 1 | 3): boolean =>
    size === undefined ||
    (isFlat
      ? takesImages(inputShape, { height: size[0], width: size[1], channels: of })
      : size[0] === height && size[1] === width);
  if (!made.some(fitsSize))
    throw refused('size', `${size?.join(' x ')}${channels === undefined ? '' : ` in ${channels}`}`);
  if (!made.some((of) => (isFlat ? height % of === 0 : depth === of))) throw refused('channels', `${channels}`);
};
