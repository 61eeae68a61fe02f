/**
 * What a person sees of their images before a training: some of them, and figures of all.
 *
 * In: images as they were read. Out: plain data.
 */
import { type ImageSet, takeImages } from 'latent-plane';
import { groundOf, imageSize, optionsOf, RandomStream, type ReadImages } from 'latent-plane/internal';
import type { ImagesSummary } from '../protocol.ts';

/** Of a class, and in all. */
const OF_A_CLASS = 6;
const IN_ALL = 60;

/** Numbers of images, class by class: the same ones whenever the same images are read. */
export const sheetOrder = ({ labels, count }: Pick<ImageSet, 'labels' | 'count'>, isLabelled: boolean): Uint32Array => {
  const order = new RandomStream(0, 'contact-sheet').permutation(count);
  if (!isLabelled) return Uint32Array.from(order.slice(0, IN_ALL));
  const byClass = new Map<number, number[]>();
  for (const i of order) {
    const own = byClass.get(labels[i]) ?? [];
    if (own.length < OF_A_CLASS) own.push(i);
    byClass.set(labels[i], own);
  }
  const each = Math.max(1, Math.min(OF_A_CLASS, Math.floor(IN_ALL / byClass.size)));
  const chosen = [...byClass].sort(([a], [b]) => a - b).flatMap(([, own]) => own.slice(0, each));
  return Uint32Array.from(chosen.slice(0, IN_ALL));
};

const countsOf = ({ labels }: ImageSet, classes: number): Uint32Array => {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label]++;
  return counts;
};

const sumOf = ({ pixels }: ImageSet): number => {
  let sum = 0;
  for (const value of pixels) sum += value;
  return sum;
};

/** @param name - of the folder or file. */
export const summaryOf = (name: string, { container, classNames, train, test, notes }: ReadImages): ImagesSummary => {
  const isLabelled = classNames.length > 0;
  const [inTrain, inTest] = [train, test].map((set) => countsOf(set, isLabelled ? classNames.length : 1));
  const shown = takeImages(train, sheetOrder(train, isLabelled));
  const { height, width, channels } = train;
  return {
    name,
    container,
    train: train.count,
    test: test.count,
    height,
    width,
    channels,
    isLight: groundOf([train, test]).isLight,
    sum: sumOf(train) + sumOf(test),
    classes: classNames.map((className, i) => ({ name: className, train: inTrain[i], test: inTest[i] })),
    notes,
    optionIds: optionsOf(container),
    sheet: { pixels: shown.pixels.slice(0, shown.count * imageSize(train)), labels: shown.labels },
  };
};
