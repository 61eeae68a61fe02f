/**
 * One image of a data set, named on the command line: `12`, `train:12`, `test:12`.
 *
 * In: what was typed, a data set. Out: the image. Numbers count from 0; without a part they count over the training images
 * and then the test images, as the rows of `latent encode` do.
 */
import { type Dataset, type ImageSet, takeImages } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { grouped } from '../tables.ts';

/** Which image. */
export interface ImageReference {
  readonly part: 'all' | 'train' | 'test';
  /** From 0, within the part. */
  readonly index: number;
  /** As it was typed. */
  readonly text: string;
}

export const IMAGE_HELP =
  'number of an image from 0, training images first, as encode counts them; train:N and test:N count within a part';

const FORM = /^(?:(train|test):)?(\d+)$/;

/** Whether a text has the form of one. */
export const isImageReference = (text: string): boolean => FORM.test(text.trim());

/** A parser for commander. @throws LatentError (input) `invalid-option`. */
export const imageReference =
  (option: string) =>
  (text: string): ImageReference => {
    const [, part = 'all', digits] = FORM.exec(text.trim()) ?? [];
    const index = Number(digits);
    if (digits !== undefined && Number.isSafeInteger(index) && (part === 'all' || part === 'train' || part === 'test'))
      return { part, index, text };
    throw inputError('invalid-option', {
      at: { option },
      expected: 'the number of an image, as in 12, train:12 or test:12',
      got: `"${text}"`,
    });
  };

const partsOf = ({ train, test }: Dataset, part: ImageReference['part']): readonly ImageSet[] =>
  ({ all: [train, test], train: [train], test: [test] })[part];

/** Its place over all images, training images first. @throws LatentError (input) `no-such-image`. */
export const placeOf = (dataset: Dataset, { part, index, text }: ImageReference): number => {
  const count = partsOf(dataset, part).reduce((sum, set) => sum + set.count, 0);
  if (index < count) return part === 'test' ? dataset.train.count + index : index;
  throw inputError('no-such-image', {
    at: { subject: `image ${text}` },
    expected:
      count === 0
        ? `an image; ${dataset.name} has none ${part === 'all' ? 'at all' : `in "${part}"`}`
        : `a number from 0 to ${grouped(count - 1)}, as many as ${dataset.stored ? 'are looked at of ' : ''}${dataset.name}${dataset.stored ? '' : ' has'}${part === 'all' ? '' : ` in "${part}"`}`,
    got: `${index}`,
  });
};

/** The image itself, a set of one. @throws LatentError (input) `no-such-image`. */
export const imageOf = (dataset: Dataset, reference: ImageReference): ImageSet => {
  const place = placeOf(dataset, reference);
  const { train, test } = dataset;
  return place < train.count
    ? takeImages(train, Uint32Array.of(place))
    : takeImages(test, Uint32Array.of(place - train.count));
};
