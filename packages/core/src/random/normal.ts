/**
 * The quantile of the standard normal distribution, the same to the last bit on every platform.
 *
 * In: a probability. Out: the value that a standard normal variable stays below with that probability.
 * Only `+ - * /` and the square root are used: IEEE 754 fixes their results, while `Math.log`, `Math.cos` and
 * the like may differ between JavaScript engines (ECMA-262 calls them implementation-approximated), and a seed
 * has to give the same weights everywhere. Hence a natural logarithm of our own.
 */

// ln 2 in two parts, the first with 21 trailing zero bits, so that a small integer times it is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * Natural logarithm: `x = m * 2^k` with m in [sqrt(1/2), sqrt(2)), `ln x = k ln 2 + 2 atanh((m - 1) / (m + 1))`.
 *
 * @param x - positive and normal (not below 2^-1022).
 * @returns ln x, to within 2e-16 relative of the true value or 2 units in the last place.
 */
export function naturalLog(x: number): number {
  let m = x;
  let k = 0;
  while (m < 2 ** -16) {
    m *= 2 ** 16;
    k -= 16;
  }
  while (m < Math.SQRT1_2) {
    m *= 2;
    k -= 1;
  }
  while (m >= 2 ** 16) {
    m *= 2 ** -16;
    k += 16;
  }
  while (m >= Math.SQRT2) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const t = s * s; // at most 0.0295, so that the first term left out is below 2^-60
  let series = 1 / 23;
  for (let n = 21; n >= 3; n -= 2) series = series * t + 1 / n;
  return k * LN2_HIGH + (2 * s + (2 * s * t * series + k * LN2_LOW));
}

/**
 * Inverse of the standard normal distribution function.
 *
 * @param p - probability, strictly between 0 and 1.
 * @returns z with `P(Z < z) = p`, about 1e-16 relative.
 * Source: Wichura 1988, "Algorithm AS 241", routine PPND16, Applied Statistics 37(3); the coefficients are its
 * own, rounded to double precision.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (q > -0.425 && q < 0.425) {
    const r = 0.180625 - q * q;
    const numerator =
      ((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
        13731.69376550946) *
        r +
        1971.5909503065513) *
        r +
        133.14166789178438) *
        r +
      3.3871328727963665;
    const denominator =
      ((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
      1;
    return (q * numerator) / denominator;
  }
  const tail = Math.sqrt(-naturalLog(q < 0 ? p : 1 - p));
  const z = tail <= 5 ? nearTail(tail - 1.6) : farTail(tail - 5);
  return q < 0 ? -z : z;
}

function nearTail(r: number): number {
  const numerator =
    ((((((7.745450142783414e-4 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
      3.6478483247632045) *
      r +
      5.769497221460691) *
      r +
      4.630337846156546) *
      r +
    1.4234371107496835;
  const denominator =
    ((((((1.0507500716444169e-9 * r + 5.475938084995345e-4) * r + 0.015198666563616457) * r + 0.14810397642748008) * r +
      0.6897673349851) *
      r +
      1.6763848301838038) *
      r +
      2.053191626637759) *
      r +
    1;
  return numerator / denominator;
}

function farTail(r: number): number {
  const numerator =
    ((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r + 0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
    6.657904643501103;
  const denominator =
    ((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r + 7.868691311456133e-4) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
    1;
  return numerator / denominator;
}
