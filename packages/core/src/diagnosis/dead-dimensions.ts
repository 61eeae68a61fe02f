/** Which dimensions of a code say nothing of an image: the figures that more than one finding goes by. */
import type { DimensionStats } from './definition.ts';

/** Standard deviation, of the liveliest dimension's. */
export const STILL = 1e-3;
/** Share of images with one value, to a thousandth of the extent. */
export const COMMON = 0.99;
/** Mean squared change of the pictures without the dimension, of the pictures' variance. */
export const IGNORED = 0.01;
/** Output variance, of the images'; below it a decoder ignores the whole code and says nothing of one dimension. */
export const INFORMATIVE = 0.1;

/** Dimensions of the codes that the thresholds were measured with. */
const MEASURED_AT = 2;

/** Indices of the dimensions that are the same for (almost) every image, or that the decoder ignores. */
export const deadDimensions = (dimensions: readonly DimensionStats[], outputVariance: number): readonly number[] => {
  const liveliest = Math.max(...dimensions.map(({ std }) => std));
  // Of more dimensions each has a smaller share in the pictures.
  const least = IGNORED * Math.min(1, MEASURED_AT / dimensions.length);
  return dimensions.flatMap(({ std, commonestShare, effect }, d) =>
    std <= STILL * liveliest || commonestShare >= COMMON || (outputVariance >= INFORMATIVE && effect < least)
      ? [d]
      : [],
  );
};
