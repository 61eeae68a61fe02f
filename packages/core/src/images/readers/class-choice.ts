/**
 * Some classes of a data set without the others: `#classes=0+1`, `#without=7`.
 *
 * The classes keep their numbers and names, and the split stays as it is: an image is in the same part with or without the
 * others.
 */
import { inputError } from '../../errors.ts';
import type { ImageNames, ImageSet } from '../types.ts';
import { namesOfSets, pickedNames } from './names.ts';
import type { ReadOptions } from './options.ts';

/** Longer lists of classes are not told in full. */
const MOST_TOLD = 12;

const toldClasses = (classNames: readonly string[]): string =>
  classNames.length <= MOST_TOLD
    ? classNames.join(', ')
    : `${classNames.slice(0, MOST_TOLD).join(', ')} and ${classNames.length - MOST_TOLD} more`;

/**
 * The number of a class that is named by its name or its number; a name wins.
 *
 * @throws LatentError (input) `unknown-class`, `no-labels`.
 */
export const classNumber = (word: string, classNames: readonly string[], subject: string): number => {
  if (classNames.length === 0)
    throw inputError('no-labels', {
      at: { subject },
      expected: 'images with labels',
      got: 'none',
      hint: 'leave the option out, or take images in a folder for each class',
    });
  const named = classNames.indexOf(word);
  const number = named >= 0 ? named : /^\d{1,5}$/.test(word) ? Number(word) : classNames.length;
  if (number < classNames.length) return number;
  throw inputError('unknown-class', {
    at: { subject },
    expected: `names of classes, or their numbers from 0 to ${classNames.length - 1}: ${toldClasses(classNames)}`,
    got: `"${word.slice(0, 60)}"`,
  });
};

const numbersOf = (words: readonly string[], classNames: readonly string[], id: 'classes' | 'without') =>
  new Set(words.map((word) => classNumber(word, classNames, `the data's option "${id}"`)));

interface Sets<Images> {
  readonly train: Images;
  readonly test: Images;
  /** Where each image has a file of its own. */
  readonly names?: ImageNames;
}

type Counted = Pick<ImageSet, 'labels' | 'count'>;

/**
 * The images of the classes that are asked for, and what was left out.
 *
 * @param take - the images with these numbers.
 * @throws LatentError (input) as `classNumber`; `empty-data` where no training image is left.
 */
export const withClasses = <Images extends Counted>(
  { train, test, names }: Sets<Images>,
  classNames: readonly string[],
  { classes, without }: ReadOptions,
  take: (images: Images, numbers: Uint32Array) => Images,
): Sets<Images> & { readonly notes: readonly string[] } => {
  if (classes === undefined && without === undefined) return { train, test, ...(names && { names }), notes: [] };
  const kept = classes && numbersOf(classes, classNames, 'classes');
  const left = numbersOf(without ?? [], classNames, 'without');
  const isKept = (label: number): boolean => (kept?.has(label) ?? true) && !left.has(label);
  const [first, second] = [train, test].map(({ labels }) =>
    Uint32Array.from(Array.from(labels.keys()).filter((i) => isKept(labels[i]))),
  );
  if (first.length === 0)
    throw inputError('empty-data', {
      problem: 'of these classes there is no training image',
      hint: 'name others behind "classes", or fewer behind "without"',
    });
  const told = classNames.filter((_, label) => isKept(label));
  return {
    train: take(train, first),
    test: take(test, second),
    ...namesOfSets(pickedNames(names?.train, first), pickedNames(names?.test, second)),
    notes: [
      `of ${classNames.length} classes ${told.length} (${toldClasses(told)}): ${first.length} of ${train.count} training images, ${second.length} of ${test.count} test images; classes keep their numbers`,
    ],
  };
};
