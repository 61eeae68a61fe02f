/**
 * How pictures of any size become images of a network.
 *
 * In: a network and a recipe. Out: the images' shape, and how a picture is brought to it: as the recipe's preprocessing
 * says, or whole and as large as it fits.
 */
import type { ImageShape, Preprocessing, RunConfig } from 'latent-plane';
import { elementCount, pictureSize, sidesWords } from 'latent-plane/internal';

export interface PictureFit extends Required<ImageShape> {
  /** `fit`: the whole picture, enlarged too; else as in `Preprocessing`. */
  readonly scaling: 'fit' | Preprocessing['type'];
  /** Of the pixels around it, 0..255. */
  readonly ground: number;
}

const shapeOf = ({ inputShape, id }: RunConfig['network'], size: Preprocessing['size']): Required<ImageShape> => {
  const channels = size && elementCount(inputShape) / (size[0] * size[1]);
  // A flat input says how many numbers an image has; the recipe says how they lie.
  return size && (channels === 1 || channels === 3)
    ? { height: size[0], width: size[1], channels }
    : pictureSize(inputShape, id);
};

/** @throws LatentError (input) `not-a-picture` where the network's input is none. */
export const pictureFit = ({
  network,
  recipe: { preprocessing },
}: Pick<RunConfig, 'network' | 'recipe'>): PictureFit => ({
  ...shapeOf(network, preprocessing?.size),
  scaling: preprocessing?.size ? preprocessing.type : 'fit',
  ground: preprocessing?.ground ?? 0,
});

/** For a note: `pictures are scaled to 28 x 28, centred, grey; ...` */
export const fitWords = (fit: PictureFit): string => {
  const sides = sidesWords({ height: fit.height, width: fit.width });
  const how = {
    fit: `scaled to ${sides}, centred`,
    pad: `scaled down to ${sides}, centred`,
    crop: `scaled to cover ${sides}, cut`,
    stretch: `stretched to ${sides}`,
  };
  return fit.channels === 3
    ? `pictures are ${how[fit.scaling]}, in colour`
    : `pictures are ${how[fit.scaling]}, grey; those with a light border are turned over`;
};
