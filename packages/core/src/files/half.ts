/**
 * Half precision, which JavaScript engines of this generation do not read.
 *
 * In: 16 bits, or a number. Out: the number, or the bits nearest to it. Source: IEEE 754-2008, binary16.
 */

/** A number out of the 16 bits of IEEE 754 half precision. */
export const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

const scratch = new DataView(new ArrayBuffer(4));

/** The 16 bits of the half-precision number nearest to a single-precision one; ties to even, beyond 65504 infinite. */
export const numberToHalf = (value: number): number => {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From here on everything rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Too small for a normal number: counted in steps of 2^-24.
    const steps = Math.abs(value) * 2 ** 24;
    const floor = Math.floor(steps);
    const rest = steps - floor;
    return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
};
