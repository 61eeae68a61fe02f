/**
 * What tells some codes from others, as a direction: codes are summed and subtracted as words are.
 *
 * In: codes. Out: their means, differences of these, codes along them.
 * Source: Mikolov et al. 2013, Linguistic regularities in continuous space word representations; of images: Larsen et al. 2016,
 * Autoencoding beyond pixels using a learned similarity metric.
 */
import { internalError } from '../errors.ts';

/** `mean(plus) - mean(minus)`; where there are none of one kind, their mean counts as 0. @returns `[size]`. */
export const codeDirection = (
  plus: readonly ArrayLike<number>[],
  minus: readonly ArrayLike<number>[],
): Float64Array => {
  const size = (plus[0] ?? minus[0])?.length;
  if (size === undefined) throw internalError('a direction of no codes');
  const direction = new Float64Array(size);
  for (const code of plus) for (let d = 0; d < size; d++) direction[d] += code[d] / plus.length;
  for (const code of minus) for (let d = 0; d < size; d++) direction[d] -= code[d] / minus.length;
  return direction;
};

/**
 * Codes along a direction: `base + t direction`.
 *
 * @param steps - the values of t.
 * @returns `[steps, size]`.
 */
export const codesAlong = (
  base: ArrayLike<number>,
  direction: ArrayLike<number>,
  steps: readonly number[],
): Float32Array => {
  const size = base.length;
  const codes = new Float32Array(steps.length * size);
  steps.forEach((t, step) => {
    for (let d = 0; d < size; d++) codes[step * size + d] = base[d] + t * direction[d];
  });
  return codes;
};
