/** Figures in the words of findings. */

/** `97 %`, with a digit more where a whole percent would say 0 or 100 without being it. */
export const percentOf = (share: number): string => {
  const whole = Math.round(100 * share);
  const exact = whole === 100 * share || (whole > 0 && whole < 100);
  return `${exact ? whole : (100 * share).toPrecision(share > 0.5 ? 4 : 1)} %`;
};

/** Four figures, without a tail of zeros. */
export const short = (value: number): string => String(Number(value.toPrecision(4)));

/** `0, 3 and 7`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;

/** Dimensions are counted from 1 where people read them. */
export const dimensionNames = (indices: readonly number[]): string =>
  `dimension${indices.length === 1 ? '' : 's'} ${listed(indices.map((d) => String(d + 1)))}`;
