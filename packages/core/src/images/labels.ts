/**
 * The classes of images as numbers: how many there are, what they are called, which bytes they are.
 *
 * A data set without labels has no class names, and its labels are all 0.
 */
import type { Dataset, Labels } from './types.ts';

/** Labels are 0 to 65,535. */
export const MAX_CLASSES = 65_536;

/** The largest label; -1 of none. A loop: a million labels are too many arguments for `Math.max`. */
export const highestLabel = (...sets: readonly ArrayLike<number>[]): number => {
  let highest = -1;
  for (const labels of sets) for (let i = 0; i < labels.length; i++) if (labels[i] > highest) highest = labels[i];
  return highest;
};

/** The same numbers in as few bytes as hold them, so that equal labels have equal bytes wherever they come from. */
export const narrowLabels = (labels: ArrayLike<number>): Labels => {
  const isNarrow = highestLabel(labels) < 256;
  if (isNarrow) return labels instanceof Uint8Array ? labels : Uint8Array.from(labels);
  return labels instanceof Uint16Array ? labels : Uint16Array.from(labels);
};

/** Labels of one set after those of another. */
export const joinLabels = (first: Labels, second: Labels): Labels => {
  const isNarrow = first instanceof Uint8Array && second instanceof Uint8Array;
  const joined = new (isNarrow ? Uint8Array : Uint16Array)(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
};

/** What checksums are made of: a byte for each label, or two, little-endian, where one is above 255. */
export const labelBytes = (labels: Labels): Uint8Array => {
  const narrow = narrowLabels(labels);
  if (narrow instanceof Uint8Array) return narrow;
  const bytes = new Uint8Array(2 * narrow.length);
  const view = new DataView(bytes.buffer);
  narrow.forEach((label, i) => {
    view.setUint16(2 * i, label, true);
  });
  return bytes;
};

/** Classes that nobody named are called by their numbers: from 0 to the highest label. */
export const numberedClasses = (...sets: readonly Labels[]): readonly string[] =>
  Array.from({ length: highestLabel(...sets) + 1 }, (_, label) => String(label));

/** Whether the images have labels. */
export const isLabelled = ({ classNames }: Pick<Dataset, 'classNames'>): boolean => classNames.length > 0;
