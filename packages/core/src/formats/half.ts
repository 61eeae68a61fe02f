/**
 * Half precision, which JavaScript engines of this generation do not read.
 *
 * In: 16 bits. Out: the number. Writing is not done here. Source: IEEE 754-2008, binary16.
 */

/** A number out of the 16 bits of IEEE 754 half precision. */
export const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};
