/**
 * Weights of fewer bits: what is cut off compresses to nothing, so a model's file is half the size or less.
 */

const MANTISSA = 23;
const word = new Uint32Array(1);
const number = new Float32Array(word.buffer);

/**
 * The numbers nearest to those given that have `weightPrecision` bits of significand, the leading one included; 24 leaves them
 * as they are. Halves are rounded away from zero; numbers that are not finite stay.
 */
export const roundedWeights = (values: Float32Array, weightPrecision: number): Float32Array => {
  const cut = MANTISSA + 1 - weightPrecision;
  if (cut <= 0) return values.slice();
  const half = 2 ** (cut - 1);
  const rest = 2 ** cut;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    number[0] = value;
    // A carry out of the digits goes into the exponent, which is what rounding up to the next power of two means.
    word[0] = Math.floor((word[0] + half) / rest) * rest;
    return number[0];
  });
};
