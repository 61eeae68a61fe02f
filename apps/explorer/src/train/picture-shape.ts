/**
 * The shape that a network takes images in: what pictures are brought to, and whether other images fit.
 *
 * In: a network and a recipe. Out: defaults for reading pictures; what stands between images and the network.
 */
import type { AutoencoderSpec, ImageShape, Preprocessing, Recipe } from 'latent-plane';
import { elementCount, type PictureDefaults, pictureSize, sidesWords, takesImages } from 'latent-plane/internal';

type Taker = { readonly network: AutoencoderSpec; readonly recipe: Pick<Recipe, 'preprocessing'> };

/** A flat input says how many numbers an image has; the recipe, or a square, how they lie. Null where they are no picture. */
const shapeOf = ({ network, recipe }: Taker): Required<ImageShape> | null => {
  const { inputShape, id } = network;
  const size = recipe.preprocessing?.size;
  const channels = size && elementCount(inputShape) / (size[0] * size[1]);
  if (size && (channels === 1 || channels === 3)) return { height: size[0], width: size[1], channels };
  try {
    return pictureSize(inputShape, id);
  } catch {
    return null;
  }
};

/** What pictures of any size are brought to; null where the network's input is no picture. */
export const pictureDefaults = (taker: Taker): PictureDefaults | null => {
  const shape = shapeOf(taker);
  if (shape === null) return null;
  const { type = 'pad', ground } = taker.recipe.preprocessing ?? {};
  return {
    size: { height: shape.height, width: shape.width },
    fit: type,
    channels: shape.channels === 1 ? 'grey' : 'colour',
    ...(ground === undefined ? {} : { ground }),
  };
};

/** Why images do not fit a network, and the recipe's preprocessing that would bring them to it. */
export interface Misfit {
  readonly words: string;
  /** Null where no preprocessing can: the network's input is no picture. */
  readonly choices: readonly Preprocessing[] | null;
}

const words = (shape: ImageShape): string =>
  `${sidesWords({ height: shape.height, width: shape.width })} in ${shape.channels === 3 ? 'colour' : 'grey'}`;

/**
 * Null where the network takes such images as the recipe brings them.
 *
 * @param images - `isLight`: what is padded around them is white.
 */
export const misfitOf = (taker: Taker, images: Required<ImageShape> & { readonly isLight: boolean }): Misfit | null => {
  const { network, recipe } = taker;
  const { preprocessing } = recipe;
  const [height, width] = preprocessing?.size ?? [images.height, images.width];
  const channels = preprocessing?.channels === undefined ? images.channels : preprocessing.channels === 'grey' ? 1 : 3;
  if (takesImages(network.inputShape, { height, width, channels })) return null;
  const wanted = shapeOf({ network, recipe: {} });
  const brought = preprocessing === undefined ? '' : `, brought to ${words({ height, width, channels })}`;
  if (wanted === null)
    return {
      words: `The images are ${words(images)}${brought}; ${network.id} takes [${network.inputShape.join(', ')}], which is no picture. Choose another network.`,
      choices: null,
    };
  const size = [wanted.height, wanted.width] as const;
  const isSized = wanted.height === images.height && wanted.width === images.width;
  const asChannels =
    wanted.channels === images.channels ? {} : ({ channels: wanted.channels === 1 ? 'grey' : 'colour' } as const);
  const types = isSized ? (['pad'] as const) : (['pad', 'crop', 'stretch'] as const);
  return {
    words: `The images are ${words(images)}${brought}; ${network.id} takes ${words(wanted)}.`,
    choices: types.map((type) => ({
      type,
      ...(isSized ? {} : { size }),
      ...asChannels,
      ...(type === 'pad' && !isSized && images.isLight ? { ground: 255 } : {}),
    })),
  };
};
