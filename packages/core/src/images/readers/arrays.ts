/**
 * Arrays with names, of `.npy`, `.npz` or `.mat`, into images and labels: which array is which by its name, which axis is
 * which by its sizes. What is guessed is said.
 */
import { inputError, type LatentError } from '../../errors.ts';
import type { NumberArray, Numbers } from '../../files/npy-numbers.ts';
import { imageSize } from '../shape.ts';
import { readInRuns } from '../stored.ts';
import type { Labels } from '../types.ts';
import { type AxisLayout, layOut } from './axes.ts';
import type { Content, Part, Split, StoredContent, StoredPart } from './container.ts';
import { labelsOfNumbers, oneHotLabels } from './label-values.ts';
import type { ReadOptions } from './options.ts';
import { byteOf, type NumberPieces, rangeOf, rangeOfPieces, type ValueRange } from './values.ts';

/** What is known of an array without its values. */
interface ArrayFacts extends Omit<NumberArray, 'values'> {
  /** As the file calls it. */
  readonly name: string;
  /** The file, and the array in it, for messages. */
  readonly file: string;
}

/** An array of a file. */
export interface NamedArray extends ArrayFacts, NumberArray {}

/** An array whose values are read piece by piece. */
export interface OpenArray extends ArrayFacts, NumberPieces {}

const SPLIT_WORDS: readonly (readonly [Split, RegExp])[] = [
  ['test', /t10k|test(ing)?/],
  ['validation', /valid(ation)?|val(?![a-z])/],
  ['train', /train(ing)?/],
];
const LABELS = /^(y|labels?|targets?|class(es)?|gnd|lab)$/;
const IMAGES = /^(x|images?|imgs?|data|pixels|fea|faces|digits)$/;

interface ReadName {
  readonly split: Split;
  readonly kind: 'images' | 'labels' | 'unknown';
}

/** `x_train`, `Xtest`, `train_images`, `labels`. */
const readName = (name: string): ReadName => {
  const lower = name.toLowerCase();
  const [split, word] = SPLIT_WORDS.find(([, pattern]) => pattern.test(lower)) ?? (['all', /^$/] as const);
  const rest = lower.replace(word, '').replace(/[^a-z0-9]/g, '');
  return { split, kind: LABELS.test(rest) ? 'labels' : IMAGES.test(rest) ? 'images' : 'unknown' };
};

/** Whether an array of this name holds labels. */
export const isLabels = (name: string): boolean => readName(name).kind === 'labels';

const lengths = ({ dims }: Pick<NumberArray, 'dims'>): readonly number[] => dims.filter((dim) => dim !== 1);

interface Pair<A> {
  readonly split: Split;
  readonly images: A;
  readonly labels: A | null;
}

const listed = (arrays: readonly ArrayFacts[]): string =>
  arrays
    .map(({ name, dims }) => `${name} [${dims.join(', ')}]`)
    .slice(0, 8)
    .join(', ');

const unclear = (source: string, arrays: readonly ArrayFacts[]): LatentError =>
  inputError('arrays-unclear', {
    at: { file: source },
    expected: 'arrays of images, and of labels where there are some: x_train, y_train, x_test, y_test or their like',
    got: arrays.length === 0 ? 'no array of numbers' : listed(arrays),
    hint: 'save them under these names',
  });

/** Which arrays go together. Names decide; where they say nothing, an array of one axis holds labels, any other images. */
const pairUp = <A extends ArrayFacts>(
  arrays: readonly A[],
  source: string,
  options: ReadOptions,
): readonly Pair<A>[] => {
  const named = arrays.map((array) => {
    const { split, kind } = readName(array.name);
    const told = kind === 'unknown' ? (lengths(array).length <= 1 ? 'labels' : 'images') : kind;
    return { array, split, kind: told, isGuess: kind === 'unknown' };
  });
  const splits = [...new Set(named.filter(({ kind }) => kind === 'images').map(({ split }) => split))];
  const pairs = splits.map((split): Pair<A> => {
    const pick = (wanted: 'images' | 'labels'): A | null => {
      const of = named.filter((item) => item.kind === wanted && item.split === split);
      const sure = of.filter(({ isGuess }) => !isGuess);
      const best = sure.length > 0 ? sure : of;
      if (best.length > 1) throw unclear(source, arrays);
      return best[0]?.array ?? null;
    };
    const images = pick('images');
    if (images === null) throw unclear(source, arrays);
    return { split, images, labels: options.label === 'none' ? null : pick('labels') };
  });
  if (pairs.length === 0) throw unclear(source, arrays);
  const order: readonly Split[] = ['train', 'all', 'validation', 'test'];
  return pairs.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
};

const readLabels = (array: NamedArray, count: number): { readonly labels: Labels; readonly isOneHot: boolean } => {
  const { values, dims, file, isColumnMajor } = array;
  if (lengths(array).length <= 1) {
    if (values.length !== count)
      throw inputError('count-mismatch', {
        at: { file },
        expected: `${count} labels, one for each image`,
        got: `${values.length}`,
        hint: 'take images and labels of one data set',
      });
    return { labels: labelsOfNumbers(values, file), isOneHot: false };
  }
  const [rows, columns] = dims;
  const at = isColumnMajor
    ? (row: number, column: number) => column * rows + row
    : (row: number, column: number) => row * columns + column;
  const labels = dims.length === 2 && rows === count ? oneHotLabels(values, count, at, columns) : null;
  if (labels !== null) return { labels, isOneHot: true };
  throw inputError('label-values', {
    at: { file },
    expected: `one class for each of ${count} images, as numbers or one-hot rows`,
    got: `[${dims.join(', ')}]`,
    hint: 'take the images without labels: #label=none',
  });
};

