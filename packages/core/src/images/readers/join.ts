/** Parts of files into training and test images. */
import { inputError } from '../../errors.ts';
import { RandomStream } from '../../random/random.ts';
import { highestLabel, narrowLabels } from '../labels.ts';
import { imageSize, sameImageShape, shapeWords } from '../shape.ts';
import { takeImages } from '../split.ts';
import { joinStored, takeStored } from '../stored.ts';
import type { ImageNames, ImageSet, StoredImages } from '../types.ts';
import type { Part, Split, StoredPart } from './container.ts';
import { joinedNames, namesOfSets, pickedNames } from './names.ts';
import type { ReadOptions } from './options.ts';
import { filesWords, type SourceFile } from './source.ts';

/** Of images without an official split, held out where nobody says otherwise. */
export const DEFAULT_TEST_SHARE = 0.1;

/** Both sets, and what was decided on the way. */
export interface JoinedParts<S = ImageSet> {
  readonly train: S;
  readonly test: S;
  /** Where each image has a file of its own. */
  readonly names?: ImageNames;
  readonly isLabelled: boolean;
  readonly notes: readonly string[];
}

/** Images of a part, in memory or not. */
type AnyPart = Omit<Part, 'pixels'>;

/** What parts become: one set of several, and some images of a set. */
interface Joining<P extends AnyPart, S> {
  readonly join: (parts: readonly P[]) => S;
  readonly take: (set: S, numbers: Uint32Array) => S;
}

const requireAlike = (parts: readonly AnyPart[]): void => {
  const [first] = parts;
  const other = parts.find((part) => !sameImageShape(part, first));
  if (other)
    throw inputError('sizes-differ', {
      problem: `${first.name} holds images of ${shapeWords(first)}, ${other.name} of ${shapeWords(other)}`,
      hint: 'take both from one data set, or one of them alone: #only=NAME',
    });
  const labelled = parts.find(({ labels }) => labels !== null);
  const bare = parts.find(({ labels }) => labels === null);
  if (labelled && bare)
    throw inputError('labels-missing', {
      problem: `${labelled.name} has labels, ${bare.name} has none`,
      hint: 'give the labels of both, or take one of them alone: #only=NAME',
    });
};

const concatenated = (parts: readonly Part[]): ImageSet => {
  const [first] = parts;
  const { height, width, channels } = first;
  if (parts.length === 1) {
    const { pixels, count, labels } = first;
    return {
      pixels,
      labels: labels === null ? new Uint8Array(count) : narrowLabels(labels),
      count,
      height,
      width,
      channels,
    };
  }
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const pixels = new Uint8Array(count * imageSize(first));
  const labels = new Uint16Array(count);
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at * imageSize(first));
    if (part.labels !== null) labels.set(part.labels, at);
    at += part.count;
  }
  return { pixels, labels: narrowLabels(labels), count, height, width, channels };
};

/** Images by class, each in a seeded order. */
const shuffledClasses = (
  { labels, count }: Pick<ImageSet, 'labels' | 'count'>,
  seed: number,
): readonly (readonly number[])[] => {
  const classes = Array.from({ length: highestLabel(labels) + 1 }, (): number[] => []);
  for (const index of new RandomStream(seed, 'test-split').permutation(count)) classes[labels[index]].push(index);
  return classes.filter((indices) => indices.length > 0);
};

/**
 * Which images are held out: of each class its share, what is left over by rounding to the classes that lack most, so that
 * the whole is `round(count * share)`, at least 1. Ascending.
 */
export const stratifiedTest = (set: Pick<ImageSet, 'labels' | 'count'>, share: number, seed: number): Uint32Array => {
  const classes = shuffledClasses(set, seed);
  const wanted = Math.max(1, Math.round(set.count * share));
  const taken = classes.map((indices) => Math.floor(indices.length * share));
  const byLack = classes
    .map((indices, i) => ({ i, lack: indices.length * share - taken[i] }))
    .sort((a, b) => b.lack - a.lack || a.i - b.i);
  let left = wanted - taken.reduce((sum, count) => sum + count, 0);
  for (const { i } of byLack) {
    if (left <= 0) break;
    if (taken[i] === classes[i].length) continue;
    taken[i]++;
    left--;
  }
  return Uint32Array.from(classes.flatMap((indices, i) => indices.slice(0, taken[i]))).sort();
};

