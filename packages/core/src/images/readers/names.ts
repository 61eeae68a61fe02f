/** Names of images that have a file each, taken along where images are joined or left out. */
import type { ImageNames } from '../types.ts';

/** Of the images of several parts, one after another; undefined unless all have them. */
export const joinedNames = (parts: readonly { readonly names?: readonly string[] }[]): readonly string[] | undefined =>
  parts.every(({ names }) => names !== undefined) ? parts.flatMap(({ names }) => names ?? []) : undefined;

/** Those with these numbers. */
export const pickedNames = (
  names: readonly string[] | undefined,
  numbers: Uint32Array,
): readonly string[] | undefined => names && Array.from(numbers, (number) => names[number]);

/** Of both sets, where both have them. */
export const namesOfSets = (
  train: readonly string[] | undefined,
  test: readonly string[] | undefined,
): { readonly names?: ImageNames } => (train && test ? { names: { train, test } } : {});