/**
 * Images in the order of our sets, by the steps that the axes have.
 *
 * @param values - of `count` images, the first of which begins the array.
 */
const gather = (values: Numbers, layout: AxisLayout, count: number, range: ValueRange): Uint8Array => {
  const { height, width, channels, steps } = layout;
  const isPlain = range.from === 0 && range.to === 255;
  if (isPlain && values instanceof Uint8Array && layout.isInOrder) return values;
  const pixels = new Uint8Array(count * imageSize(layout));
  let to = 0;
  for (let image = 0; image < count; image++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const at = image * steps.image + row * steps.row + column * steps.column;
        for (let channel = 0; channel < channels; channel++)
          pixels[to++] = byteOf(values[at + channel * steps.channel], range);
      }
  return pixels;
};

/** Labels of house numbers in `.mat` files call the digit 0 by 10, since MATLAB counts from 1. */
const withoutTen = (labels: Labels): Labels => labels.map((label) => (label === 10 ? 0 : label));

const isFromOneToTen = (sets: readonly (Labels | null)[]): boolean => {
  const seen = new Set(sets.flatMap((labels) => (labels === null ? [] : [...new Set(labels)])));
  return seen.has(10) && !seen.has(0) && [...seen].every((label) => label <= 10);
};

type ReadLabels = ReturnType<typeof readLabels> | null;

/** The labels as they count, and what is to be said. */
const settled = <A extends ArrayFacts>(
  arrays: readonly A[],
  pairs: readonly Pair<A>[],
  layouts: readonly AxisLayout[],
  range: ValueRange,
  read: readonly ReadLabels[],
  options: ReadOptions,
): { readonly labels: readonly (Labels | null)[]; readonly notes: readonly string[] } => {
  const labels = read.map((found) => found?.labels ?? null);
  const isTen = isFromOneToTen(labels);
  // A habit of MATLAB's, and so of column-major arrays: nothing is lost by it where 10 is another class.
  const turnsTen =
    isTen && (options.ten ?? (pairs.some(({ images }) => images.isColumnMajor) ? 'zero' : 'ten')) === 'zero';
  const used = new Set(pairs.flatMap(({ images, labels: own }) => [images.name, own?.name]));
  const left = arrays.filter(({ name }) => !used.has(name));
  return {
    labels: labels.map((own) => (own !== null && turnsTen ? withoutTen(own) : own)),
    notes: [
      ...new Set(layouts.flatMap((layout) => layout.notes)),
      ...range.notes,
      ...(read.some((found) => found?.isOneHot) ? ['labels are one-hot rows: the place of the 1 is the class'] : []),
      ...(turnsTen ? ['label 10 stands for the digit 0 (#ten=ten)'] : []),
      ...(isTen && !turnsTen && options.ten === undefined
        ? ['labels are 1 to 10; where 10 means the digit 0, say #ten=zero']
        : []),
      ...(left.length === 0 ? [] : [`left out: ${listed(left)}`]),
    ],
  };
};

const factsOf = (
  { split, images }: Pair<ArrayFacts>,
  { count, height, width, channels }: AxisLayout,
  labels: Labels | null,
): Omit<Part, 'pixels'> => ({ name: images.file, split, labels, count, height, width, channels });

/**
 * Images and labels out of arrays.
 *
 * @param source - the file or folder, for messages.
 * @throws LatentError (input) `arrays-unclear`, `array-shape`, `count-mismatch`, `label-values`, and as `rangeOf`.
 */
export const readArrays = (arrays: readonly NamedArray[], source: string, options: ReadOptions): Content => {
  const pairs = pairUp(arrays, source, options);
  const layouts = pairs.map(({ images }) => layOut(images, options));
  const range = rangeOf(
    pairs.map(({ images }) => images.values),
    options,
    source,
  );
  const read = pairs.map(({ labels }, i) => (labels === null ? null : readLabels(labels, layouts[i].count)));
  const { labels, notes } = settled(arrays, pairs, layouts, range, read, options);
  const parts = pairs.map((pair, i): Part => {
    const layout = layouts[i];
    return { ...factsOf(pair, layout, labels[i]), pixels: gather(pair.images.values, layout, layout.count, range) };
  });
  return { parts, notes };
};

const wholeOf = async (array: OpenArray): Promise<NamedArray> => ({
  ...array,
  values: await array.read(0, array.count),
});

/** Whether the numbers of an image stand together, one image after another. */
const standsTogether = (layout: AxisLayout): boolean => layout.steps.image === imageSize(layout);

/**
 * The same of arrays whose values are read as they are asked for; null where the numbers of an image are scattered.
 *
 * @throws LatentError (input) as `readArrays`.
 */
export const openArrays = async (
  arrays: readonly OpenArray[],
  source: string,
  options: ReadOptions,
): Promise<StoredContent | null> => {
  const pairs = pairUp(arrays, source, options);
  const layouts = pairs.map(({ images }) => layOut(images, options));
  if (!layouts.every(standsTogether)) return null;
  const range = await rangeOfPieces(
    pairs.map(({ images }) => images),
    options,
    source,
  );
  const read: ReadLabels[] = [];
  for (const [i, { labels }] of pairs.entries())
    read.push(labels === null ? null : readLabels(await wholeOf(labels), layouts[i].count));
  const { labels, notes } = settled(arrays, pairs, layouts, range, read, options);
  const parts = pairs.map((pair, i): StoredPart => {
    const layout = layouts[i];
    const size = imageSize(layout);
    const image = async (from: number, to: number): Promise<Uint8Array> =>
      gather(await pair.images.read(from * size, to * size), layout, to - from, range);
    return { ...factsOf(pair, layout, labels[i]), read: readInRuns(image, size) };
  });
  return { parts, notes };
};