const without = (count: number, held: Uint32Array): Uint32Array => {
  const isHeld = new Uint8Array(count);
  for (const index of held) isHeld[index] = 1;
  return Uint32Array.from({ length: count }, (_, i) => i).filter((index) => isHeld[index] === 0);
};

/** Where the parts come from, for messages. */
export interface Surroundings {
  readonly source: string;
  /** Files that no image came out of. */
  readonly beside: readonly SourceFile[];
}

const heldOut = <S extends Pick<ImageSet, 'labels' | 'count'>>(
  { set, names }: { readonly set: S; readonly names: readonly string[] | undefined },
  take: (set: S, numbers: Uint32Array) => S,
  isLabelled: boolean,
  { test = DEFAULT_TEST_SHARE, seed = 0 }: ReadOptions,
  { source, beside }: Surroundings,
): JoinedParts<S> => {
  if (set.count < 2)
    throw inputError('too-few-images', {
      at: { file: source },
      expected: 'at least two images, one to train on and one to test with',
      got: `${set.count}${beside.length === 0 ? '' : `, beside ${filesWords(beside, 'other ')}`}`,
      hint: beside.length === 0 ? 'add images' : 'add images; docs/images.md tells which files are read',
    });
  if (test === 0)
    throw inputError('data-option', {
      at: { subject: 'the data\'s option "test"' },
      expected: 'a share above 0, since the files have no test set',
      got: '0',
    });
  const held = stratifiedTest(set, test, seed);
  const percent = Number((100 * test).toFixed(4));
  const kind = isLabelled ? `${percent} % of each class` : `${percent} %`;
  const kept = without(set.count, held);
  return {
    train: take(set, kept),
    test: take(set, held),
    ...namesOfSets(pickedNames(names, kept), pickedNames(names, held)),
    isLabelled,
    notes: [
      `no test set among the files: ${held.length} of ${set.count} images (${kind}, seed ${seed}) are held out for it (#test=SHARE, #seed=N)`,
    ],
  };
};

const joinedBy = <P extends AnyPart, S extends Pick<ImageSet, 'labels' | 'count'>>(
  parts: readonly P[],
  options: ReadOptions,
  surroundings: Surroundings,
  { join, take }: Joining<P, S>,
): JoinedParts<S> => {
  requireAlike(parts);
  const isLabelled = parts[0].labels !== null;
  const of = (...splits: readonly Split[]): readonly P[] => parts.filter(({ split }) => splits.includes(split));
  const [training, testing] = [of('train', 'validation', 'all'), of('test')];
  const notes: string[] = [];
  const validation = of('validation').reduce((sum, { count }) => sum + count, 0);
  if (validation > 0) notes.push(`${validation} images for validation are joined to the training images`);
  if (training.length > 0 && testing.length > 0) {
    if (options.test !== undefined) notes.push('the files have a test set of their own: #test is not used');
    const names = namesOfSets(joinedNames(training), joinedNames(testing));
    return { train: join(training), test: join(testing), ...names, isLabelled, notes };
  }
  const own = training.length > 0 ? training : testing;
  const joined = heldOut({ set: join(own), names: joinedNames(own) }, take, isLabelled, options, surroundings);
  return { ...joined, notes: [...notes, ...joined.notes] };
};

const storedOf = ({ labels, count, height, width, channels, read }: StoredPart): StoredImages => ({
  labels: labels === null ? new Uint8Array(count) : narrowLabels(labels),
  count,
  height,
  width,
  channels,
  read,
});

/**
 * Training and test images out of parts. Images for validation are trained on, where a recipe may hold some out again; where
 * nothing says test, a seeded share of each class is held out.
 *
 * @throws LatentError (input) `sizes-differ`, `labels-missing`, `too-few-images`, `data-option`.
 */
export const joinParts = (parts: readonly Part[], options: ReadOptions, surroundings: Surroundings): JoinedParts =>
  joinedBy(parts, options, surroundings, { join: concatenated, take: takeImages });

/** The same of images that are not in memory. */
export const joinStoredParts = (
  parts: readonly StoredPart[],
  options: ReadOptions,
  surroundings: Surroundings,
): JoinedParts<StoredImages> =>
  joinedBy(parts, options, surroundings, { join: (own) => joinStored(own.map(storedOf)), take: takeStored });
