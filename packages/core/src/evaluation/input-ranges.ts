/**
 * In which range a network takes pixels: tried, on a few images.
 *
 * In: an autoencoder out of a file of unknown making, and images. Out: its error where pixels enter and leave it in each of the
 * ranges that people use. Which of them is right nobody but its maker knows; that another fits better can be seen.
 */
import type { RunnableModel } from '../codes/index.ts';
import { LatentError } from '../errors.ts';
import { type ImageSet, sliceSet } from '../images/index.ts';
import { meanImage } from '../images/mean-image.ts';
import { type InputRange, networkWithInputRange } from '../network/index.ts';
import { reconstructSets } from './error.ts';

/** A range, and how well a network draws images that enter it so. */
export interface TriedRange extends InputRange {
  /** Mean squared error per pixel, pixels 0..1; infinite where answers are no numbers. */
  readonly mse: number;
}

/** Other ranges than 0 to 1 that people use, whatever the images: that turned over; bytes; -1 to 1. */
const OTHERS: readonly InputRange[] = [
  { black: 1, white: 0 },
  { black: 0, white: 255 },
  { black: 255, white: 0 },
  { black: -1, white: 1 },
  { black: 1, white: -1 },
];

const toFourDigits = (value: number): number => Math.round(value * 1e4) / 1e4;

/** The range in which images have a mean of 0 and a standard deviation of 1; null of images of one value. */
const standardized = ({ pixels }: ImageSet): InputRange | null => {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length / 255;
  const deviation = Math.sqrt(squares / pixels.length / 255 ** 2 - mean ** 2);
  if (!(deviation > 0)) return null;
  return { black: toFourDigits(-mean / deviation), white: toFourDigits((1 - mean) / deviation) };
};

/** Images that are tried; more change no figure by more than a few hundredths. */
const TRIED = 300;

/** Of a network's own error, what another range has at most that fits better. */
export const BETTER_RANGE = 0.5;

/** Of the error in a range, what one further down the list has at most that takes its place: a wider one alone shrinks errors somewhat. */
const CLEARLY = 0.7;

/** What an autoencoder makes of images that enter it in another range. */
export interface OtherRange extends TriedRange {
  /** Its error of the same images as they are, 0 to 1. */
  readonly own: number;
}

/**
 * The range that fits an autoencoder far better than 0 to 1; null where none does, or where it draws the images better than
 * their mean does. Tried are bytes, -1 to 1, each turned over, and that in which the images have a mean of 0 and a standard
 * deviation of 1.
 *
 * @throws LatentError as `reconstruct`, but for answers that are no numbers.
 */
export const otherRange = async (model: RunnableModel, images: ImageSet): Promise<OtherRange | null> => {
  const set = sliceSet(images, 0, Math.min(images.count, TRIED));
  const own = await errorWithin(model, set);
  if (own <= meanImageError(set)) return null;
  const standard = standardized(images);
  // Of wide ranges a network that draws nothing gives one grey for all.
  const grey = greyError(set);
  let best: OtherRange | null = null;
  for (const range of standard === null ? OTHERS : [...OTHERS, standard]) {
    const mse = await errorWithin({ ...model, network: networkWithInputRange(model.network, range) }, set);
    const most = best === null ? BETTER_RANGE * own : CLEARLY * best.mse;
    if (mse <= most && mse < grey) best = { ...range, mse, own };
  }
  return best;
};

/** The error of one grey for all pixels, pixels 0..1. */
const greyError = ({ pixels }: ImageSet): number => {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  return pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length / 255 ** 2;
};

/** The error that the mean of some images has, pixels 0..1. */
const meanImageError = (set: ImageSet): number => {
  const mean = meanImage(set);
  let sum = 0;
  for (let i = 0; i < set.pixels.length; i++) sum += (set.pixels[i] / 255 - mean[i % mean.length]) ** 2;
  return sum / set.pixels.length;
};

const errorWithin = async (model: RunnableModel, set: ImageSet): Promise<number> => {
  try {
    const { errors } = await reconstructSets(model, [set]);
    return errors.reduce((sum, error) => sum + error, 0) / set.count;
  } catch (error) {
    if (error instanceof LatentError && error.code === 'not-finite') return Number.POSITIVE_INFINITY;
    throw error;
  }
};
